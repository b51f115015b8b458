// The session's messages as frames: the type byte and what follows it. See session.h.
#include "proto/wire/session.h"

#include "proto/wire/session_fields.h"

namespace concordat::wire {
namespace {

/// The type byte of each message. 7 to 31 and 73 to 95 are kept for questions, answers and what recalls need.
template <class M>
inline constexpr std::uint8_t kType = 0;
template <>
inline constexpr std::uint8_t kType<Hello> = 1;
template <>
inline constexpr std::uint8_t kType<Publish> = 2;
template <>
inline constexpr std::uint8_t kType<Credit> = 3;
template <>
inline constexpr std::uint8_t kType<Acknowledge> = 4;
template <>
inline constexpr std::uint8_t kType<Progress> = 5;
template <>
inline constexpr std::uint8_t kType<Goodbye> = 6;
template <>
inline constexpr std::uint8_t kType<Trouble> = 32;
template <>
inline constexpr std::uint8_t kType<Welcome> = 65;
template <>
inline constexpr std::uint8_t kType<Results> = 66;
template <>
inline constexpr std::uint8_t kType<DeliveryFrame> = 67;
template <>
inline constexpr std::uint8_t kType<Recall> = 68;
template <>
inline constexpr std::uint8_t kType<Alarm> = 69;
template <>
inline constexpr std::uint8_t kType<Report> = 70;
template <>
inline constexpr std::uint8_t kType<DirectoryUpdate> = 71;
template <>
inline constexpr std::uint8_t kType<Refusal> = 72;
template <>
inline constexpr std::uint8_t kType<Heartbeat> = 127;

template <class... M>
Bytes encode_any(const std::variant<M...>& message) {
  return std::visit(
      [](const auto& value) {
        const char type = static_cast<char>(kType<std::decay_t<decltype(value)>>);
        return codec::encode(value, ByteView(&type, 1));
      },
      message);
}

Result<int> refuse_other_version(std::uint16_t version) {
  if (version == kProtocolVersion) return 0;
  return fail(Fault::Malformed, code::kVersion,
              "version " + std::to_string(version) + ", here " + std::to_string(kProtocolVersion));
}

// The version alone, of a message whose other fields may be of another protocol: field 1, which comes first.
template <class M>
Result<int> check_version(ByteView bytes) {
  if constexpr (std::is_same_v<M, Hello> || std::is_same_v<M, Welcome>) {
    const auto* at = reinterpret_cast<const std::uint8_t*>(bytes.data());
    if (bytes.size() < 2 || at[0] != 8 || (at[1] & 0x80) != 0) return refuse_other_version(0);
    return refuse_other_version(at[1]);
  }
  return 0;
}

template <class M, class Any>
Result<Any> decode_one(ByteView bytes, const char* name) {
  TRY_VOID(check_version<M>(bytes));
  TRY(M message, codec::decode<M>(bytes, name, kMessageBytesMax));
  return Any(std::move(message));
}

auto unknown_type(std::uint8_t type, const char* to) {
  return fail(Fault::Malformed, code::kFrame, "message type " + std::to_string(type) + " is none to a " + to);
}

// Nothing to decode without a type; more than a message is not looked at.
Result<int> check_frame(ByteView frame) {
  if (frame.empty()) return fail(Fault::Malformed, code::kFrame, "the frame is empty");
  if (frame.size() <= kMessageBytesMax) return 0;
  return fail(Fault::Malformed, code::kLimit,
              "the frame has " + std::to_string(frame.size()) + " bytes, at most " + std::to_string(kMessageBytesMax));
}

}  // namespace

Bytes encode(const ToBroker& message) { return encode_any(message); }
Bytes encode(const ToClient& message) { return encode_any(message); }

Result<ToBroker> decode_to_broker(ByteView frame) {
  TRY_VOID(check_frame(frame));
  const ByteView bytes = frame.substr(1);
  switch (const auto type = static_cast<std::uint8_t>(frame[0])) {
    case kType<Hello>:
      return decode_one<Hello, ToBroker>(bytes, "hello");
    case kType<Publish>:
      return decode_one<Publish, ToBroker>(bytes, "publish");
    case kType<Credit>:
      return decode_one<Credit, ToBroker>(bytes, "credit");
    case kType<Acknowledge>:
      return decode_one<Acknowledge, ToBroker>(bytes, "acknowledge");
    case kType<Progress>:
      return decode_one<Progress, ToBroker>(bytes, "progress");
    case kType<Goodbye>:
      return decode_one<Goodbye, ToBroker>(bytes, "goodbye");
    case kType<Trouble>:
      return decode_one<Trouble, ToBroker>(bytes, "trouble");
    case kType<Heartbeat>:
      return decode_one<Heartbeat, ToBroker>(bytes, "heartbeat");
    default:
      return unknown_type(type, "broker");
  }
}

Result<ToClient> decode_to_client(ByteView frame) {
  TRY_VOID(check_frame(frame));
  const ByteView bytes = frame.substr(1);
  switch (const auto type = static_cast<std::uint8_t>(frame[0])) {
    case kType<Welcome>:
      return decode_one<Welcome, ToClient>(bytes, "welcome");
    case kType<Results>:
      return decode_one<Results, ToClient>(bytes, "results");
    case kType<DeliveryFrame>:
      return decode_one<DeliveryFrame, ToClient>(bytes, "delivery_frame");
    case kType<Recall>:
      return decode_one<Recall, ToClient>(bytes, "recall");
    case kType<Alarm>:
      return decode_one<Alarm, ToClient>(bytes, "alarm");
    case kType<Report>:
      return decode_one<Report, ToClient>(bytes, "report");
    case kType<DirectoryUpdate>:
      return decode_one<DirectoryUpdate, ToClient>(bytes, "directory_update");
    case kType<Refusal>:
      return decode_one<Refusal, ToClient>(bytes, "refusal");
    case kType<Heartbeat>:
      return decode_one<Heartbeat, ToClient>(bytes, "heartbeat");
    default:
      return unknown_type(type, "client");
  }
}

}  // namespace concordat::wire
