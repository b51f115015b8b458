// A client that means harm: speaks the protocol over the real transport, with keys of the demonstration, and says on standard output
// what it was answered, one line each. nobody_in_test.py reads that.
//
//   hostile_client HOME ADDRESS WHAT [SEED]     HOME: what `concordat demo make` made; WHAT: see kAttempts at the end
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <random>

#include "proto/directory/bundle.h"
#include "proto/seal/keys.h"
#include "proto/transport/client.h"
#include "proto/transport/server.h"
#include "proto/wire/event.h"
#include "proto/wire/session.h"

namespace concordat::hostile {
namespace {

using contract::Kind;
using seal::KeyPurpose;

constexpr const char* kPolice = "cheshire-constabulary";
constexpr const char* kIncidents = "cheshire-constabulary/incidents";
constexpr const char* kIdva = "cheshire-east-council/idva";
constexpr const char* kChecs = "cheshire-east-council/checs";
constexpr auto kPatience = std::chrono::seconds(5);

template <class T>
T must(Result<T> result) {
  if (result) return *std::move(result);
  std::printf("cannot begin: %s\n", describe(result.error()).c_str());
  std::exit(3);
}

Bytes whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What the demonstration made, and where its broker listens.
struct Scene {
  std::string home, address;
  std::uint64_t seed = 0;
  directory::Directory directory;
  mutable seal::SystemEntropy entropy;

  seal::KeyFile key(const std::string& place, const std::string& name, KeyPurpose purpose) const {
    return must(seal::read_key_file(home + "/" + place + "/keys/" + name + ".1.key", purpose));
  }
  transport::KeyPair transport_of(const std::string& party, const std::string& client) const {
    const auto file = key("parties/" + party, "client-" + client, KeyPurpose::Transport);
    return must(transport::keys_from(file.secret.view().substr(0, 32), file.open.view()));
  }
  DeskNumber desk(const char* name) const { return directory.desk(std::string_view(name))->number; }
};

Scene scene_of(const char* home, const char* address, std::uint64_t seed) {
  Scene scene;
  scene.home = home;
  scene.address = address;
  scene.seed = seed;
  const auto roots = must(directory::read_roots(whole(scene.home + "/roots.yaml"), "roots.yaml"));
  scene.directory = must(directory::load_bundle(whole(scene.home + "/directory.bundle"), roots));
  return scene;
}

bool last_word(const wire::ToClient& message) {
  const auto* refusal = std::get_if<wire::Refusal>(&message);
  return refusal != nullptr && refusal->closing;
}

void say(const wire::Refusal& refusal) {
  std::printf("refused %s%s\n", refusal.code.c_str(), refusal.closing ? ", session over" : "");
}
void say(const wire::Welcome&) { std::printf("welcome\n"); }
void say(const wire::Results& results) {
  for (const auto& each : results.events) {
    std::printf("%s\n", each.outcome == wire::Outcome::Refused ? ("event refused " + each.code).c_str() : "event ACCEPTED");
  }
}
void say(const wire::DeliveryFrame& frame) { std::printf("DELIVERY for desk %u\n", frame.desk.value); }
template <class Other>
void say(const Other&) {}

/// A connection, and what comes over it.
class Line {
 public:
  Line(const Scene& scene, const transport::KeyPair& key, const std::string& address) {
    transport::ClientOptions options;
    options.address = address;
    options.brokers = {*transport::PublicKey::from(scene.directory.broker.transport.view())};
    link_ = must(transport::Client::connect(options, key));
  }
  Line(const Scene& scene, const transport::KeyPair& key) : Line(scene, key, scene.address) {}

  /// Waits for the link; says what came of it.
  bool up() {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < end) {
      if (must(link_->poll(Milliseconds(100))).up) return true;
      if (link_->trouble() == transport::Trouble::NotAdmitted || link_->trouble() == transport::Trouble::NotProven) break;
    }
    std::printf("no link: %s\n", std::string(transport::name_of(link_->trouble())).c_str());
    return false;
  }
  void send(const wire::ToBroker& message) { send_raw(wire::encode(message)); }
  void send_raw(Bytes frame) { static_cast<void>(link_->send(std::move(frame)).has_value()); }

  /// Says every answer until one is of the kind `Until`; false if the broker ends the session, the link is lost, or time is over.
  template <class Until>
  bool hear() {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < end) {
      const auto polled = must(link_->poll(Milliseconds(100)));
      bool there = false, over = false;
      for (const Bytes& frame : polled.frames) {
        const auto message = must(wire::decode_to_client(frame));
        std::visit([](const auto& each) { say(each); }, message);
        if (const auto* welcome = std::get_if<wire::Welcome>(&message)) welcome_ = *welcome;
        there = there || std::holds_alternative<Until>(message);
        over = over || last_word(message);
      }
      if (there || over) return there;
      if (polled.down) return false;
    }
    std::printf("no answer\n");
    return false;
  }

  const wire::Welcome& welcome() const { return welcome_; }

 private:
  std::unique_ptr<transport::Link> link_;
  wire::Welcome welcome_;
};

wire::Hello hello_of(const std::string& client) {
  wire::Hello hello;
  hello.client = client;
  return hello;
}

wire::Hello publishing(OutboxEpoch epoch) {
  wire::Hello hello = hello_of(kIncidents);
  hello.adapter = kIncidents;
  hello.outbox_epoch = epoch;
  return hello;
}

/// How a batch is made; the default is what an honest police adapter sends.
struct Forgery {
  Kind kind = Kind::Incident;
  std::string agency = kPolice, source = kPolice, adapter = kIncidents, signed_with = "adapter-incidents";
};

seal::SealedWithSecret sealed_event(const Scene& scene, const Forgery& forgery, const wire::Header& header) {
  wire::EventLeaf leaf;
  leaf.salt = scene.entropy.id<Digest>();
  leaf.kind = static_cast<std::uint8_t>(forgery.kind);
  seal::Origin origin{scene.directory.partnership, forgery.source, header.event, 0, leaf.kind, 1, 1};
  const auto exchange = seal::symmetric_key<seal::ExchangeKey>(scene.key(std::string("parties/") + kPolice, "exchange", KeyPurpose::Exchange));
  const seal::Label label{1, contract::bit(contract::Role::Victim), static_cast<std::uint16_t>(contract::Item::Name), 0};
  return must(seal::seal_event(origin, exchange, wire::encode(leaf), std::vector<seal::Plain>{{label, {}, "nobody's name"}}, scene.entropy));
}

Bytes batch_of(const Scene& scene, OutboxEpoch epoch, const Forgery& forgery) {
  wire::Header header;
  header.event = scene.entropy.id<EventId>();
  header.source = forgery.source;
  header.time = SystemClock().now();
  header.exchange_epoch = 1;
  auto sealed = sealed_event(scene, forgery, header);
  const wire::Event event{wire::encode(header), std::move(sealed.event)};
  wire::Batch batch;
  batch.statement = {forgery.agency, forgery.adapter, epoch, 0, scene.directory.broker.name};
  batch.broker_key = scene.directory.broker.keys.back().id;
  batch.events = {wire::encode(event)};
  std::vector<seal::EventSecret> secrets;
  secrets.push_back(std::move(sealed.secret));
  batch.secrets = must(seal::box_secrets(scene.directory.broker.keys.back().open, secrets, wire::encode(batch.statement), scene.entropy));
  const auto signing = seal::signing_pair(scene.key(std::string("parties/") + kPolice, forgery.signed_with, KeyPurpose::Signing));
  batch.signature = seal::sign_batch(signing.secret, batch.statement, std::vector<Digest>{wire::digest_of(event)});
  return wire::encode(batch);
}

void publish(const Scene& scene, const Forgery& forgery, const std::function<void(Bytes&)>& spoil = [](Bytes&) {}) {
  Line line(scene, scene.transport_of(kPolice, "incidents"));
  if (!line.up()) return;
  const OutboxEpoch epoch{scene.entropy.u64()};
  line.send(publishing(epoch));
  if (!line.hear<wire::Welcome>()) return;
  Bytes batch = batch_of(scene, epoch, forgery);
  spoil(batch);
  line.send(wire::Publish{std::move(batch)});
  line.hear<wire::Results>();
}

void greet(const Scene& scene, const std::string& party, const std::string& client, const wire::Hello& hello,
           const std::function<void(Line&)>& then = [](Line&) {}) {
  Line line(scene, scene.transport_of(party, client));
  if (!line.up()) return;
  line.send(hello);
  if (line.hear<wire::Welcome>()) then(line);
}

// ---- attempts ----------------------------------------------------------------------------------------------------------

void unknown_key(const Scene& scene) {
  const auto file = must(seal::new_key(KeyPurpose::Transport, "nobody", 1, {false, true}, scene.entropy));
  Line line(scene, must(transport::keys_from(file.secret.view().substr(0, 32), file.open.view())));
  if (line.up()) std::printf("LINK UP\n");
}

/// The broker's own sockets and keys in this process, its door shut as if its thread had died.
void handler_dead(const Scene& scene) {
  const auto file = scene.key("broker", "transport", KeyPurpose::Transport);
  transport::ServerOptions options;
  options.addresses = {"tcp://127.0.0.1:*"};
  const auto server = must(transport::Server::bind(options, must(transport::keys_from(file.secret.view().substr(0, 32), file.open.view()))));
  const auto honest = scene.transport_of(kPolice, "incidents");
  must(server->allow({{honest.open, kIncidents}}));
  const auto arrives = [&](const char* when) {
    Line line(scene, honest, server->addresses().front());
    const bool up = line.up();
    line.send(hello_of(kIncidents));
    const bool heard = !must(server->poll(Milliseconds(500))).received.empty();
    std::printf("%s: link %s, %s\n", when, up ? "up" : "none", heard ? "heard" : "nothing heard");
  };
  arrives("door open");
  server->shut_door();
  arrives("door shut");
}

void squat(const Scene& scene) {
  wire::Hello hello = publishing(OutboxEpoch{1});
  greet(scene, "cheshire-east-council", "idva", hello);
}

void another_adapter(const Scene& scene) {
  wire::Hello hello = publishing(OutboxEpoch{1});
  hello.adapter = "cheshire-constabulary/cases";
  greet(scene, kPolice, "incidents", hello);
}

void another_desk(const Scene& scene) {
  wire::Hello hello = hello_of(kIdva);
  hello.desks.push_back({scene.desk(kChecs), 1});
  greet(scene, "cheshire-east-council", "idva", hello);
}

void as_idva(const Scene& scene, const wire::ToBroker& message) {
  wire::Hello hello = hello_of(kIdva);
  hello.desks.push_back({scene.desk(kIdva), 1});
  greet(scene, "cheshire-east-council", "idva", hello, [&](Line& line) {
    line.send(message);
    line.hear<wire::Refusal>();
  });
}

void another_desks_credit(const Scene& scene) { as_idva(scene, wire::Credit{scene.desk(kChecs), 100, 1u << 20}); }

void another_desks_acknowledgement(const Scene& scene) {
  wire::Acknowledge said;
  said.desk = scene.desk(kChecs);
  said.items.push_back({1, scene.entropy.id<EventId>(), "", ""});
  as_idva(scene, said);
}

void another_desks_progress(const Scene& scene) {
  as_idva(scene, wire::Progress{scene.desk(kChecs), scene.entropy.id<EventId>(), contract::ProgressState::Read, "N. Shaw", SystemClock().now(), ""});
}

/// A place that the log never reached, signed by whoever will: with it anybody could stop the broker.
void seen_of_nothing(const Scene& scene) {
  wire::Results results;
  results.head = {1u << 30, scene.entropy.id<Digest>()};
  const auto own = seal::signing_pair(scene.key(std::string("parties/") + kPolice, "adapter-incidents", KeyPurpose::Signing));
  results.signature = seal::sign(own.secret, seal::context::kAcceptance, wire::signed_part(results));
  wire::Hello hello = publishing(OutboxEpoch{1});
  hello.seen = wire::signed_mark(results);
  greet(scene, kPolice, "incidents", hello);
}

/// Says hello again with the place and signature of the welcome that it just got, as they came or spoilt.
void seen(const Scene& scene, const std::function<void(wire::SignedMark&)>& spoil) {
  Line line(scene, scene.transport_of(kPolice, "incidents"));
  if (!line.up()) return;
  wire::Hello hello = publishing(OutboxEpoch{1});
  line.send(hello);
  if (!line.hear<wire::Welcome>()) return;
  hello.seen = wire::signed_mark(line.welcome());
  spoil(hello.seen);
  line.send(hello);
  line.hear<wire::Welcome>();
}

void no_hello(const Scene& scene) {
  Line line(scene, scene.transport_of(kPolice, "incidents"));
  if (!line.up()) return;
  line.send(wire::Publish{batch_of(scene, OutboxEpoch{1}, {})});
  line.hear<wire::Refusal>();
}

/// The last bit of the last ciphertext: the batch ends with fixed fields, so the event's own bytes are sought.
void one_bit(const Scene& scene) {
  publish(scene, {}, [](Bytes& batch) {
    const auto decoded = must(wire::decode_batch(batch));
    const auto event = must(wire::decode_event(decoded.events[0]));
    const std::size_t at = batch.find(event.sealed.leaves[0].ciphertext);
    batch[at + 7] = static_cast<char>(batch[at + 7] ^ 1);
  });
}

void any_bit(const Scene& scene) {
  std::mt19937_64 dice(scene.seed);
  publish(scene, {}, [&](Bytes& batch) {
    const std::size_t bit = dice() % (batch.size() * 8);
    batch[bit / 8] = static_cast<char>(batch[bit / 8] ^ (1 << (bit % 8)));
  });
}

void noise(const Scene& scene) {
  std::mt19937_64 dice(scene.seed);
  greet(scene, kPolice, "incidents", publishing(OutboxEpoch{1}), [&](Line& line) {
    Bytes frame(1 + dice() % 4000, '\0');
    for (char& byte : frame) byte = static_cast<char>(dice());
    line.send_raw(std::move(frame));
    line.hear<wire::Refusal>();
  });
}

const std::map<std::string_view, std::function<void(const Scene&)>> kAttempts = {
    {"honest", [](const Scene& scene) { publish(scene, {}); }},
    {"unknown-key", unknown_key},
    {"handler-dead", handler_dead},
    {"squat", squat},
    {"another-adapter", another_adapter},
    {"another-desk", another_desk},
    {"another-desks-credit", another_desks_credit},
    {"another-desks-acknowledgement", another_desks_acknowledgement},
    {"another-desks-progress", another_desks_progress},
    {"seen-of-nothing", seen_of_nothing},
    {"seen-otherwise", [](const Scene& scene) { seen(scene, [](wire::SignedMark& mark) { mark.mark.hash.bytes[0] ^= 1; }); }},
    {"seen-truly", [](const Scene& scene) { seen(scene, [](wire::SignedMark&) {}); }},
    {"no-hello", no_hello},
    {"kind-not-ours", [](const Scene& scene) { publish(scene, {.kind = Kind::HealthAttendance}); }},
    {"signing-as-another", [](const Scene& scene) { publish(scene, {.agency = "mid-cheshire-hospitals", .source = "mid-cheshire-hospitals"}); }},
    {"source-of-another", [](const Scene& scene) { publish(scene, {.source = "mid-cheshire-hospitals"}); }},
    {"key-of-another-adapter", [](const Scene& scene) { publish(scene, {.signed_with = "adapter-cases"}); }},
    {"one-bit", one_bit},
    {"any-bit", any_bit},
    {"noise", noise},
};

}  // namespace
}  // namespace concordat::hostile

int main(int argc, char** argv) {
  using namespace concordat;
  if (argc < 4 || !hostile::kAttempts.contains(argv[3])) {
    std::fprintf(stderr, "hostile_client HOME ADDRESS WHAT [SEED]\n");
    return 2;
  }
  hostile::must(seal::prepare_process());
  const auto scene = hostile::scene_of(argv[1], argv[2], argc > 4 ? std::strtoull(argv[4], nullptr, 10) : 0);
  hostile::kAttempts.at(argv[3])(scene);
  return 0;
}
