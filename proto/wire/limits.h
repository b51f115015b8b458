// Every bound of the protocol in one place. Both sides check them; going over is E-LIMIT, never a truncation.
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

}  // namespace concordat::wire
