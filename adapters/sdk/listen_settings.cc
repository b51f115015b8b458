// Settings of what listens: see listen_settings.h.
#include "adapters/sdk/listen_settings.h"

#include <arpa/inet.h>

namespace concordat::sdk {
namespace {

constexpr std::size_t kSendersMost = 64;
constexpr std::size_t kNameMost = 253;
constexpr std::size_t kWhoLeast = 10, kWhoMost = 200;

tl::unexpected<Error> wrong(std::string why) { return fail(Fault::Malformed, code::kConfig, std::move(why)); }

Result<std::vector<std::string>> read_senders(text::Map& listen) {
  std::vector<std::string> out;
  const auto list = listen.find("senders");
  if (!list) return out;
  TRY(const std::vector<text::Node> nodes, list->list(kSendersMost));
  for (const text::Node& node : nodes) {
    TRY(std::string name, node.text(kNameMost));
    if (name.empty() || name.find('*') != std::string::npos) return node.refuse("a sender is one name, as its certificate has it, and no pattern");
    out.push_back(std::move(name));
  }
  if (out.empty()) return list->refuse("nobody could send: name at least one sender");
  return out;
}

}  // namespace

bool is_loopback(std::string_view address) {
  const std::string text(address);
  in_addr four{};
  if (::inet_pton(AF_INET, text.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
  in6_addr six{};
  return ::inet_pton(AF_INET6, text.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

Result<int> check_listen(const ListenSettings& settings) {
  const bool trusts_network = !settings.network_protected_by.empty();
  if (settings.certificate.empty() != settings.key.empty()) return wrong("TLS needs both `certificate` and `key`");
  if (!settings.clients.empty() && settings.certificate.empty()) return wrong("`clients` asks senders for certificates, which needs TLS: `certificate` and `key`");
  if (settings.clients.empty() != settings.senders.empty()) {
    return wrong("`clients` (who signs senders' certificates) and `senders` (which of them may send) go together: an authority signs many certificates, and not all of them are a sender's");
  }
  if (trusts_network && !settings.clients.empty()) return wrong("`network_protected_by` is for a listener that asks nobody for a certificate, and this one does: leave it out");
  if (!settings.clients.empty() || trusts_network || is_loopback(settings.address)) return 0;
  return wrong("others can reach " + settings.address + ", and nothing proves who they are: give `certificate`, `key`, `clients` and `senders`, listen on 127.0.0.1 behind a proxy that "
               "asks for certificates, or say in `network_protected_by` who decided that the network lets nobody else in");
}

Result<ListenSettings> read_listen(text::Map& listen, const text::Node& at) {
  ListenSettings settings;
  TRY(settings.address, listen.text_or("address", settings.address));
  TRY(const std::int64_t port, listen.integer("port", 0, 65'535));
  settings.port = static_cast<std::uint16_t>(port);
  TRY(settings.certificate, listen.path_or("certificate", {}));
  TRY(settings.key, listen.path_or("key", {}));
  TRY(settings.clients, listen.path_or("clients", {}));
  TRY(settings.senders, read_senders(listen));
  if (const auto who = listen.find("network_protected_by")) {
    TRY(settings.network_protected_by, who->text(kWhoMost));
    if (settings.network_protected_by.size() < kWhoLeast) return who->refuse("it is a sentence that says who decided: name, role and date");
  }
  if (const auto checked = check_listen(settings); !checked) return at.refuse(checked.error().detail);
  return settings;
}

}  // namespace concordat::sdk
