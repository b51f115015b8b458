// Where a program lets other systems connect to it, and what proves who they are. Fails closed: beyond this machine nobody is listened
// to without TLS and a certificate of the sender's own, unless somebody named in the configuration decided that the network protects it.
//
//     listen:
//       address: 10.1.2.3
//       port: 2575
//       certificate: server.pem                 # this program's, and its key
//       key: server.key
//       clients: senders-ca.pem                 # who signs the certificates of those that may send
//       senders: [tie.mid-cheshire.nhs.uk]      # and which of those may: DNS names, or common names of certificates without any
//       network_protected_by: …                 # instead: who decided, in words, that nobody else can reach the port
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.h"
#include "proto/text/yaml.h"

namespace concordat::sdk {

struct ListenSettings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;                    ///< 0: a free one.
  std::filesystem::path certificate, key;    ///< PEM; both empty: in clear.
  std::filesystem::path clients;             ///< PEM of the authorities that a sender's certificate must come from; empty: nobody is asked for one.
  std::vector<std::string> senders;          ///< Names, one of which must be in it. Never empty beside `clients`.
  std::string network_protected_by;          ///< Who decided that it may do without.
};

/// 127.0.0.0/8 or ::1, as text.
bool is_loopback(std::string_view address);
/// E-CONFIG with the remedy, where others could reach it and nothing proves who they are, or where the settings contradict one another.
Result<int> check_listen(const ListenSettings& settings);
/// Its keys of the map `listen`; the caller's own are left for the caller, who finishes the map. As check_listen(), with line and column.
Result<ListenSettings> read_listen(text::Map& listen, const text::Node& at);

}  // namespace concordat::sdk
