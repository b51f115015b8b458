// The bench's session: see conversation.h.
#include "tests/bench/conversation.h"

#include "tests/bench/figures.h"

namespace concordat::bench {
namespace {

constexpr std::chrono::seconds kOpening{30};
constexpr Milliseconds kLook{100};

tl::unexpected<Error> lost(const char* what) { return fail(Fault::Unavailable, code::kGone, what); }

}  // namespace

Result<int> Conversation::wait_for_link() {
  for (const auto until = Steady::now() + kOpening; Steady::now() < until;) {
    TRY(const auto polled, link_->poll(kLook));
    if (polled.up) return 0;
  }
  return lost("no link to the broker");
}

Result<Conversation> Conversation::open(const Partnership& partnership, const std::string& client, const transport::KeyPair& key, wire::Hello hello) {
  const directory::Directory& directory = partnership.beliefs.directory();
  transport::ClientOptions options;
  options.address = partnership.address;
  options.brokers = {*transport::PublicKey::from(directory.broker.transport.view())};
  TRY(auto link, transport::Client::connect(options, key));
  Conversation made(std::move(link));
  TRY_VOID(made.wait_for_link());
  hello.client = client;
  hello.live = directory.environment == directory::Environment::Live;
  hello.directory_version = directory.version;
  TRY_VOID(made.send(std::move(hello)));
  for (const auto until = Steady::now() + kOpening; Steady::now() < until;) {
    TRY(const auto messages, made.receive(kLook));
    for (const auto& message : messages) {
      const auto* welcome = std::get_if<wire::Welcome>(&message);
      if (welcome == nullptr) continue;
      if (!sdk::broker_signed(directory, seal::context::kSession, wire::signed_part(*welcome), welcome->signature)) {
        return fail(Fault::Unauthenticated, code::kProof, "welcome");
      }
      made.welcome_ = *welcome;
      return made;
    }
  }
  return lost("no welcome from the broker");
}

Result<std::vector<wire::ToClient>> Conversation::receive(Milliseconds patience) {
  TRY(const auto polled, link_->poll(patience));
  if (polled.down) return lost("the link to the broker was lost");
  std::vector<wire::ToClient> messages;
  for (const Bytes& frame : polled.frames) {
    ++traffic_.frames_in;
    traffic_.bytes_in += frame.size();
    TRY(auto message, wire::decode_to_client(frame));
    if (const auto* refusal = std::get_if<wire::Refusal>(&message)) {
      return fail(Fault::Refused, code::kClient, "the broker refuses: " + refusal->code + " " + refusal->detail);
    }
    messages.push_back(std::move(message));
  }
  return messages;
}

Result<int> Conversation::send_encoded(Bytes frame) {
  ++traffic_.frames_out;
  traffic_.bytes_out += frame.size();
  return link_->send(std::move(frame));
}

}  // namespace concordat::bench
