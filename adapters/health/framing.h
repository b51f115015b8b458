// MLLP: frames out of a stream of bytes, and the acknowledgement that each is answered with. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/health/hl7.h"
#include "proto/base/time.h"

namespace concordat::health {

inline constexpr char kStart = '\x0b', kEnd = '\x1c';

struct Frame {
  std::string text;
  bool over_long = false;  ///< Then `text` is its beginning.
};

/// 0x0B begins a frame, 0x1C ends it, with or without the 0x0D behind. What stands outside is dropped and counted. A frame that was
/// begun and not ended, and in which another begins with MSH, was broken off: it is dropped and counted; the sender has no answer to it.
class Framer {
 public:
  explicit Framer(std::size_t bytes_max = hl7::kMessageBytesMax) : bytes_max_(bytes_max) {}
  std::vector<Frame> feed(std::string_view bytes);
  bool inside() const { return inside_; }
  std::size_t dropped_bytes() const { return dropped_bytes_; }
  std::size_t broken_off() const { return broken_off_; }

 private:
  void take(std::string_view bytes);
  Frame finish();
  std::size_t bytes_max_;
  std::string text_;
  bool inside_ = false, over_long_ = false;
  std::size_t dropped_bytes_ = 0, broken_off_ = 0;
};

/// AA: durable, in outbox or quarantine, or nothing in it is for us. AE: not so now, send it again. AR: can never be taken.
enum class Verdict { Accept, Error, Reject };

/// In the sender's own separators, echoing its control id; framed. `reason` is ours, never of the message. A text without a header
/// is answered in the standard separators, with no control id.
std::string acknowledgement(std::string_view text, Verdict verdict, std::string_view reason, Instant now, std::uint64_t own_id);

/// Why it can never be taken: nothing in it is HL7. Empty if it may be; what else is in a batch is quarantined.
std::string unacceptable(const Frame& frame);

}  // namespace concordat::health
