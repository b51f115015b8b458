// How each message is encoded and decoded as a program does it: the events' messages plainly, the session's as whole
// frames.
#pragma once

#include "tests/proto/wire/random_messages.h"

namespace concordat::wire {

template <class M, class Any>
constexpr bool kAmong = false;
template <class M, class... Any>
constexpr bool kAmong<M, std::variant<Any...>> = (std::is_same_v<M, Any> || ...);

template <class M>
Bytes encoded(const M& message) {
  if constexpr (kAmong<M, ToBroker>) {
    return encode(ToBroker(message));
  } else if constexpr (kAmong<M, ToClient>) {
    return encode(ToClient(message));
  } else {
    return encode(message);
  }
}

template <class M, class Any>
Result<M> only(Result<Any> decoded) {
  if (!decoded) return tl::unexpected(std::move(decoded).error());
  if (!std::holds_alternative<M>(*decoded)) return fail(Fault::Malformed, code::kFrame, "another message");
  return std::get<M>(*std::move(decoded));
}

template <class M>
Result<M> decoded(ByteView bytes) {
  if constexpr (kAmong<M, ToBroker>) return only<M>(decode_to_broker(bytes));
  if constexpr (kAmong<M, ToClient>) return only<M>(decode_to_client(bytes));
  if constexpr (std::is_same_v<M, Header>) return decode_header(bytes);
  if constexpr (std::is_same_v<M, EventLeaf>) return decode_event_leaf(bytes);
  if constexpr (std::is_same_v<M, Event>) return decode_event(bytes);
  if constexpr (std::is_same_v<M, Batch>) return decode_batch(bytes);
  if constexpr (std::is_same_v<M, BatchProof>) return decode_batch_proof(bytes);
  if constexpr (std::is_same_v<M, DecisionStatement>) return decode_decision(bytes);
}

}  // namespace concordat::wire
