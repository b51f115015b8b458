// The partnership that is measured: made in a folder of its own by the demonstration's maker, with the bench's agreement in
// force; and the keys and beliefs of the one sender and the three desks, as their programs would load them.
//
// All paths are relative to the working folder, so that the broker's socket has a short name: see broker_bench.cc.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/sdk/beliefs.h"
#include "adapters/sdk/publishing.h"
#include "adapters/sdk/reading.h"
#include "adapters/sdk/sealer.h"
#include "proto/base/entropy.h"
#include "proto/transport/keys.h"

namespace concordat::bench {

struct Sender {
  std::string client;
  transport::KeyPair transport;
  sdk::Publisher publisher;
  sdk::Signer signer;
  seal::SymmetricKey outbox;
};

struct Desk {
  std::string client;
  transport::KeyPair transport;
  sdk::DeskKeys keys;
  std::size_t compartments = 0;            ///< That its clause grants of a bench event.
};

struct Partnership {
  std::string folder;
  std::string address;                     ///< Where the broker listens.
  sdk::Beliefs beliefs;
  sdk::ExchangeKeys exchange;
  Sender sender;
  std::vector<Desk> desks;                 ///< Three: granted 8, 4 and 2.
  seal::SigningPair operator_key;
};

/// Makes it in `folder`, which is not there yet. E-ADDRESS if the machine has no free port; what the maker is refused with.
Result<Partnership> make_partnership(const std::string& folder, Entropy& entropy);

}  // namespace concordat::bench
