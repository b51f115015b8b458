// Every bound of the protocol in one place. Both sides check them; going over is E-LIMIT, never a truncation. (But words
// for people that a program makes, such as the detail of a refusal, are cut at kReasonBytesMax when they are encoded.)
#pragma once

#include <cstddef>
#include <cstdint>

namespace concordat::wire {

inline constexpr std::uint16_t kProtocolVersion = 1;
inline constexpr std::size_t kMessageBytesMax = 1u << 20;      ///< ZMQ_MAXMSGSIZE on both sides.
inline constexpr std::size_t kBatchEventsMax = 64;
inline constexpr std::size_t kBatchBytesMax = 256u << 10;      ///< Except that one event alone may be up to kEventBytesMax.
inline constexpr std::size_t kEventBytesMax = 512u << 10;
inline constexpr std::size_t kHeaderBytesMax = 512;
inline constexpr std::size_t kEventLeafBytesMax = 4u << 10;
inline constexpr std::size_t kTokensMax = 64;                  ///< An event.
inline constexpr std::size_t kLeafFactsMax = 16;               ///< A leaf.
inline constexpr std::size_t kNameBytesMax = 96;               ///< Parties, desks, adapters, clients, named persons.
inline constexpr std::size_t kReasonBytesMax = 500;            ///< Free words of a progress or refusal.
inline constexpr std::size_t kDeliveryFrameEventsMax = 64;
inline constexpr std::uint32_t kCreditMessagesMax = 1024;      ///< A desk's window.
inline constexpr std::uint32_t kCreditBytesMax = 4u << 20;
inline constexpr std::uint32_t kPublishBatchesMax = 16;        ///< Batches an adapter may have unanswered.
inline constexpr std::size_t kDesksPerClientMax = 16;
inline constexpr std::size_t kStubBytesMax = 300;
inline constexpr std::size_t kLeavesMax = 63;                  ///< An event; the event leaf is the 64th.
inline constexpr std::size_t kSecretsBytesMax = 4u << 10;      ///< The box of a batch's secrets.
inline constexpr std::size_t kSharesBytesMax = 4u << 10;       ///< The box of a delivery's shares.
inline constexpr std::size_t kPublishBytesMax = kEventBytesMax + (8u << 10);  ///< An encoded batch with all around its events.
inline constexpr std::size_t kAcknowledgedMax = 1024;          ///< A message.
inline constexpr std::size_t kToldMax = 64;                    ///< Desks named to the sender, an event.
inline constexpr std::size_t kClausesMax = 64;                 ///< A decision.
inline constexpr std::size_t kReleasedMax = 1024;              ///< Facts a decision releases.
inline constexpr std::size_t kTermBytesMax = 2000;             ///< Basis, keep rule and onward rule of a decision, in words.
inline constexpr std::size_t kDecisionBytesMax = 64u << 10;
inline constexpr std::size_t kDirectoryBytesMax = 900u << 10;  ///< As directory::kBundleBytesMax.

}  // namespace concordat::wire
