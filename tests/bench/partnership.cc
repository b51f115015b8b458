// The partnership that is measured: see partnership.h.
#include "tests/bench/partnership.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

#include "ops/demo/make_partnership.h"
#include "proto/base/durable_file.h"
#include "proto/seal/keys.h"
#include "tests/bench/bench_agreement.h"

namespace concordat::bench {
namespace {

using seal::KeyPurpose;

constexpr std::size_t kFileBytesMax = 4u << 20;
constexpr std::string_view kPolice = "cheshire-constabulary", kCouncil = "cheshire-east-council";

// Free now; whoever takes it before the broker does makes the broker's start fail, which is seen.
Result<std::string> free_address() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(name);
  void* plain = &name;
  const bool found = ::bind(probe, static_cast<sockaddr*>(plain), size) == 0 && ::getsockname(probe, static_cast<sockaddr*>(plain), &size) == 0;
  ::close(probe);
  if (!found) return fail(Fault::Unavailable, code::kAddress, "no free port on 127.0.0.1");
  return "tcp://127.0.0.1:" + std::to_string(ntohs(name.sin_port));
}

Result<Bytes> whole(const std::string& file) {
  TRY(std::optional<Bytes> bytes, read_file(file, kFileBytesMax));
  if (!bytes) return fail(Fault::Malformed, code::kConfig, file + " is not there");
  return *std::move(bytes);
}

class Agency {
 public:
  Agency(const std::string& folder, std::string_view party) : keys_(folder + "/parties/" + std::string(party) + "/keys/") {}

  Result<seal::KeyFile> key(const std::string& stem, KeyPurpose purpose) const { return seal::read_key_file(keys_ + stem + ".1.key", purpose); }
  template <class Key>
  Result<Key> symmetric(const std::string& stem, KeyPurpose purpose) const {
    TRY(const seal::KeyFile file, key(stem, purpose));
    return seal::symmetric_key<Key>(file);
  }
  Result<transport::KeyPair> transport(const std::string& client) const {
    TRY(const seal::KeyFile file, key("client-" + client, KeyPurpose::Transport));
    return transport::keys_from(file.secret.view().substr(0, 32), file.open.view());
  }

 private:
  std::string keys_;
};

Result<sdk::Beliefs> load_beliefs(const std::string& folder) {
  TRY(const Bytes roots_text, whole(folder + "/roots.yaml"));
  TRY(directory::Roots roots, directory::read_roots(roots_text, "roots.yaml"));
  TRY(const Bytes bundle, whole(folder + "/directory.bundle"));
  sdk::AgreementFile agreement{"bench.yaml", {}, {}};
  TRY(agreement.file, whole(folder + "/agreements/bench.yaml"));
  TRY(agreement.signatures, whole(folder + "/agreements/bench.yaml.signed"));
  return sdk::Beliefs::make(std::move(roots), bundle, {agreement}, false);
}

Result<Sender> load_sender(const std::string& folder, const directory::Directory& directory) {
  const Agency police(folder, kPolice);
  Sender sender;
  sender.client = std::string(kPolice) + "/incidents";
  TRY(sender.transport, police.transport("incidents"));
  TRY(sender.outbox, police.symmetric<seal::SymmetricKey>("outbox", KeyPurpose::Outbox));
  sender.publisher.partnership = directory.partnership;
  sender.publisher.party = kPolice;
  sender.publisher.system = sender.client;
  TRY(sender.publisher.exchange, police.symmetric<seal::ExchangeKey>("exchange", KeyPurpose::Exchange));
  sender.publisher.exchange_epoch = 1;
  TRY(sender.publisher.linkage, police.symmetric<seal::LinkageKey>("linkage", KeyPurpose::Linkage));
  sender.publisher.linkage_epoch = 1;
  TRY(sender.publisher.event_ids, police.symmetric<seal::EventIdKey>("event-id", KeyPurpose::EventId));
  TRY(const seal::KeyFile signing, police.key("adapter-incidents", KeyPurpose::Signing));
  sender.signer = {std::string(kPolice), sender.client, seal::signing_pair(signing)};
  return sender;
}

Result<Desk> load_desk(const std::string& folder, const std::string& name, std::size_t compartments) {
  const Agency council(folder, kCouncil);
  Desk desk;
  desk.client = std::string(kCouncil) + "/" + name;
  desk.compartments = compartments;
  TRY(desk.transport, council.transport(name));
  TRY(const seal::KeyFile box, council.key("desk-" + name, KeyPurpose::Box));
  desk.keys = {desk.client, seal::box_pair(box)};
  return desk;
}

}  // namespace

Result<Partnership> make_partnership(const std::string& folder, Entropy& entropy) {
  TRY(std::string address, free_address());
  const std::string agreement = "bench.yaml";
  TRY_VOID(replace_file(agreement, kBenchAgreement));
  TRY_VOID(demo::make_partnership({folder, address, {agreement}}, entropy));
  TRY(sdk::Beliefs beliefs, load_beliefs(folder));
  TRY(Sender sender, load_sender(folder, beliefs.directory()));
  Partnership made{folder, std::move(address), std::move(beliefs), {}, std::move(sender), {}, {}};
  TRY(made.exchange[1], Agency(folder, kCouncil).symmetric<seal::ExchangeKey>("exchange", KeyPurpose::Exchange));
  for (const auto& [name, compartments] : {std::pair{"idva", 8u}, {"marac", 4u}, {"checs", 2u}}) {
    TRY(Desk desk, load_desk(folder, name, compartments));
    made.desks.push_back(std::move(desk));
  }
  TRY(const seal::KeyFile operator_key, seal::read_key_file(folder + "/operator/operator.1.key", KeyPurpose::Signing));
  made.operator_key = seal::signing_pair(operator_key);
  return made;
}

}  // namespace concordat::bench
