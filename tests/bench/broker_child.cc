// The broker as a child: see broker_child.h.
#include "tests/bench/broker_child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "ops/concordat/admin_client.h"
#include "tests/bench/figures.h"

namespace concordat::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kStart{30};

std::string output_of(const Partnership& partnership) { return partnership.folder + "/broker.out"; }

// What a broker leaves behind; everything else is its configuration.
void remove_traces(const std::string& folder) {
  for (const char* name : {"store", "keyring", "keyring.checkpoint", "broker.log", "admin.sock"}) fs::remove_all(folder + "/" + name);
}

pid_t spawn(const std::string& program, const std::string& config, const std::string& output) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  // Whatever happens to the bench, no broker stays behind.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int out = ::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  ::execl(program.c_str(), program.c_str(), "--config", config.c_str(), static_cast<char*>(nullptr));
  ::_exit(127);
}

std::string tail(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  const std::string whole = text.str();
  return whole.substr(whole.size() > 600 ? whole.size() - 600 : 0);
}

std::uint64_t number_of(const text::Json* value) {
  std::uint64_t number = 0;
  if (value != nullptr) std::from_chars(value->scalar().data(), value->scalar().data() + value->scalar().size(), number);
  return number;
}

}  // namespace

Result<BrokerChild> BrokerChild::start(const Partnership& partnership, const std::string& program) {
  remove_traces(partnership.folder + "/broker");
  const pid_t process = spawn(program, partnership.folder + "/broker/broker.yaml", output_of(partnership));
  if (process < 0) return fail(Fault::Unavailable, code::kConfig, "no process for the broker");
  BrokerChild child(partnership, process);
  for (const auto until = Steady::now() + kStart; Steady::now() < until; std::this_thread::sleep_for(Milliseconds(20))) {
    if (child.ask("status")) return child;
    if (::waitpid(process, nullptr, WNOHANG) == process) {
      child.process_ = -1;
      break;
    }
  }
  return fail(Fault::Unavailable, code::kConfig, program + " does not start: " + tail(output_of(partnership)));
}

BrokerChild::~BrokerChild() {
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

Result<text::Json> BrokerChild::ask(const std::string& verb) const {
  admin::Question question;
  question.verb = verb;
  const auto& broker = partnership_.beliefs.directory().broker.name;
  TRY(admin::Answer answer, ops::ask(partnership_.folder + "/broker/admin.sock", broker, partnership_.operator_key, question));
  if (!answer.ok) return fail(Fault::Refused, code::kConfig, verb + ": " + answer.code + " " + answer.detail);
  return std::move(answer.result);
}

Result<std::uint64_t> BrokerChild::undelivered() const {
  TRY(const text::Json answer, ask("mailbox list"));
  std::uint64_t count = 0;
  const text::Json* list = answer.kind() == text::Json::Kind::Array ? &answer : answer.member("mailboxes");
  if (list == nullptr) return fail(Fault::Malformed, code::kFrame, "mailbox list without mailboxes");
  for (const auto& [name, mailbox] : list->elements()) count += number_of(mailbox.member("undelivered"));
  return count;
}

Result<std::map<std::string, std::int64_t>> BrokerChild::counters() const {
  TRY(const text::Json answer, ask("status"));
  std::map<std::string, std::int64_t> counters;
  const text::Json* metrics = answer.member("metrics");
  std::istringstream lines(metrics == nullptr ? std::string() : metrics->scalar());
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name;
    std::int64_t value = 0;
    if (words >> name >> value) counters[name] = value;
  }
  if (counters.empty()) return fail(Fault::Malformed, code::kFrame, "status without metrics");
  return counters;
}

std::uint64_t BrokerChild::disk_bytes() const {
  std::uint64_t bytes = 0;
  std::error_code gone;
  for (const auto& entry : fs::recursive_directory_iterator(partnership_.folder + "/broker/store", gone)) {
    const auto size = entry.is_regular_file(gone) ? entry.file_size(gone) : 0;
    if (!gone) bytes += size;
  }
  return bytes;
}

Result<int> BrokerChild::end() {
  int status = 0;
  ::kill(process_, SIGTERM);
  const pid_t ended = ::waitpid(process_, &status, 0);
  process_ = -1;
  if (ended < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return fail(Fault::Corrupt, code::kStore, "the broker did not end in order: " + tail(output_of(partnership_)));
  }
  return 0;
}

}  // namespace concordat::bench
