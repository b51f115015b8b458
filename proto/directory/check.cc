// Uniqueness within a directory, and succession of directories: see check.h.
#include "proto/directory/check.h"

#include <algorithm>
#include <map>

namespace concordat::directory {
namespace {

tl::unexpected<Error> bad(std::string_view field, std::string_view what) {
  return fail(Fault::Malformed, code::kDirectory, "version: " + std::string(field) + ": " + std::string(what));
}

template <class Key>
void add_keys(std::vector<OwnedKey>& out, const OwnedKey& owner, const Key& newest, const std::vector<Key>& also) {
  out.push_back(owner);
  out.back().key = newest.view();
  for (const Key& key : also) {
    out.push_back(owner);
    out.back().key = key.view();
  }
}

void add_box_keys(std::vector<OwnedKey>& out, const OwnedKey& owner, const std::vector<BoxKey>& keys) {
  for (const BoxKey& key : keys) {
    out.push_back(owner);
    out.back().key = key.open.view();
  }
}

/// Numbers and names of what is in use and what is retired: each stands for one thing.
template <class Rows>
Result<int> check_numbers(const char* list, const Rows& rows, const std::vector<Retired>& retired) {
  std::map<std::uint16_t, std::string> by_number;
  std::map<std::string, std::uint16_t> by_name;
  const auto take = [&](std::uint16_t number, const std::string& name) -> Result<int> {
    if (number == 0) return bad(list, "'" + name + "' has no number; numbers count from 1");
    if (!by_number.emplace(number, name).second) {
      return bad(list, "number " + std::to_string(number) + " is both " + by_number[number] + "'s and " + name + "'s");
    }
    if (!by_name.emplace(name, number).second) return bad(list, "'" + name + "' is there twice, or was retired");
    return 0;
  };
  for (const auto& row : rows) TRY_VOID(take(row.number.value, row.name));
  for (const Retired& row : retired) TRY_VOID(take(row.number, row.name));
  return 0;
}

Result<int> check_codes(const Directory& directory) {
  std::map<std::uint32_t, std::string> codes;
  const auto take = [&](const std::string& name) -> Result<int> {
    const auto [at, fresh] = codes.emplace(code_of(name), name);
    if (!fresh) return bad("parties", "'" + name + "' and '" + at->second + "' have the same fact code; rename the newer");
    return 0;
  };
  for (const Party& party : directory.parties) TRY_VOID(take(party.name));
  for (const Retired& party : directory.retired_parties) TRY_VOID(take(party.name));
  return 0;
}

template <class Rows>
Result<int> check_kept(const char* list, const Rows& before, const std::vector<Retired>& before_retired, const Rows& now,
                       const std::vector<Retired>& now_retired) {
  std::map<std::string, std::uint16_t> numbers;
  std::map<std::string, std::uint16_t> retired;
  for (const auto& row : now) numbers[row.name] = row.number.value;
  for (const Retired& row : now_retired) retired[row.name] = numbers[row.name] = row.number;
  const auto kept = [&](const std::string& name, std::uint16_t number) -> Result<int> {
    const auto at = numbers.find(name);
    if (at == numbers.end()) return bad(list, "'" + name + "' was left out; retire it, so that its number stays its own");
    if (at->second != number) {
      return bad(list, "'" + name + "' was number " + std::to_string(number) + "; numbers are permanent");
    }
    return 0;
  };
  for (const auto& row : before) TRY_VOID(kept(row.name, row.number.value));
  for (const Retired& row : before_retired) {
    TRY_VOID(kept(row.name, row.number));
    if (!retired.contains(row.name)) return bad(list, "'" + row.name + "' was retired; give a new one a new name");
  }
  return 0;
}

/// No key may pass from one owner to another: what the first signed would be taken for the second's.
Result<int> check_keys_stay(const std::vector<OwnedKey>& next, const std::vector<OwnedKey>& previous) {
  std::map<Bytes, std::string> owners;
  for (const OwnedKey& key : previous) owners[key.key] = key.owner;
  for (const OwnedKey& key : next) {
    const auto at = owners.find(key.key);
    if (at != owners.end() && at->second != key.owner) {
      return bad_entry(key.entry, key.owner, "its key was " + at->second + "'s");
    }
  }
  return 0;
}

/// Rotation adds before it removes, or what is under way would be refused. A lost key is suspended first.
Result<int> check_rotation(const std::vector<OwnedKey>& next, const std::vector<OwnedKey>& previous) {
  std::map<std::string, bool> overlaps;
  std::map<Bytes, std::string> had;
  for (const OwnedKey& key : previous) {
    had[key.key] = key.owner;
    if (key.rotates && !key.suspended) overlaps.emplace(key.owner, false);
  }
  std::map<std::string, std::string> present;
  for (const OwnedKey& key : next) {
    present[key.owner] = key.entry;
    const auto at = overlaps.find(key.owner);
    if (at != overlaps.end() && had.contains(key.key)) at->second = true;
  }
  for (const auto& [owner, overlap] : overlaps) {
    if (!overlap && present.contains(owner)) {
      return bad_entry(present[owner], owner, "all its keys are replaced at once; add the new one first, or suspend it");
    }
  }
  return 0;
}

Result<int> check_serials(const Directory& next, const Directory& previous) {
  const auto rises = [](const std::string& name, std::uint32_t now, const Digest& entry, std::uint32_t before, const Digest& was) -> Result<int> {
    if (entry != was && now <= before) {
      return bad_entry(name, "serial", "a changed entry needs one above " + std::to_string(before));
    }
    return 0;
  };
  for (const Party& was : previous.parties) {
    const Party* now = next.party(was.name);
    if (now != nullptr) TRY_VOID(rises(was.name, now->serial, now->entry, was.serial, was.entry));
  }
  if (next.broker.name != previous.broker.name) return 0;
  return rises(next.broker.name, next.broker_serial, next.broker_entry, previous.broker_serial, previous.broker_entry);
}

Result<int> check_newer(const Directory& next, const Directory& previous) {
  if (next.partnership != previous.partnership) return bad("directory", "it is of another partnership");
  if (next.environment != previous.environment) {
    return fail(Fault::Malformed, code::kEnvironment, "version " + std::to_string(next.version) + " is of the other environment");
  }
  if (next.version <= previous.version) {
    return fail(Fault::Refused, code::kRollback,
                "version " + std::to_string(next.version) + " is offered, version " + std::to_string(previous.version) + " is known");
  }
  return 0;
}

}  // namespace

std::vector<OwnedKey> keys_of(const Directory& directory) {
  std::vector<OwnedKey> keys;
  const std::string& broker = directory.broker.name;
  add_keys(keys, {"signatures of broker " + broker, broker, {}}, directory.broker.verify, directory.broker.verify_also);
  add_keys(keys, {"transport of broker " + broker, broker, {}}, directory.broker.transport, directory.broker.transport_also);
  add_box_keys(keys, {"boxes of broker " + broker, broker, {}}, directory.broker.keys);
  for (const Party& party : directory.parties) {
    add_keys(keys, {"party " + party.name, party.name, {}, true, party.suspended}, party.verify, party.verify_also);
    for (const Signatory& signatory : party.signatories) {
      keys.push_back({"signatory " + signatory.role + " of " + party.name, party.name, Bytes(signatory.verify.view()), false, false});
    }
  }
  const auto entry = [](const std::string& name) { return std::string(party_part(name)); };
  for (const Desk& desk : directory.desks) {
    add_box_keys(keys, {"desk " + desk.name, entry(desk.name), {}, true, directory.suspended(desk)}, desk.keys);
  }
  for (const Adapter& one : directory.adapters) {
    add_keys(keys, {"adapter " + one.name, entry(one.name), {}, true, directory.suspended(one)}, one.verify, one.verify_also);
  }
  for (const Client& one : directory.clients) {
    add_keys(keys, {"client " + one.name, entry(one.name), {}, true, directory.suspended(one)}, one.transport, one.transport_also);
  }
  return keys;
}

Result<int> check_unique(const Directory& directory) {
  TRY_VOID(check_numbers("parties", directory.parties, directory.retired_parties));
  TRY_VOID(check_numbers("desks", directory.desks, directory.retired_desks));
  TRY_VOID(check_codes(directory));
  std::map<Bytes, std::string> owners;
  for (const OwnedKey& key : keys_of(directory)) {
    if (FixedBytes<struct AnyTag, 32>::from(key.key)->none()) return bad_entry(key.entry, key.owner, "a key is all zeros");
    const auto [at, fresh] = owners.emplace(key.key, key.owner);
    if (!fresh) return bad_entry(key.entry, key.owner, "its key is also that of " + at->second);
  }
  return 0;
}

Result<int> check_follows(const Directory& next, const Directory& previous) {
  TRY_VOID(check_newer(next, previous));
  TRY_VOID(check_kept("parties", previous.parties, previous.retired_parties, next.parties, next.retired_parties));
  TRY_VOID(check_kept("desks", previous.desks, previous.retired_desks, next.desks, next.retired_desks));
  TRY_VOID(check_serials(next, previous));
  const std::vector<OwnedKey> now = keys_of(next);
  const std::vector<OwnedKey> before = keys_of(previous);
  TRY_VOID(check_keys_stay(now, before));
  if (next.version != previous.version + 1) return 0;
  if (next.previous != previous.digest) return bad("previous", "it is not the digest of the version before");
  return check_rotation(now, before);
}

}  // namespace concordat::directory
