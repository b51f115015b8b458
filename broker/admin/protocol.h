// The admin protocol: how an operator's tool asks a running broker, over a Unix domain socket. DESIGN 4.15.
//
// One connection carries one question. Each message is a four-byte big-endian length and that many bytes of JSON:
//
//   broker → tool   {"admin": 1, "broker": "cheshire-east-broker", "nonce": "64 hexadecimal digits"}
//   tool → broker   {"key": hex, "signature": hex, "request": "{\"verb\": \"mailbox list\", \"arguments\": {…}}"}
//   broker → tool   {"ok": true, "result": {…}}  or  {"ok": false, "code": "E-…", "meaning": "…", "detail": "…", "remedy": "…"}
//
// The request is a string inside the message, so that what is signed is exactly what is read. The signature is Ed25519 by
// an operator's key, context "concordat/v1/admin", over sized(broker name), nonce, request: it is good for one question to
// one broker. Page: broker/admin/README.md.
#pragma once

#include <chrono>
#include <string>

#include "proto/base/bytes.h"
#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/seal/proof.h"
#include "proto/text/json.h"

namespace concordat::admin {

inline constexpr std::string_view kContext = "concordat/v1/admin";
inline constexpr std::size_t kRequestBytesMax = 4u << 20;
inline constexpr std::size_t kAnswerBytesMax = 32u << 20;

using Nonce = FixedBytes<struct NonceTag, 32>;
using Deadline = std::chrono::steady_clock::time_point;

struct Greeting {
  std::string broker;
  Nonce nonce;
};
Bytes encode(const Greeting& greeting);
Result<Greeting> decode_greeting(ByteView bytes);

/// What is asked. Arguments are an object.
struct Question {
  std::string verb;
  text::Json arguments = text::Json::object();
  /// A text argument; empty if it is not there or no text.
  std::string argument(std::string_view name) const;
};

/// A question as it travels, signed for one greeting.
Bytes encode(const Question& question, const Greeting& greeting, const seal::SigningPair& pair);
struct SignedQuestion {
  Question question;
  seal::VerifyKey key;
};
/// E-PROOF unless the signature verifies for the greeting; E-FRAME. Whether the key is an operator's is for the caller.
Result<SignedQuestion> decode_question(ByteView bytes, const Greeting& greeting);

/// The answer: a value, or a refusal in the broker's words, whose catalogue may be newer than the tool's.
Bytes encode(const Result<text::Json>& answer);
struct Answer {
  bool ok = false;
  text::Json result;
  std::string code;     ///< This and what follows: unless ok.
  std::string meaning;
  std::string detail;
  std::string remedy;
};
Result<Answer> decode_answer(ByteView bytes);

/// A whole message from or to a stream socket, before the deadline. E-LIMIT, or Unavailable when the other side is gone.
Result<Bytes> read_message(int socket, std::size_t bytes_max, Deadline deadline);
Result<int> write_message(int socket, ByteView message, Deadline deadline);

}  // namespace concordat::admin
