// The client of GOV.UK Notify against the emulator: what is sent, and every way in which it may go wrong.
#include <fstream>

#include "adapters/notify/callbacks.h"
#include "adapters/notify/jwt.h"
#include "adapters/sdk/http/bearer.h"
#include "tests/adapters/notify/emulator.h"

namespace concordat::notify {
namespace {

class ShiftedClock final : public Clock {
 public:
  Instant now() override { return SystemClock().now() + by; }
  Milliseconds by{0};
};

class ClientTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { emulator_ = new Emulator; }
  static void TearDownTestSuite() { delete emulator_; }
  Answer send(const std::string& to = "+447700900482", Channel channel = Channel::Text) {
    Message message = message_to(to, channel, "ref-" + std::to_string(++refs_));
    last_ = message;
    return client_.send(message, clock_.now());
  }
  std::string said(const Answer& answer) {
    static constexpr const char* kIs[] = {"accepted", "refused", "later", "unknown"};
    return std::string(kIs[static_cast<int>(answer.is)]) + " " + answer.why + (answer.alarm ? " alarm" : "");
  }
  std::string looked() {
    const Looked looked = client_.look_up(last_, clock_.now());
    static constexpr const char* kIs[] = {"found", "nothing", "failed"};
    return kIs[static_cast<int>(looked.is)];
  }

  static Emulator* emulator_;
  static int refs_;
  ShiftedClock clock_;
  Client client_ = client_of(*emulator_, clock_, Milliseconds{700});
  Message last_;
};
Emulator* ClientTest::emulator_ = nullptr;
int ClientTest::refs_ = 0;

TEST_F(ClientTest, ATextAnEmailAndALetterArriveByteForByte) {
  const std::size_t before = emulator_->recorded().size();
  EXPECT_EQ(said(send()), "accepted 201");
  EXPECT_EQ(said(send("marta@example.org", Channel::Email)), "accepted 201");
  EXPECT_EQ(said(send("Marta Bielak-Owens\n3 Sample Lane\nCW1 1AA", Channel::Letter)), "accepted 201");
  const auto recorded = emulator_->recorded();
  ASSERT_EQ(recorded.size(), before + 3);
  EXPECT_EQ(recorded[before].to, "447700900482");
  EXPECT_EQ(recorded[before].body, "There is news about the matter you asked us about. Call the number you were given and give your word. Open until 8 pm.");
  EXPECT_EQ(recorded[before + 1].subject, "The matter you asked us about");
  EXPECT_NE(recorded[before + 1].body.find("0808 157 0900"), std::string::npos);
  EXPECT_EQ(recorded[before + 2].to, "Marta Bielak-Owens\n3 Sample Lane\nCW1 1AA");
}

TEST_F(ClientTest, WhatWasSentIsFoundByItsReferenceAndByItsId) {
  const Answer answer = send();
  EXPECT_EQ(looked(), "found");
  last_.id = answer.id;
  EXPECT_EQ(client_.ask(last_, clock_.now()).is, Looked::Is::Found);
  last_.reference = "nobody's";
  EXPECT_EQ(looked(), "nothing");
  last_.id = "33333333-3333-4333-8333-333333333333";
  EXPECT_EQ(client_.ask(last_, clock_.now()).is, Looked::Is::Failed);
}

TEST_F(ClientTest, ErrorsAreToldApartByStatusAndName) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"400", "refused 400 BadRequestError"},
      {"429", "later 429 RateLimitError"},
      {"limit", "later 429 TooManyRequestsError: the day's limit alarm"},
      {"403", "later 403 AuthError: the API key is refused alarm"},
      {"500", "unknown 500 Exception"},
      {"garbage", "unknown 201 without an id"},
  };
  for (const auto& [how, expected] : cases) {
    emulator_->next(how);
    EXPECT_EQ(said(send()), expected) << how;
  }
}

TEST_F(ClientTest, ItWaitsAsLongAsItIsAskedToWithinReason) {
  for (const auto& [how, seconds] : {std::pair<const char*, int>{"429", 60}, {"429:7", 7}, {"429:0", 1}, {"429:99999999999999999999", 3'600}, {"429:-5", 60}, {"429:soon", 60}}) {
    emulator_->next(how);
    EXPECT_EQ(send().pause, Milliseconds{1'000} * seconds) << how;
  }
}

TEST_F(ClientTest, AfterAnUnknownOutcomeTheReferenceTells) {
  for (const auto& [how, found] : {std::pair<const char*, const char*>{"drop", "found"}, {"500-after", "found"}, {"slow:1.5", "found"}, {"garbage", "found"}, {"drop-before", "nothing"}, {"500", "nothing"}}) {
    emulator_->next(how);
    EXPECT_EQ(said(send()).substr(0, 7), "unknown") << how;
    EXPECT_EQ(looked(), found) << how;
  }
}

TEST_F(ClientTest, ARecipientThatCannotBeIsRefused) {
  EXPECT_EQ(said(send("+44770090048")), "refused 400 ValidationError");
  EXPECT_EQ(said(send("nobody", Channel::Email)), "refused 400 ValidationError");
  last_ = message_to("+447700900482");
  last_.personalisation.clear();
  EXPECT_EQ(said(client_.send(last_, clock_.now())), "refused 400 BadRequestError") << "hours are missing";
  last_.template_id = "44444444-4444-4444-8444-444444444444";
  EXPECT_EQ(said(client_.send(last_, clock_.now())), "refused 400 BadRequestError") << "no such template";
}

TEST_F(ClientTest, AClockThatIsOffIsSaidPlainly) {
  clock_.by = Milliseconds{90'000};
  EXPECT_NE(said(send()).find("403 AuthError: this machine's clock is 90 s ahead of the service's alarm"), std::string::npos);
  clock_.by = Milliseconds{-60'000};
  EXPECT_NE(said(send()).find(" s behind the service's"), std::string::npos);
}

TEST_F(ClientTest, WhereNobodyListensNothingWasSent) {
  auto over = http::Client::open({.base = "http://127.0.0.1:1", .authorities = {}, .patience = Milliseconds{500}, .body_bytes_max = 1u << 20});
  Client nobody(std::move(*over), std::move(*read_api_key(emulator_->key_file())), clock_);
  const Answer answer = nobody.send(message_to("+447700900482"), clock_.now());
  EXPECT_EQ(said(answer), "later the service cannot be reached");
  EXPECT_GT(answer.pause.count(), 0);
}

TEST_F(ClientTest, AnySuccessMayBeAMessage) {
  for (const int status : {200, 202}) {
    auto server = http::Server::listen(http::ServerOptions{}, [status](const http::Request&) {
      http::Response out;
      out.status = status;
      out.body = "{}";
      return out;
    });
    ASSERT_TRUE(server) << describe(server.error());
    auto over = http::Client::open({.base = "http://127.0.0.1:" + std::to_string((*server)->port()), .authorities = {}, .patience = Milliseconds{2'000}, .body_bytes_max = 1u << 20});
    Client client(std::move(*over), std::move(*read_api_key(emulator_->key_file())), clock_);
    EXPECT_EQ(said(client.send(message_to("+447700900482"), clock_.now())), "unknown " + std::to_string(status));
  }
}

TEST_F(ClientTest, AnAddressThatIsNotTheServicesIsSaid) {
  last_ = message_to("+447700900482", Channel::Text);
  http::Response elsewhere = emulator_->raw("POST", "/v2/elsewhere", "{}");
  EXPECT_EQ(elsewhere.status, 401) << "the emulator asks for a token before it says what is not there";
}

TEST(HttpClient, OnlyThisMachineIsSpokenToInClear) {
  for (const char* base : {"http://api.example.org", "ftp://example.org", "https://user@example.org", "https://example.org/v2", "http://", "http://127.0.0.1.example.org:80", "https://a b"}) {
    EXPECT_FALSE(http::Client::open({.base = base, .authorities = {}, .patience = Milliseconds{500}, .body_bytes_max = 1u << 20})) << base;
  }
  for (const char* base : {"https://api.example.org", "https://api.example.org:8443", "http://127.0.0.1:80", "http://localhost", "http://[::1]:80"}) {
    EXPECT_TRUE(http::Client::open({.base = base, .authorities = {}, .patience = Milliseconds{500}, .body_bytes_max = 1u << 20})) << base;
  }
}

TEST(Environment, LiveGoesOverTlsAndTestStaysOnThisMachine) {
  EXPECT_TRUE(check_environment("https://api.notifications.service.gov.uk", true));
  EXPECT_FALSE(check_environment("http://127.0.0.1:6011", true));
  EXPECT_TRUE(check_environment("http://127.0.0.1:6011", false));
  EXPECT_FALSE(check_environment("https://api.notifications.service.gov.uk", false));
}

class KeyFileTest : public ::testing::Test {
 protected:
  std::string with(const std::string& text, unsigned mode = 0600) {
    const std::string file = folder_ / "key";
    testing::write_whole(file, text);
    ::chmod(file.c_str(), mode);
    return file;
  }
  testing::Folder folder_;
};

TEST_F(KeyFileTest, AKeyIsANameAndTwoUuids) {
  const auto key = read_api_key(with(std::string(kApiKey) + "\n"));
  ASSERT_TRUE(key) << describe(key.error());
  EXPECT_EQ(key->issuer, "11111111-1111-4111-8111-111111111111");
  EXPECT_EQ(key->secret.view(), "22222222-2222-4222-8222-222222222222");
  for (const char* text : {"", "name", "11111111-1111-4111-8111-111111111111-22222222-2222-4222-8222-222222222222", "n-11111111-1111-4111-8111-111111111111-secret"}) {
    const auto bad = read_api_key(with(text));
    ASSERT_FALSE(bad) << text;
    EXPECT_EQ(bad.error().code, code::kKeyFile);
    EXPECT_EQ(bad.error().detail.find("1111"), std::string::npos) << "the key is never quoted";
  }
}

TEST_F(KeyFileTest, AKeyThatOthersMayReadIsNotUsed) {
  EXPECT_TRUE(read_api_key(with(kApiKey)));
  EXPECT_FALSE(read_api_key(with(kApiKey, 0640)));
  EXPECT_FALSE(http::read_token(with("a-token-of-many-characters", 0604)));
  const auto token = http::read_token(with("short"));
  ASSERT_FALSE(token);
  EXPECT_NE(token.error().detail.find("openssl rand -hex 32"), std::string::npos) << "how a token is made";
}

TEST(Secrets, OnlyTheSameIsTheSame) {
  const SecretBytes held("a-token-of-many-characters");
  EXPECT_TRUE(http::same_secret("a-token-of-many-characters", held));
  for (const char* other : {"", "a-token-of-many-character", "a-token-of-many-characters ", "A-token-of-many-characters", "a-token-of-many-charactersa-token-of-many-characters"}) EXPECT_FALSE(http::same_secret(other, held)) << other;
  EXPECT_FALSE(http::same_secret("", SecretBytes()));
}

TEST(Tokens, AreHs256OverIssuerAndTime) {
  const auto token = make_token("issuer", "secret", instant_of(1'568'818'578'000));
  ASSERT_TRUE(token);
  // {"alg":"HS256","typ":"JWT"} in base64, either order of the two.
  EXPECT_EQ(std::count(token->begin(), token->end(), '.'), 2);
  EXPECT_NE(*token, *make_token("issuer", "another", instant_of(1'568'818'578'000)));
}

http::Request receipt_request(const std::string& body, const std::string& token = "a-token-of-many-characters") {
  http::Request request;
  request.method = "POST";
  request.path = "/receipts";
  request.headers["authorization"] = "Bearer " + token;
  request.body = body;
  return request;
}
constexpr const char* kReceipt = R"({"id":"201b576e-c09b-467b-9dfa-9c3b689ee730","reference":"r1","to":"07700900482","status":"delivered","notification_type":"sms"})";

TEST(Callbacks, AreReadOnlyWithTheToken) {
  Callbacks callbacks(SecretBytes("a-token-of-many-characters"));
  EXPECT_EQ(callbacks.answer(receipt_request(kReceipt, "another-token-of-characters")).status, 401);
  http::Request none = receipt_request(kReceipt);
  none.headers.clear();
  EXPECT_EQ(callbacks.answer(none).status, 401);
  none.path = "/";
  EXPECT_EQ(callbacks.answer(none).status, 404);
  http::Request get = receipt_request(kReceipt);
  get.method = "GET";
  EXPECT_EQ(callbacks.answer(get).status, 405);
  EXPECT_FALSE(callbacks.next());
}

TEST(Callbacks, AreAnsweredOnceTheyAreDurable) {
  Callbacks callbacks(SecretBytes("a-token-of-many-characters"));
  http::ServerOptions options;
  options.threads = 2;
  auto server = http::Server::listen(options, [&](const http::Request& request) { return callbacks.answer(request); });
  ASSERT_TRUE(server) << describe(server.error());
  for (const bool durable : {true, false}) {
    const pid_t child = ::fork();
    if (child == 0) {
      auto client = http::Client::open({.base = "http://127.0.0.1:" + std::to_string((*server)->port()), .authorities = {}, .patience = Milliseconds{5'000}, .body_bytes_max = 1u << 20});
      bool sent = false;
      const auto answer = (*client)->send(receipt_request(kReceipt), sent);
      ::_exit(answer ? answer->status / 100 : 0);
    }
    std::optional<Receipt> receipt;
    for (int n = 0; n < 400 && !receipt; ++n) {
      receipt = callbacks.next();
      ::usleep(10'000);
    }
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->reference + " " + receipt->status, "r1 delivered");
    receipt->durable->try_send(bool(durable));
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), durable ? 2 : 5) << "503: the service tries again";
  }
}

TEST(Callbacks, WhatIsNoReceiptIsRefused) {
  Callbacks callbacks(SecretBytes("a-token-of-many-characters"));
  for (const char* body : {"", "{}", "[]", R"({"id":"a","status":"delivered"})", R"({"id":"a","reference":"r","status":"elephant"})", R"({"id":"a","reference":null,"status":"delivered"})"}) {
    EXPECT_EQ(callbacks.answer(receipt_request(body)).status, 400) << body;
  }
}

}  // namespace
}  // namespace concordat::notify
