// Makes entries: keys for everybody that a plan names, and the entry that lists their public halves, signed.
//
// Keys stand in one folder, OWNER.EPOCH.key. Those that are there are taken, oldest first; the first is made where there is
// none. So a key rotates by `concordat keys new` for the next epoch, then making the entry again with the next serial.
#pragma once

#include <string>
#include <vector>

#include "proto/base/entropy.h"
#include "proto/directory/entry.h"
#include "proto/directory/signed_text.h"

namespace concordat::ops {

/// A public key that is read back by phone.
struct KeyToRead {
  std::string owner;        ///< "party", "desk idva", "client incidents".
  std::string words;        ///< seal::fingerprint.
};

struct MadeEntry {
  directory::SignedText text;
  std::vector<KeyToRead> keys;
};

/// `plan` as read_party_plan gives it. Files: party, signatory-ROLE, desk-NAME, adapter-NAME, client-NAME.
Result<MadeEntry> make_party_entry(directory::PartyEntry plan, std::uint32_t serial, const std::string& key_folder, Entropy& entropy);
/// `plan` has name and place. Files: signing, transport, box.
Result<MadeEntry> make_broker_entry(directory::BrokerEntry plan, std::uint32_t serial, const std::string& key_folder, Entropy& entropy);

}  // namespace concordat::ops
