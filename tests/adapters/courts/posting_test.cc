// What courts post: over HTTP on this machine, into a keep, and what they are answered.
#include <httplib.h>
#include <sys/stat.h>

#include <future>

#include "adapters/courts/post.h"
#include "adapters/sdk/intake.h"
#include "adapters/sdk/read/json.h"
#include "proto/text/yaml.h"
#include "tests/adapters/courts/courts.h"
#include "tests/adapters/sdk/fake_broker.h"

namespace concordat::courts::testing {
namespace {

using concordat::testing::CheshireEast;

class Posting : public concordat::testing::KeepTest {
 protected:
  void SetUp() override {
    KeepTest::SetUp();
    auto server = http::Server::listen({}, [this](const http::Request& request) { return answer(request, arrivals_); });
    ASSERT_TRUE(server) << describe(server.error());
    server_ = std::move(*server);
  }
  void TearDown() override {
    arrivals_.close();
    server_.reset();
    
  }
  /// Sends as a court does while this thread does what the program's loop does. "202 {…}"
  std::string send(const std::string& method, const std::string& path, const std::string& body = {}) {
    auto answered = std::async(std::launch::async, [&] {
      httplib::Client client("127.0.0.1", server_->port());
      const auto result = method == "DELETE" ? client.Delete(path) : method == "GET" ? client.Get(path) : client.Post(path, body, "application/json");
      return result ? std::to_string(result->status) + " " + result->body : "no answer";
    });
    sdk::Intake intake(*keep_, sealer_, log_, &source_);
    while (answered.wait_for(std::chrono::milliseconds(2)) != std::future_status::ready) {
      const auto arrival = arrivals_.next();
      if (!arrival) continue;
      const auto counts = intake.take(arrival->name, source_.read(arrival->name, arrival->text), beliefs_.directory(), beliefs_.agreements(), instant_of(kNow));
      arrival->answer->set_value(counts ? sdk::Reception{true, counts->events, counts->quarantined} : sdk::Reception{});
    }
    return answered.get();
  }

  CheshireEast east_;
  sdk::Beliefs beliefs_ = east_.beliefs();
  sdk::Publisher publisher_ = east_.publisher();
  sdk::Sealer sealer_{publisher_, entropy_};
  concordat::testing::FixedClock clock_;
  concordat::testing::Lines lines_;
  observe::Log log_{lines_, clock_};
  CourtSource source_ = source();
  sdk::Arrivals arrivals_;
  std::unique_ptr<http::Server> server_;
};

const std::string kHearing = hearing(defendant("d1", offence(1, order())));

TEST_F(Posting, WhatIsDurableIsAccepted) {
  EXPECT_EQ(send("POST", "/hearing/h1/result", kHearing), R"(202 {"events":0,"quarantined":0})") << "no clause here releases it; it is taken all the same";
  EXPECT_EQ(send("POST", "/hearing/H1", kHearing), R"(202 {"events":0,"quarantined":0})") << "ids differ in case at some senders";
  EXPECT_EQ(send("DELETE", "/hearing/h1/delete"), R"(202 {"events":0,"quarantined":0})");
}

TEST_F(Posting, WhatIsNotUnderstoodIsDurableInQuarantineAndAcceptedToo) {
  EXPECT_EQ(send("POST", "/hearing/h1/result", replaced(kHearing, R"("lastName":"Price")", R"("lastName":"Price","gender":"X")")), R"(202 {"events":0,"quarantined":1})");
  const auto quarantined = keep_->quarantine();
  ASSERT_TRUE(quarantined);
  ASSERT_EQ(quarantined->size(), 1u);
  EXPECT_EQ(quarantined->front().what.file, "POST /hearing/h1/result");
  EXPECT_EQ(quarantined->front().what.field, "hearing.prosecutionCases[0].defendants[0].personDefendant.personDetails.gender");
}

TEST_F(Posting, WhatIsNotDurableIsToBeSentAgain) {
  bool is_full = false;
  open({}, [&](std::string_view statement) { return statement != "COMMIT" || !is_full; });
  is_full = true;
  EXPECT_EQ(send("POST", "/hearing/h1/result", kHearing).substr(0, 3), "503");
  is_full = false;
  EXPECT_EQ(send("POST", "/hearing/h1/result", kHearing).substr(0, 3), "202") << "the same again, once the disk is back";
  arrivals_.close();
  EXPECT_EQ(send("POST", "/hearing/h1/result", kHearing).substr(0, 3), "503") << "the program ends";
}

TEST_F(Posting, WhatCanNeverBeTakenIsRefusedWithAReason) {
  EXPECT_EQ(send("POST", "/hearing/h1", "not json"), R"(400 {"error":"JSON: it breaks at byte 2"})");
  EXPECT_EQ(send("POST", "/hearing/h1", "{}"), R"(400 {"error":"this is no Common Platform hearing: there is none under `hearing`"})");
  EXPECT_EQ(send("POST", "/hearing/h1", R"({"hearing":{}})"), R"(400 {"error":"a hearing without an id"})");
  EXPECT_EQ(send("POST", "/hearing/h2", kHearing), R"(400 {"error":"the id in the path is not that of the hearing"})");
  EXPECT_EQ(send("POST", "/hearing/h%0A1", kHearing), R"(400 {"error":"the id in the path is none"})");
  EXPECT_EQ(send("POST", "/hearings/h1", kHearing).substr(0, 3), "404");
  EXPECT_EQ(send("POST", "/hearing/h1/results", kHearing).substr(0, 3), "404");
  EXPECT_EQ(send("POST", "/", kHearing).substr(0, 3), "404");
  EXPECT_EQ(send("GET", "/hearing/h1").substr(0, 3), "405");
  EXPECT_EQ(send("POST", "/hearing/h1/delete", kHearing).substr(0, 3), "405");
  EXPECT_EQ(send("DELETE", "/hearing/h1").substr(0, 3), "405");
  EXPECT_TRUE(keep_->quarantine()->empty()) << "whoever sent it knows";
}

TEST_F(Posting, OneOutcomeIsToldOnceThroughDuplicatesDeletionAndRestarts) {
  // How many events change, whether the agreement in force lets them leave or not; each message comes after a restart.
  const auto changed = [&](const std::string& name, const std::string& text) {
    open();
    sdk::Intake intake(*keep_, sealer_, log_, &source_);
    const auto counts = intake.take(name, source_.read(name, text), beliefs_.directory(), beliefs_.agreements(), instant_of(kNow));
    EXPECT_TRUE(counts);
    return counts ? counts->events + counts->kept_home : 99;
  };
  const std::string post = "POST /hearing/h1/result", remove = "DELETE /hearing/h1/delete";
  const std::string notified = R"({"Type":"Notification","Message":)" + read::to_text(read::Json::text(kHearing)) + R"(,"MessageAttributes":{"hearingEventType":{"Value":"Resulted"}}})";
  EXPECT_EQ(changed(post, kHearing), 1u);
  EXPECT_EQ(changed(post, kHearing), 0u);
  EXPECT_EQ(changed("n.json", notified), 0u) << "the same by another way";
  EXPECT_EQ(changed(post, hearing(defendant("d1", offence(1, order())), {.at = "2026-07-14T12:00:00Z", .reshare = true})), 0u);
  EXPECT_EQ(changed(remove, ""), 1u) << "reversed";
  EXPECT_EQ(changed(remove, ""), 0u);
  EXPECT_EQ(changed("n.json", notified), 0u) << "late: it was deleted";
  EXPECT_EQ(changed(post, hearing(defendant("d1", offence(1, order())), {.at = "2026-07-14T13:00:00Z", .reshare = true})), 1u) << "shared anew: it stands";
  const std::string spi = sample("resulted-case.xml");
  EXPECT_EQ(changed("a.xml", spi), 8u) << "seven events, and the order told before is of an abuse case";
  EXPECT_EQ(changed("b.xml", spi), 0u);
}

TEST_F(Posting, AHearingOfManyDefendantsIsTakenWhole) {
  std::string all;
  for (int n = 0; n < 60; ++n) all += (n == 0 ? "" : ",") + defendant("d" + std::to_string(n), offence(1, order("r" + std::to_string(n)), R"(,"wording":")" + std::string(4000, 'w') + "\""));
  EXPECT_EQ(send("POST", "/hearing/h1/result", hearing(all)).substr(0, 3), "202");
  EXPECT_EQ(send("POST", "/hearing/h1", std::string(9u << 20, ' ') + kHearing).substr(0, 3), "413");
}

TEST(Listen, IsReadWithEveryMistakeNamed) {
  const auto read = [](const std::string& yaml) -> std::string {
    auto document = text::Document::parse("c.yaml", yaml, code::kConfig);
    EXPECT_TRUE(document);
    auto map = document->map();
    EXPECT_TRUE(map);
    const auto options = read_listen(*map);
    if (!options) return options.error().detail;
    return *options ? (*options)->server.address + ":" + std::to_string((*options)->server.port) : "none";
  };
  EXPECT_EQ(read("a: 1\n"), "none");
  EXPECT_EQ(read("listen: {port: 8443}\n"), "127.0.0.1:8443");
  EXPECT_EQ(read("listen: {address: 0.0.0.0, port: 8443, certificate: c.pem, key: k.pem, clients: a.pem}\n"), "0.0.0.0:8443");
  EXPECT_EQ(read("listen: {address: 0.0.0.0, port: 8443, certificate: c.pem, key: k.pem, token: t}\n"), "0.0.0.0:8443");
  EXPECT_TRUE(has(read("listen: {address: 0.0.0.0, port: 8443, certificate: c.pem, key: k.pem}\n"), "anybody who reaches this address")) << "nobody would have to prove who he is";
  EXPECT_TRUE(has(read("listen: {address: 0.0.0.0, port: 8443, token: t}\n"), "without a certificate")) << "a token in clear is anybody's";
  EXPECT_TRUE(has(read("listen: {port: 8443, clients: a.pem}\n"), "under TLS alone"));
  EXPECT_EQ(read("listen: {port: 8443, token: t}\n"), "127.0.0.1:8443");
  EXPECT_TRUE(has(read("listen: {address: 0.0.0.0, port: 8443}\n"), "without a certificate"));
  EXPECT_TRUE(has(read("listen: {port: 8443, certificate: c.pem}\n"), "go together"));
  EXPECT_TRUE(has(read("listen: {port: 8443, host: a}\n"), "host"));
  EXPECT_TRUE(has(read("listen: {address: 127.0.0.1}\n"), "port"));
}

class Admission : public Posting {
 protected:
  std::string file(const std::string& name, const std::string& text, mode_t mode = 0600) const {
    const std::string path = folder_ / name;
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
    return path;
  }
  std::string checked(const std::string& token) const {
    Listen listen;
    listen.token = token;
    const auto done = check(listen);
    return done ? "in order" : std::string(done.error().code.name);
  }
};

TEST_F(Admission, WhoeverDoesNotShowTheTokenIsNotHeard) {
  Listen listen;
  listen.token = file("token", "a-token-of-the-courts-own\n");
  EXPECT_EQ(checked(listen.token), "in order");
  // The port is free again before it is listened on: what listens here says which it is only in its log.
  listen.server.port = server_->port();
  server_.reset();
  const auto listening = courts::listen(listen, arrivals_, log_);
  ASSERT_TRUE(listening) << describe(listening.error());
  const auto with = [&](const httplib::Headers& headers) {
    httplib::Client client("127.0.0.1", listen.server.port);
    const auto result = client.Post("/hearing/h1/result", headers, "not json", "application/json");
    return result ? result->status : 0;
  };
  EXPECT_EQ(with({}), 401);
  EXPECT_EQ(with({{"Authorization", "Bearer a-token-of-the-courts-owm"}}), 401);
  EXPECT_EQ(with({{"Authorization", "Bearer a-token-of-the-courts-own-and-more"}}), 401);
  EXPECT_EQ(with({{"Authorization", "Bearer "}}), 401);
  EXPECT_EQ(with({{"Authorization", "Basic a-token-of-the-courts-own"}}), 401);
  EXPECT_EQ(with({{"Authorization", "Bearer a-token-of-the-courts-own"}}), 400) << "heard, and no hearing";
  EXPECT_EQ(with({{"authorization", "bearer a-token-of-the-courts-own"}}), 400);
  EXPECT_FALSE(has(lines_.text, "a-token-of-the-courts-own")) << "never in a log";
}

TEST_F(Admission, ATokenThatOthersMayReadOrNobodyCouldShowIsRefused) {
  EXPECT_EQ(checked(file("open", "a-token-of-the-courts-own\n", 0644)), "E-CONFIG");
  EXPECT_EQ(checked(file("short", "too short\n")), "E-CONFIG");
  EXPECT_EQ(checked(file("blank", "a token of the courts own\n")), "E-CONFIG");
  EXPECT_EQ(checked(file("two", "a-token-of-the-courts-own\nanother-of-them-here\n")), "E-CONFIG");
  EXPECT_EQ(checked("/nonexistent"), "E-CONFIG");
  EXPECT_EQ(checked("/dev/null"), "E-CONFIG");
}

}  // namespace
}  // namespace concordat::courts::testing
