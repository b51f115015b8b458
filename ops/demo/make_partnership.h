// Makes the demonstration partnership of Cheshire East: keys, signed directory, signed agreements, configurations.
//
// Everything in it is invented but the names of the agencies, none of which had a part in it. All keys are marked as
// demonstration keys, which a production program refuses. What is made, under DIR:
//
//   concordat.yaml                     the tool's configuration
//   areas.csv                          which postcode lies in which area
//   roots.yaml                         who must countersign the directory: what every program pins
//   directory.bundle                   version 1, signed by all parties
//   agreements/NAME.yaml, .signed      copies of the agreements given, signed by everybody that they ask for
//   operator/operator.1.key            signs what the tool asks of the broker
//   broker/broker.yaml                 the broker's configuration; its store, key ring and socket will stand beside it
//   broker/BROKER.entry                its entry in the directory
//   broker/keys/                       signing, transport, box, key-ring, pseudonym
//   broker/start/                      what the broker adopts while its log is empty: directory and agreements
//   parties/PARTY/PARTY.entry          its entry in the directory
//   parties/PARTY/keys/                party, signatory-ROLE, desk-NAME, adapter-NAME, client-NAME; and of the agency as a
//                                      whole event-id, outbox, exchange and (who must link) linkage; each NAME.1.key
//   parties/PARTY/NAME.yaml            configuration of the program with client PARTY/NAME
//   parties/cheshire-constabulary/keys/notify-api.key, notify-callback.token: what the notification service and notify know each other by
//   parties/PARTY/NAME/                its files: an adapter's in/, done/, quarantine/; a desk's events/ and history; keep.db
#pragma once

#include <string>
#include <vector>

#include "proto/base/entropy.h"
#include "proto/base/result.h"

namespace concordat::demo {

struct Wanted {
  std::string folder;                   ///< Must not be there, or be empty: nothing is ever overwritten.
  std::string listen;                   ///< "tcp://127.0.0.1:7400". The next four ports are the hospital's, the courts', the notification service's and its callbacks'.
  std::vector<std::string> agreements;  ///< Files.
  std::string files = ".";              ///< The project's folder: templates, tables and the hospital's table are used in place.
};

struct Made {
  std::size_t parties = 0, desks = 0, keys = 0;
  std::uint16_t countersigned = 0;
  std::vector<std::string> agreements;  ///< "cheshire-east/marac v1, signed 7 of 7".
};

/// Takes about a second, most of it the disk's. E-USAGE, E-KEY-FILE, and whatever an agreement is refused with.
Result<Made> make_partnership(const Wanted& wanted, Entropy& entropy);

}  // namespace concordat::demo
