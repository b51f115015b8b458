// The emulator of GOV.UK Notify as a child process, and what it recorded.
#pragma once

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/notify/client.h"
#include "adapters/sdk/read/json.h"
#include "tests/adapters/notify/fixture.h"

namespace concordat::notify {

inline constexpr const char* kApiKey = "test-11111111-1111-4111-8111-111111111111-22222222-2222-4222-8222-222222222222";

class Emulator {
 public:
  explicit Emulator(const std::vector<std::string>& more = {}) {
    testing::write_whole(folder_ / "api.key", std::string(kApiKey) + "\n");
    ::chmod((folder_ / "api.key").c_str(), 0600);
    std::vector<std::string> words = {"python3", "ops/emulators/notify/emulator.py", "--key", folder_ / "api.key", "--templates", kTemplatesFolder, "--record", folder_ / "record.jsonl",
                                      "--template", std::string(kTextId) + "=en/text", "--template", std::string(kWelshTextId) + "=cy/text", "--template", std::string(kEmailId) + "=en/email",
                                      "--template", std::string(kLetterId) + "=en/letter", "--deliver-after", "0.05"};
    words.insert(words.end(), more.begin(), more.end());
    int out[2];
    if (::pipe(out) != 0) return;
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(out[1], 1);
      ::close(out[0]);
      ::close(out[1]);
      std::vector<char*> argv;
      for (std::string& each : words) argv.push_back(each.data());
      argv.push_back(nullptr);
      ::execvp(argv[0], argv.data());
      ::_exit(127);
    }
    ::close(out[1]);
    std::string line;
    for (char c = 0; ::read(out[0], &c, 1) == 1 && c != '\n';) line += c;
    ::close(out[0]);
    const auto json = read::parse_json(line);
    port_ = json && json->member("port") != nullptr ? std::atoi(json->member("port")->scalar().c_str()) : 0;
    EXPECT_GT(port_, 0) << "the emulator did not start";
  }
  ~Emulator() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  Emulator(const Emulator&) = delete;
  Emulator& operator=(const Emulator&) = delete;

  std::string base() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::string key_file() const { return folder_ / "api.key"; }
  /// What happens to the next POSTs: see the emulator's --fail-next.
  void next(const std::string& script) { EXPECT_EQ(raw("POST", "/_emulator/next", script).status, 200); }
  http::Response raw(const std::string& method, const std::string& path, const std::string& body = {}) const {
    auto client = http::Client::open({.base = base(), .authorities = {}, .patience = Milliseconds{5'000}, .body_bytes_max = 1u << 20});
    http::Request request;
    request.method = method;
    request.path = path;
    request.body = body;
    bool sent = false;
    auto answer = (*client)->send(request, sent);
    return answer ? *answer : http::Response{.status = 0, .body = {}, .content_type = {}, .headers = {}};
  }
  struct Recorded {
    std::string reference, type, to, subject, body;
  };
  std::vector<Recorded> recorded() const {
    std::vector<Recorded> out;
    const std::string text = testing::read_whole(folder_ / "record.jsonl");
    for (const auto& each : read::split_json(text)) {
      const auto json = read::parse_json(each.raw);
      if (!json) continue;
      const auto field = [&](const char* name) { return json->member(name) == nullptr ? std::string() : json->member(name)->scalar(); };
      out.push_back({field("reference"), field("type"), field("to"), field("subject"), field("body")});
    }
    return out;
  }

 private:
  testing::Folder folder_;
  pid_t child_ = 0;
  int port_ = 0;
};

inline Client client_of(const Emulator& emulator, Clock& clock, Milliseconds patience = Milliseconds{2'000}) {
  auto over = http::Client::open({.base = emulator.base(), .authorities = {}, .patience = patience, .body_bytes_max = 1u << 20});
  EXPECT_TRUE(over) << describe(over.error());
  auto key = read_api_key(emulator.key_file());
  EXPECT_TRUE(key) << describe(key.error());
  return Client(std::move(*over), std::move(*key), clock);
}

inline Message message_to(const std::string& to, Channel channel = Channel::Text, const std::string& reference = "r1") {
  Message out;
  out.reference = reference;
  out.channel = channel;
  out.language = "en";
  out.template_id = channel == Channel::Text ? kTextId : channel == Channel::Email ? kEmailId : kLetterId;
  out.to = to;
  out.personalisation = {{"helpline", "0808 157 0900"}, {"hours", "until 8 pm"}};
  if (channel == Channel::Letter) out.personalisation.insert(out.personalisation.end(), {{"address_line_1", "Marta Bielak-Owens"}, {"address_line_2", "3 Sample Lane"}, {"address_line_3", "CW1 1AA"}});
  out.state = Sent::Intended;
  return out;
}

}  // namespace concordat::notify
