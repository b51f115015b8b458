// Test vectors computed by the library: see vectors.h. The only user of nlohmann among seal's tests.
#include "tests/proto/seal/vectors.h"

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "proto/seal/box.h"
#include "proto/seal/key_file.h"
#include "proto/seal/token_domain.h"
#include "proto/seal/keys.h"
#include "proto/seal/proof.h"
#include "proto/seal/seal.h"
#include "tests/proto/seal/entropy.h"

namespace concordat::seal {
namespace {

using Json = nlohmann::ordered_json;

std::string text(const Json& in, const char* name) { return in.at(name).get<std::string>(); }
Bytes bytes(const Json& value) { return from_hex(value.get<std::string>()).value(); }
Bytes bytes(const Json& in, const char* name) { return bytes(in.at(name)); }
template <class Kind>
Kind fixed(const Json& value) {
  return Kind::from(bytes(value)).value();
}
template <class Kind>
Kind fixed(const Json& in, const char* name) {
  return fixed<Kind>(in.at(name));
}
template <class Number>
Number number(const Json& in, const char* name) {
  return in.at(name).get<Number>();
}
template <class Kind>
std::string hex(const Kind& value) {
  return to_hex(value.view());
}

Label label_of(const Json& in) {
  return {number<std::uint16_t>(in, "person"), number<std::uint8_t>(in, "roles"), number<std::uint16_t>(in, "item"),
          number<std::uint16_t>(in, "part")};
}

Origin origin_of(const Json& in) {
  return {text(in, "partnership"),
          text(in, "agency"),
          fixed<EventId>(in, "event"),
          number<std::uint32_t>(in, "revision"),
          number<std::uint8_t>(in, "kind"),
          number<std::uint16_t>(in, "schema_version"),
          number<std::uint32_t>(in, "exchange_epoch")};
}

/// README's associated data, written here a second time.
Bytes associated_data(const Json& in) {
  Writer writer;
  writer.u8(1)
      .sized(text(in, "partnership"))
      .sized(text(in, "agency"))
      .raw(bytes(in, "event"))
      .u32(number<std::uint32_t>(in, "revision"));
  writer.u8(number<std::uint8_t>(in, "kind"))
      .u16(number<std::uint16_t>(in, "schema_version"))
      .u32(number<std::uint32_t>(in, "exchange_epoch"));
  return writer.raw(label_of(in).encode()).take();
}

Leaf leaf_of(const Json& in, Bytes facts) {
  return {label_of(in), std::move(facts), fixed<Digest>(in, "commitment"), bytes(in, "ciphertext")};
}

BoxPair pair_of(const Json& in, const char* name) {
  ScriptedEntropy script(bytes(in, name));
  return new_box_pair(script);
}

SigningPair signer_of(const Json& in) {
  ScriptedEntropy script(bytes(in, "seed"));
  return new_signing_pair(script);
}

std::vector<Digest> digests_of(const Json& list) {
  std::vector<Digest> digests;
  for (const Json& digest : list) digests.push_back(fixed<Digest>(digest));
  return digests;
}

Json do_label(const Json& in) { return {{"label", to_hex(label_of(in).encode())}}; }

Json do_person_secret(const Json& in) {
  return {{"secret", hex(person_secret(fixed<EventSecret>(in, "event_secret"), number<std::uint16_t>(in, "person")))}};
}

Json do_share(const Json& in) {
  return {{"share", hex(share_of(fixed<PersonSecret>(in, "person_secret"), label_of(in)))}};
}

Json do_padded_size(const Json& in) {
  Json sizes = Json::array();
  for (const Json& size : in.at("content_bytes")) sizes.push_back(padded_size(size.get<std::size_t>()).value_or(0));
  return {{"sizes", sizes}};
}

Json do_padded_count(const Json& in) {
  Json counts = Json::array();
  for (const Json& leaves : in.at("leaves")) counts.push_back(padded_count(leaves.get<std::size_t>()).value_or(0));
  return {{"counts", counts}};
}

/// A share given by itself cannot be sealed with, because seal_event draws its own: so what the file says is opened,
/// and counts as computed if it opens to the content. Whole events are sealed in do_event.
Json do_compartment(const Json& in, const Json& out) {
  Json said = in;
  said.update(out);
  const auto opened =
      open(origin_of(in), fixed<ExchangeKey>(in, "exchange_key"), fixed<Share>(in, "share"), leaf_of(said, {}));
  if (!opened || *opened != bytes(in, "content"))
    return {{"refused", opened ? "another content" : describe(opened.error())}};
  return {{"associated_data", to_hex(associated_data(in))},
          {"commitment", out.at("commitment")},
          {"ciphertext", out.at("ciphertext")}};
}

Json do_open(const Json& in) {
  const auto opened =
      open(origin_of(in), fixed<ExchangeKey>(in, "exchange_key"), fixed<Share>(in, "share"), leaf_of(in, {}));
  if (!opened) return {{"code", opened.error().code.name}};
  return {{"content", to_hex(*opened)}};
}

Json do_leaf_hash(const Json& in) { return {{"hash", leaf_hash(leaf_of(in, bytes(in, "facts"))).hex()}}; }
Json do_event_leaf_hash(const Json& in) { return {{"hash", event_leaf_hash(bytes(in, "event_leaf")).hex()}}; }

Json do_event_digest(const Json& in) {
  auto hashes = digests_of(in.at("hashes"));
  std::sort(hashes.begin(), hashes.end());
  return {{"digest", event_digest(bytes(in, "header"), hashes).hex()}};
}

Json do_event(const Json& in) {
  std::vector<Plain> plains;
  for (const Json& plain : in.at("compartments"))
    plains.push_back({label_of(plain), bytes(plain, "facts"), bytes(plain, "content")});
  Bytes script = bytes(in, "event_secret");
  for (const Json& padding : in.at("padding")) script += bytes(padding);
  ScriptedEntropy entropy(script);
  const auto sealed =
      seal_event(origin_of(in), fixed<ExchangeKey>(in, "exchange_key"), bytes(in, "event_leaf"), plains, entropy)
          .value();
  if (!entropy.used_up()) return {{"refused", "the padding is not filled up"}};

  Json leaves = Json::array(), hashes = Json::array();
  for (const Leaf& leaf : sealed.event.leaves) {
    leaves.push_back({{"label", to_hex(leaf.label.encode())},
                      {"commitment", leaf.commitment.hex()},
                      {"ciphertext", to_hex(leaf.ciphertext)},
                      {"hash", leaf_hash(leaf).hex()}});
  }
  const auto sorted = sorted_hashes(sealed.event);
  for (const Digest& digest : sorted) hashes.push_back(digest.hex());
  return {{"leaves", leaves}, {"sorted_hashes", hashes}, {"digest", event_digest(bytes(in, "header"), sorted).hex()}};
}

Json do_signature(const Json& in) {
  const SigningPair pair = signer_of(in);
  return {{"verify_key", pair.verify.hex()},
          {"signature", sign(pair.secret, text(in, "context"), bytes(in, "message")).hex()}};
}

Json do_batch_signature(const Json& in) {
  const BatchStatement statement{text(in, "agency"),
                                 text(in, "adapter"),
                                 {number<std::uint64_t>(in, "outbox_epoch")},
                                 number<std::uint64_t>(in, "first_sequence"),
                                 text(in, "broker")};
  return {{"signature", sign_batch(signer_of(in).secret, statement, digests_of(in.at("digests"))).hex()}};
}

Json do_hash(const Json& in) { return {{"hash", hash(text(in, "context"), bytes(in, "message")).hex()}}; }

Json do_box_secrets(const Json& in) {
  std::vector<EventSecret> secrets;
  for (const Json& secret : in.at("secrets")) secrets.push_back(fixed<EventSecret>(secret));
  ScriptedEntropy script(bytes(in, "ephemeral_secret"));
  return {{"box", to_hex(box_secrets(pair_of(in, "broker_secret").open, secrets, bytes(in, "bound"), script).value())}};
}

Json do_session_key(const Json& in) {
  const BoxPair ephemeral = pair_of(in, "ephemeral_secret"), broker = pair_of(in, "broker_secret"),
                desk = pair_of(in, "desk_secret");
  const auto ours = session_key_of_broker(ephemeral, broker, desk.open, bytes(in, "bound")).value();
  const auto theirs = session_key_of_desk(ephemeral.open, broker.open, desk, bytes(in, "bound")).value();
  if (!equal(ours.view(), theirs.view())) return {{"refused", "the two sides differ"}};
  return {{"ephemeral", ephemeral.open.hex()},
          {"broker", broker.open.hex()},
          {"desk", desk.open.hex()},
          {"key", hex(ours)}};
}

Json do_box_shares(const Json& in) {
  std::vector<LabelledShare> shares;
  for (const Json& share : in.at("shares")) shares.push_back({label_of(share), fixed<Share>(share, "share")});
  ScriptedEntropy script(bytes(in, "nonce"));
  return {{"box", to_hex(box_shares(fixed<SessionKey>(in, "key"), shares, bytes(in, "bound"), script))}};
}

Json do_encrypt(const Json& in) {
  ScriptedEntropy script(bytes(in, "nonce"));
  return {{"box", to_hex(encrypt(fixed<SymmetricKey>(in, "key"), bytes(in, "plain"), bytes(in, "bound"), script))}};
}

Json do_body_commitment(const Json& in) {
  return {{"commitment", commitment(bytes(in, "salt"), bytes(in, "body")).hex()}};
}
Json do_token(const Json& in) {
  return {{"token", token(fixed<LinkageKey>(in, "key"), text(in, "domain"), text(in, "identifier")).hex()}};
}

Json do_token_domain(const Json& in) {
  return {{"domain", token_domain(text(in, "partnership"), number<std::uint8_t>(in, "type"), number<std::uint32_t>(in, "epoch"))}};
}

Json do_event_id(const Json& in) {
  const auto key = fixed<EventIdKey>(in, "key");
  return {
      {"event",
       event_id(key, text(in, "source_system"), text(in, "reference"), number<std::uint32_t>(in, "revision")).hex()}};
}

Json do_pseudonym(const Json& in) {
  return {{"pseudonym", pseudonym(fixed<PseudonymKey>(in, "key"), text(in, "desk"), bytes(in, "of")).hex()}};
}

Json do_key_file(const Json& in) {
  for (std::uint8_t n = 1; !name_of(static_cast<KeyPurpose>(n)).empty(); ++n) {
    const auto purpose = static_cast<KeyPurpose>(n);
    if (name_of(purpose) != text(in, "purpose")) continue;
    ScriptedEntropy script(bytes(in, "seed"));
    const auto key = new_key(purpose, text(in, "owner"), number<std::uint32_t>(in, "epoch"),
                             {text(in, "environment") == "live", in.at("demonstration").get<bool>()}, script);
    return {{"text", render(key.value()).view()}};
  }
  return {{"refused", "no such purpose"}};
}

Json do_fingerprint(const Json& in) { return {{"words", fingerprint(bytes(in, "public"))}}; }

Json do_fingerprint_word(const Json& in) {
  Json words = Json::array();
  for (const Json& word : in.at("numbers")) words.push_back(fingerprint_word(word.get<std::uint16_t>()));
  return {{"words", words}};
}

using Compute = std::function<Json(const Json& in, const Json& out)>;

Compute from_in(Json (*compute)(const Json&)) {
  return [compute](const Json& in, const Json&) { return compute(in); };
}

std::map<std::string, Compute> constructions() {
  return {{"label", from_in(do_label)},
          {"person_secret", from_in(do_person_secret)},
          {"share", from_in(do_share)},
          {"padded_size", from_in(do_padded_size)},
          {"padded_count", from_in(do_padded_count)},
          {"compartment", do_compartment},
          {"open", from_in(do_open)},
          {"leaf_hash", from_in(do_leaf_hash)},
          {"event_leaf_hash", from_in(do_event_leaf_hash)},
          {"event_digest", from_in(do_event_digest)},
          {"event", from_in(do_event)},
          {"signature", from_in(do_signature)},
          {"batch_signature", from_in(do_batch_signature)},
          {"hash", from_in(do_hash)},
          {"box_secrets", from_in(do_box_secrets)},
          {"session_key", from_in(do_session_key)},
          {"box_shares", from_in(do_box_shares)},
          {"encrypt", from_in(do_encrypt)},
          {"body_commitment", from_in(do_body_commitment)},
          {"token", from_in(do_token)},
          {"token_domain", from_in(do_token_domain)},
          {"event_id", from_in(do_event_id)},
          {"pseudonym", from_in(do_pseudonym)},
          {"key_file", from_in(do_key_file)},
          {"fingerprint", from_in(do_fingerprint)},
          {"fingerprint_word", from_in(do_fingerprint_word)}};
}

}  // namespace

Computed compute_vectors(const std::string& file_text) {
  Json document = Json::parse(file_text);
  const auto known = constructions();
  std::set<std::string> seen;
  for (Json& each : document.at("cases")) {
    const std::string name = text(each, "construction");
    seen.insert(name);
    each["out"] = known.at(name)(each.at("in"), each.value("out", Json::object()));
  }
  return {document.dump(1) + "\n", document.at("cases").size(), seen.size(), known.size()};
}

}  // namespace concordat::seal
