// The bundle: see bundle.h.
#include "proto/directory/bundle.h"

#include <algorithm>

#include "proto/directory/check.h"

namespace concordat::directory {
namespace {

constexpr std::string_view kMagic = "concordat directory 1\n";

tl::unexpected<Error> bad(std::string_view what) {
  return fail(Fault::Malformed, code::kDirectory, "bundle: " + std::string(what));
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += text.empty() ? name : ", " + name;
  return text.empty() ? "nobody" : text;
}

tl::unexpected<Error> too_few(std::string_view rule, std::size_t need, const std::vector<std::string>& by) {
  std::string detail(rule);
  detail.append(" needs ").append(std::to_string(need)).append(", countersigned by ").append(joined(by));
  return fail(Fault::Unauthenticated, code::kQuorum, detail);
}

/// Every key that an entry lists for its owner signs it: nobody lists a key that he does not hold.
Result<int> check_signed(const SignedText& text, const std::string& entry, const std::vector<seal::VerifyKey>& keys) {
  for (const seal::VerifyKey& key : keys) {
    if (!text.signed_by(key, seal::context::kDirectoryEntry)) {
      return fail(Fault::Unauthenticated, code::kDirectory, "entry " + entry + ": keys: it is not signed with " + key.hex());
    }
  }
  return 0;
}

Result<int> check_named(const SignedText& text, const std::string& entry, const Digest& named) {
  if (text.digest(seal::context::kDirectoryEntry) == named) return 0;
  return bad_entry(entry, "text", "it is not the one that the version names");
}

Result<std::vector<PartyEntry>> read_entries(const Bundle& bundle, const Version& version) {
  if (bundle.entries.size() != version.parties.size()) return bad("not as many entries as the version has parties");
  std::vector<PartyEntry> entries;
  for (std::size_t i = 0; i < bundle.entries.size(); ++i) {
    const std::string& name = version.parties[i].name;
    TRY_VOID(check_named(bundle.entries[i], name, version.parties[i].entry));
    TRY(PartyEntry entry, read_party_entry(bundle.entries[i].text, "entry " + name));
    TRY_VOID(check_signed(bundle.entries[i], name, entry.keys));
    entries.push_back(std::move(entry));
  }
  return entries;
}

/// Parties of a quorum whose key, as `directory` lists it, countersigned. A suspended party's word does not count.
std::vector<std::string> signed_by_quorum(const SignedText& version, const Directory& directory) {
  std::vector<std::string> names;
  for (const PartyNumber number : directory.quorum.of) {
    const Party* party = directory.party(number);
    if (party == nullptr || party->suspended) continue;
    const bool by_it = std::any_of(version.signatures.begin(), version.signatures.end(), [&](const TextSignature& one) {
      return party->has_key(one.key) && version.signed_by(one.key, seal::context::kDirectory);
    });
    if (by_it) names.push_back(party->name);
  }
  return names;
}

Result<int> check_quorum(std::string_view rule, const SignedText& version, const Directory& directory) {
  const auto by = signed_by_quorum(version, directory);
  if (by.size() < directory.quorum.need) return too_few(rule, directory.quorum.need, by);
  return 0;
}

Result<int> check_roots(const SignedText& version, const Directory& directory, const Directory* previous, const Roots& roots) {
  if (directory.partnership != roots.partnership) return bad("it is of partnership " + directory.partnership);
  if (directory.environment != roots.environment) {
    return fail(Fault::Malformed, code::kEnvironment, "the directory is " + std::string(name_of(directory.environment)));
  }
  const auto by = countersigned_by(version, roots, directory, previous);
  // Roots are checked again here: a Roots made in code has not been read by read_roots.
  if (roots.need < 2 || by.size() < roots.need) return too_few("the pinned roots' rule", std::max<std::size_t>(2, roots.need), by);
  return 0;
}

}  // namespace

Bytes encode(const Bundle& bundle) {
  Writer writer;
  writer.raw(kMagic);
  append(writer, bundle.version);
  append(writer, bundle.broker);
  writer.u16(static_cast<std::uint16_t>(bundle.entries.size()));
  for (const SignedText& entry : bundle.entries) append(writer, entry);
  return writer.take();
}

Result<Bundle> decode_bundle(ByteView bytes) {
  if (bytes.size() > kBundleBytesMax) return fail(Fault::Malformed, code::kLimit, "directory bundle");
  if (!bytes.starts_with(kMagic)) return bad("it is not a directory bundle");
  Reader reader(bytes.substr(kMagic.size()));
  Bundle bundle;
  TRY(bundle.version, take_signed_text(reader, "version"));
  TRY(bundle.broker, take_signed_text(reader, "broker entry"));
  const std::size_t count = reader.u16();
  if (count > kPartiesMax) return fail(Fault::Malformed, code::kLimit, "entries of a directory bundle");
  for (std::size_t i = 0; i < count; ++i) {
    TRY(SignedText entry, take_signed_text(reader, "entry " + std::to_string(i + 1)));
    bundle.entries.push_back(std::move(entry));
  }
  if (!reader.done()) return bad("something is left over or missing at its end");
  return bundle;
}

std::vector<std::string> countersigned_by(const SignedText& version, const Roots& roots, const Directory& directory, const Directory* previous) {
  const auto suspended = [](const Directory& in, std::string_view name) {
    const Party* party = in.party(name);
    return party != nullptr && party->suspended;
  };
  std::vector<std::string> names;
  for (const Roots::Root& root : roots.of) {
    if (suspended(directory, root.party) || (previous != nullptr && suspended(*previous, root.party))) continue;
    if (version.signed_by(root.key, seal::context::kDirectory)) names.push_back(root.party);
  }
  return names;
}

Result<Directory> read_unproven(const Bundle& bundle, const Directory* previous, Demands demands) {
  TRY(const Version version, read_version(bundle.version.text, "version"));
  TRY_VOID(check_named(bundle.broker, "of the broker", version.broker));
  TRY(const BrokerEntry broker, read_broker_entry(bundle.broker.text, "broker entry"));
  TRY_VOID(check_signed(bundle.broker, broker.name, broker.verify));
  TRY(const std::vector<PartyEntry> entries, read_entries(bundle, version));
  TRY(Directory directory, assemble(version, broker, entries));
  directory.digest = bundle.version.digest(seal::context::kDirectory);
  if (demands.production && directory.demonstration && directory.environment == Environment::Live) {
    return fail(Fault::Refused, code::kDemonstration, "the live directory of " + directory.partnership);
  }
  const bool same = previous != nullptr && previous->version == directory.version && previous->digest == directory.digest;
  if (previous == nullptr || same) return directory;
  TRY_VOID(check_follows(directory, *previous));
  if (demands.next_only && directory.version != previous->version + 1) {
    return fail(Fault::Malformed, code::kDirectory, "version: version: the next one is " + std::to_string(previous->version + 1));
  }
  return directory;
}

Result<Directory> load_bundle(ByteView bytes, const Roots& roots, const Directory* previous, Demands demands) {
  TRY(const Bundle bundle, decode_bundle(bytes));
  TRY(Directory directory, read_unproven(bundle, previous, demands));
  TRY_VOID(check_roots(bundle.version, directory, previous, roots));
  TRY_VOID(check_quorum("its own rule", bundle.version, directory));
  if (previous != nullptr) TRY_VOID(check_quorum("the rule of the version before", bundle.version, *previous));
  return directory;
}

}  // namespace concordat::directory
