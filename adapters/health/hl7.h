// HL7 v2 as hospitals send it: a text cut into messages, a message into segments and fields. Tolerant of how things are written,
// strict about what they are; nothing here knows what a field means. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.h"

namespace concordat::health::hl7 {

inline constexpr std::size_t kMessageBytesMax = 4u << 20;
inline constexpr std::size_t kSegmentsMax = 10'000;
inline constexpr std::size_t kFieldsMax = 500;

/// MSH-1 and MSH-2.
struct Separators {
  char field = '|', component = '^', repetition = '~', escape = '\\', subcomponent = '&';
  friend bool operator==(const Separators&, const Separators&) = default;
};

/// Fields in the standard writing (^~\&), whatever the sender's separators are. [0] is the name, [1] field 1; of MSH, [2] is as sent.
struct Segment {
  std::string name;
  std::uint64_t line = 0;  ///< In the file, or in the frame; 0: not known.
  std::vector<std::string> fields;

  /// Empty if it is not there.
  std::string_view field(std::size_t number) const { return number < fields.size() ? std::string_view(fields[number]) : std::string_view(); }
  void set(std::size_t number, std::string_view text);
};

struct Message {
  Separators separators;
  std::uint64_t line = 1;
  std::vector<Segment> segments;

  const Segment* first(std::string_view name) const;
  std::size_t count(std::string_view name) const;
};

/// Part of a text that is one message, or, where nothing in it is one, all of it.
struct Piece {
  std::string_view text;
  std::uint64_t line = 1;
};

/// Cuts a text at its MSH segments. Byte order marks, frame bytes and batch wrappers (FHS, BHS, BTS, FTS) are left out. In a file
/// segments end with CR, LF or both; in a frame with what its first one ends with, so that a line break in a text begins nothing.
std::vector<Piece> cut(std::string_view text, bool framed);

/// The sender's separators. E-INPUT if there is no MSH, or its separators cannot be told apart.
Result<Separators> separators_of(std::string_view text);

/// One message. Bytes that are not UTF-8 are Windows-1252, or Latin-9 where MSH-18 says so; under another set the message is refused. A line
/// that is no segment goes on the field before it. E-INPUT and E-LIMIT name what is wrong and never quote.
Result<Message> parse(std::string_view text, std::uint64_t line);

// ---- values ----------------------------------------------------------------------------------------------------------

/// `""`: the sender clears the field. Absent is another thing: it leaves the field as it was.
inline bool clears(std::string_view field) { return field == "\"\""; }
/// Of a field: at least one, maybe empty.
std::vector<std::string_view> repetitions(std::string_view field);
/// Component `number` (from 1), its subcomponent `sub`, unescaped and trimmed; empty if it is absent or cleared.
std::string component(std::string_view repetition, std::size_t number, std::size_t sub = 1);
/// The first repetition's.
std::string value(const Segment* segment, std::size_t field, std::size_t number = 1);

}  // namespace concordat::health::hl7
