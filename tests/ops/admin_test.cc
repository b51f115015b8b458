// The admin socket: an operator's question is answered, once; nobody else's is heard, and nobody can keep the door shut.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <thread>

#include "broker/admin/server.h"
#include "ops/concordat/admin_client.h"
#include "proto/seal/keys.h"

namespace concordat::admin {
namespace {

using text::Json;

/// The code of the refusal, or "ok".
template <class T>
std::string refusal(const Result<T>& result) {
  return result ? "ok" : std::string(result.error().code.name);
}

class AdminTest : public testing::Test {
 protected:
  void SetUp() override {
    char folder[] = "/tmp/concordat-admin-XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    folder_ = folder;
    path = folder_ + "/admin.sock";
    auto listening = Server::listen(path, "broker", {{"duty", key.verify}}, entropy);
    ASSERT_TRUE(listening) << describe(listening.error());
    server = std::move(*listening);
  }
  void TearDown() override {
    server.reset();
    std::filesystem::remove_all(folder_);
  }

  /// What the tool is answered, and what the broker says of the connection.
  std::pair<Result<Answer>, Result<bool>> ask(const seal::SigningPair& with, const std::string& broker = "broker") {
    Question question{"mailbox list", Json::object()};
    question.arguments.set("desk", Json::text("council/idva"));
    Result<Answer> answer = fail(Fault::Unavailable, code::kFrame);
    std::thread tool([&] { answer = ops::ask(path, broker, with, question); });
    Result<bool> served = serve();
    tool.join();
    return {std::move(answer), std::move(served)};
  }
  Result<bool> serve(Milliseconds patience = Milliseconds(5'000)) {
    return server->serve(
        [this](const Asked& asked) -> Result<Json> {
          heard.push_back(asked.by + " asks " + asked.question.verb + " " + asked.question.argument("desk"));
          if (refuse) return fail(Fault::Refused, code::kNotFound, "desk");
          Json result = Json::object();
          result.set("waiting", Json::number(3));
          return result;
        },
        patience);
  }
  int connect() {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, path.data(), path.size());
    const void* plain = &name;
    EXPECT_EQ(::connect(fd, static_cast<const sockaddr*>(plain), sizeof(name)), 0);
    return fd;
  }
  static Deadline soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(3); }

  seal::SystemEntropy entropy;
  seal::SigningPair key = seal::new_signing_pair(entropy);
  std::string folder_, path;
  std::unique_ptr<Server> server;
  std::vector<std::string> heard;
  bool refuse = false;
};

TEST_F(AdminTest, AnOperatorsQuestionIsAnswered) {
  const auto [answer, served] = ask(key);
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_TRUE(answer->ok);
  EXPECT_EQ(text::to_text(answer->result), R"({"waiting":3})");
  EXPECT_EQ(heard, std::vector<std::string>{"duty asks mailbox list council/idva"});
}

TEST_F(AdminTest, ARefusalKeepsItsCodeAndRemedy) {
  refuse = true;
  const auto [answer, served] = ask(key);
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->ok);
  EXPECT_EQ(answer->code, "E-NOT-FOUND");
  EXPECT_EQ(answer->remedy, code::kNotFound.remedy);
  EXPECT_TRUE(served && *served);
}

TEST_F(AdminTest, AnotherKeyIsNotHeard) {
  const auto [answer, served] = ask(seal::new_signing_pair(entropy));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->code, "E-CLIENT");
  ASSERT_FALSE(served);
  EXPECT_EQ(served.error().code, code::kClient);
  EXPECT_TRUE(heard.empty());
}

TEST_F(AdminTest, AQuestionForAnotherBrokerIsNotAsked) {
  const auto [answer, served] = ask(key, "other-broker");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, code::kConfig);
  EXPECT_TRUE(heard.empty());
}

TEST_F(AdminTest, ARecordedQuestionCannotBeAskedAgain) {
  const Greeting greeting{"broker", entropy.id<Nonce>()};
  const Bytes recorded = encode(Question{"mailbox retry", Json::object()}, greeting, key);
  ASSERT_TRUE(decode_question(recorded, greeting));
  EXPECT_EQ(refusal(decode_question(recorded, Greeting{"broker", entropy.id<Nonce>()})), code::kProof.name);
  EXPECT_EQ(refusal(decode_question(recorded, Greeting{"other", greeting.nonce})), code::kProof.name);
  Result<Bytes> answer = fail(Fault::Unavailable, code::kFrame);
  std::thread replay([&] {
    const int fd = connect();
    ASSERT_TRUE(read_message(fd, 1000, soon()));
    ASSERT_TRUE(write_message(fd, recorded, soon()));
    answer = read_message(fd, 10'000, soon());
    ::close(fd);
  });
  EXPECT_EQ(refusal(serve()), code::kProof.name);
  replay.join();
  EXPECT_NE(answer->find("E-PROOF"), std::string::npos);
  EXPECT_TRUE(heard.empty());
}

TEST_F(AdminTest, EveryFlippedBitOfAQuestionIsRefused) {
  const Greeting greeting{"broker", entropy.id<Nonce>()};
  const Bytes good = encode(Question{"status", Json::object()}, greeting, key);
  int refused = 0;
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes changed = good;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto question = decode_question(changed, greeting);
    // The one change that may stand is a spelling of the same bytes, such as the case of a hexadecimal digit.
    if (question) {
      EXPECT_EQ(question->question.verb, "status") << i;
    } else {
      ++refused;
    }
  }
  EXPECT_EQ(refused, static_cast<int>(good.size()));
}

TEST_F(AdminTest, ASilentConnectionIsClosedAndTheNextIsServed) {
  const int silent = connect();
  const auto before = std::chrono::steady_clock::now();
  EXPECT_FALSE(serve());
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(4));
  ::close(silent);
  EXPECT_TRUE(ask(key).first->ok);
}

TEST_F(AdminTest, AnOverlongMessageIsRefusedBeforeItIsRead) {
  const int fd = connect();
  std::thread flood([&] {
    ASSERT_TRUE(read_message(fd, 1000, soon()));
    const Bytes head("\x7f\xff\xff\xff", 4);
    ASSERT_EQ(::send(fd, head.data(), head.size(), MSG_NOSIGNAL), 4);
  });
  EXPECT_EQ(refusal(serve()), code::kLimit.name);
  flood.join();
  ::close(fd);
}

TEST_F(AdminTest, NobodyComesNobodyIsServed) {
  const auto served = serve(Milliseconds(10));
  ASSERT_TRUE(served);
  EXPECT_FALSE(*served);
}

TEST_F(AdminTest, TheSocketIsItsOwnersAlone) {
  struct stat info {};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(AdminTest, ADeadBrokersSocketIsReplacedALiveOnesIsNot) {
  EXPECT_EQ(refusal(Server::listen(path, "broker", {}, entropy)), code::kConfig.name);
  const std::string left = folder_ + "/left.sock";
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, left.data(), left.size());
  const void* plain = &name;
  ASSERT_EQ(::bind(fd, static_cast<const sockaddr*>(plain), sizeof(name)), 0);
  ::close(fd);
  EXPECT_TRUE(Server::listen(left, "broker", {}, entropy));
  EXPECT_FALSE(ops::listening(left)) << "its end takes the socket away";
}

TEST_F(AdminTest, AFileThatIsNoSocketIsLeftAlone) {
  const std::string file = folder_ + "/file";
  ::close(::creat(file.c_str(), 0600));
  EXPECT_FALSE(Server::listen(file, "broker", {}, entropy));
  EXPECT_TRUE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace concordat::admin
