// Messages, segments, fields: see hl7.h.
#include "adapters/health/hl7.h"

#include <algorithm>
#include <array>
#include <optional>

#include "proto/base/bytes.h"
#include "proto/contract/utf8.h"

namespace concordat::health::hl7 {
namespace {

constexpr Separators kStandard;
constexpr std::string_view kBom = "\xef\xbb\xbf";

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// Ends of frames and files, padding.
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20; }
bool is_alnum(char c) { return is_upper(c) || is_digit(c) || (c >= 'a' && c <= 'z'); }

/// What stands before a line and is no part of it: blanks, a byte order mark of a file put behind another, bytes of frames.
void strip_before(std::string_view& line) {
  for (;;) {
    if (line.starts_with(kBom)) {
      line.remove_prefix(kBom.size());
    } else if (!line.empty() && (line[0] == ' ' || line[0] == '\t' || line[0] == '\x0b' || line[0] == '\x1c' || line[0] == '\n')) {
      line.remove_prefix(1);
    } else {
      return;
    }
  }
}

/// Lines of a text, by what ends its first one: after CR alone, LF is content.
class Lines {
 public:
  Lines(std::string_view text, bool any_end) : rest_(text) {
    const auto first = text.find_first_of("\r\n");
    const bool carriage_return_alone = first != std::string_view::npos && text[first] == '\r' && text.substr(first + 1, 1) != "\n";
    ends_ = carriage_return_alone && !any_end ? "\r" : "\r\n";
  }
  bool next(std::string_view& line) {
    if (rest_.empty()) return false;
    ++number_;
    const auto end = rest_.find_first_of(ends_);
    line = rest_.substr(0, end);
    if (end == std::string_view::npos) {
      rest_ = {};
      return true;
    }
    const bool both = rest_[end] == '\r' && rest_.substr(end + 1, 1) == "\n";
    rest_.remove_prefix(end + (both ? 2 : 1));
    return true;
  }
  std::uint64_t number() const { return number_; }

 private:
  std::string_view rest_, ends_;
  std::uint64_t number_ = 0;
};

bool begins(std::string_view line, std::string_view name) { return line.starts_with(name) && line.size() > name.size() && !is_alnum(line[name.size()]); }

bool is_wrapper(std::string_view line) {
  constexpr std::array<std::string_view, 4> kWrappers = {"FHS", "BHS", "BTS", "FTS"};
  return std::any_of(kWrappers.begin(), kWrappers.end(), [&](std::string_view name) { return line == name || begins(line, name); });
}

bool is_segment(std::string_view line, char field) {
  return line.size() >= 3 && is_upper(line[0]) && (is_upper(line[1]) || is_digit(line[1])) && (is_upper(line[2]) || is_digit(line[2])) &&
         (line.size() == 3 || line[3] == field);
}

tl::unexpected<Error> bad(Code code, std::string detail) { return fail(Fault::Malformed, code, std::move(detail)); }

// ---- characters ------------------------------------------------------------------------------------------------------

void put_utf8(std::string& out, unsigned c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3f));
  } else {
    out += static_cast<char>(0xe0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (c & 0x3f));
  }
}

/// What a byte that is no UTF-8 stands for.
enum class Bytewise { Windows1252, Latin9 };

unsigned character(unsigned char byte, Bytewise set) {
  static constexpr std::array<std::uint16_t, 32> kHigh = {0x20ac, 0x3f,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
                                                          0x2039, 0x152,  0x3f,   0x17d,  0x3f,   0x3f,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
                                                          0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x3f,   0x17e,  0x178};
  static constexpr std::array<std::pair<unsigned char, std::uint16_t>, 8> kLatin9 = {
      {{0xa4, 0x20ac}, {0xa6, 0x160}, {0xa8, 0x161}, {0xb4, 0x17d}, {0xb8, 0x17e}, {0xbc, 0x152}, {0xbd, 0x153}, {0xbe, 0x178}}};
  for (const auto& [at, stands_for] : kLatin9) {
    if (set == Bytewise::Latin9 && at == byte) return stands_for;
  }
  return byte >= 0x80 && byte < 0xa0 ? kHigh[byte - 0x80] : byte;
}

/// Sequences of UTF-8 stay; any other byte is a character of the set. So one bad byte does not spoil the names of the whole message.
std::string to_utf8(std::string_view text, Bytewise set) {
  std::string out;
  while (!text.empty()) {
    const std::size_t size = contract::utf8_sequence(text);
    if (size == 0) put_utf8(out, character(static_cast<unsigned char>(text[0]), set));
    out += text.substr(0, size);
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

// ---- separators and escapes ------------------------------------------------------------------------------------------

void put_escaped(std::string& out, char c) {
  switch (c) {
    case '|': out += "\\F\\"; break;
    case '^': out += "\\S\\"; break;
    case '~': out += "\\R\\"; break;
    case '&': out += "\\T\\"; break;
    case '\\': out += "\\E\\"; break;
    default: out += c;
  }
}

constexpr std::size_t kEscapeMost = 80;
/// Since 2.7 a fifth character of MSH-2 says that what was too long was cut; \P\ is that character.
constexpr char kTruncation = '#';

/// What stands between the escape character at `at` and the next one; nothing if that is no escape sequence.
std::optional<std::string_view> escape_at(std::string_view text, std::size_t at, char escape) {
  const auto end = text.substr(0, std::min(text.size(), at + kEscapeMost)).find(escape, at + 1);
  if (end == std::string_view::npos || end == at + 1) return std::nullopt;
  const std::string_view inside = text.substr(at + 1, end - at - 1);
  const bool known = std::string_view("FSTREPHN").find(inside[0]) != std::string_view::npos ? inside.size() == 1 : std::string_view("X.CMZ").find(inside[0]) != std::string_view::npos;
  return known ? std::optional(inside) : std::nullopt;
}

/// An escape sequence of the sender's: names of separators become the characters that they stand for.
void put_sequence(std::string& out, std::string_view inside, const Separators& from) {
  switch (inside[0]) {
    case 'F': return put_escaped(out, from.field);
    case 'S': return put_escaped(out, from.component);
    case 'T': return put_escaped(out, from.subcomponent);
    case 'R': return put_escaped(out, from.repetition);
    case 'E': return put_escaped(out, from.escape);
    case 'P': return put_escaped(out, kTruncation);
    default: out.append("\\").append(inside).append("\\");
  }
}

/// A field in the standard writing.
std::string standard(std::string_view text, const Separators& from) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == from.component) {
      out += '^';
    } else if (c == from.repetition) {
      out += '~';
    } else if (c == from.subcomponent) {
      out += '&';
    } else if (c != from.escape) {
      put_escaped(out, c);
    } else if (const auto inside = escape_at(text, at, c)) {
      put_sequence(out, *inside, from);
      at += inside->size() + 1;
    } else {
      put_escaped(out, c);
    }
  }
  return out;
}

std::string bytes_of(std::string_view hex) {
  const auto bytes = from_hex(hex);
  if (!bytes || !std::all_of(bytes->begin(), bytes->end(), [](char c) { return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) != 0x7f; })) return " ";
  return to_utf8(*bytes, Bytewise::Windows1252);
}

/// `again`: an escape character was escaped, so that what it begins now may be a sequence that somebody escaped twice.
std::string unescaped_once(std::string_view text, bool names_only, bool& again) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto inside = text[at] == '\\' ? escape_at(text, at, '\\') : std::nullopt;
    if (!inside || (names_only && inside->size() > 1)) {
      out += text[at];
      continue;
    }
    switch ((*inside)[0]) {
      case 'F': out += '|'; break;
      case 'S': out += '^'; break;
      case 'T': out += '&'; break;
      case 'R': out += '~'; break;
      case 'P': out += kTruncation; break;
      case 'E':
        out += '\\';
        again = true;
        break;
      case 'X': out += bytes_of(inside->substr(1)); break;
      case '.': out += ' '; break;
      default: break;  // highlighting and character sets: nothing to read
    }
    at += inside->size() + 1;
  }
  return out;
}

std::string unescaped(std::string_view text) {
  if (text.find('\\') == std::string_view::npos) return std::string(text);
  bool twice = false, ignored = false;
  std::string once = unescaped_once(text, false, twice);
  return twice ? unescaped_once(once, true, ignored) : once;
}

std::string_view part(std::string_view text, char separator, std::size_t number) {
  for (; number > 1; --number) {
    const auto end = text.find(separator);
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find(separator));
}

std::string trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

Result<Segment> segment_of(std::string_view line, std::uint64_t number, const Separators& separators) {
  Segment segment;
  segment.name = std::string(line.substr(0, 3));
  segment.line = number;
  const bool header = segment.name == "MSH";
  segment.fields.push_back(segment.name);
  if (header) segment.fields.emplace_back(1, separators.field);
  std::string_view rest = line.substr(std::min<std::size_t>(line.size(), 4));
  for (bool more = line.size() > 3; more;) {
    const auto end = rest.find(separators.field);
    const std::string_view field = rest.substr(0, end);
    const bool as_sent = separators == kStandard || (header && segment.fields.size() == 2);
    segment.fields.push_back(as_sent ? std::string(field) : standard(field, separators));
    if (segment.fields.size() > kFieldsMax) return bad(code::kLimit, segment.name + " has over " + std::to_string(kFieldsMax) + " fields");
    more = end != std::string_view::npos;
    if (more) rest.remove_prefix(end + 1);
  }
  return segment;
}

tl::unexpected<Error> utf16() { return bad(code::kInput, "the message is in UTF-16, which is not read: have it sent in UTF-8"); }
bool is_utf16(std::string_view text) {
  constexpr std::string_view kLittle("M\0S\0H\0", 6), kBig("\0M\0S\0H", 6);
  return text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff") || text.starts_with(kLittle) || text.starts_with(kBig);
}

/// The character set that MSH-18 names, for what is no UTF-8. E-INPUT for one that nobody here can read: a wrong letter is a wrong name.
Result<Bytewise> set_of(std::string_view text, const Separators& by) {
  std::string_view header = text.substr(0, text.find_first_of("\r\n"));
  std::string name;
  for (const char c : part(part(header, by.field, 18), by.repetition, 1)) {
    if (is_alnum(c)) name += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  }
  if (name == "885915" || name == "ISO885915") return Bytewise::Latin9;
  for (const std::string_view known : {"", "ASCII", "88591", "ISO88591", "WINDOWS1252", "CP1252", "ANSI", "UNICODE", "UNICODEUTF8", "UTF8", "ISOIR6", "ISOIR100"}) {
    if (name == known) return Bytewise::Windows1252;
  }
  return bad(code::kInput, "MSH-18 names a character set that is not read, and the message has letters of it: have it sent in UTF-8");
}

}  // namespace

void Segment::set(std::size_t number, std::string_view text) {
  if (fields.size() <= number) fields.resize(number + 1);
  fields[number] = std::string(text);
}

const Segment* Message::first(std::string_view name) const {
  const auto found = std::find_if(segments.begin(), segments.end(), [&](const Segment& each) { return each.name == name; });
  return found == segments.end() ? nullptr : &*found;
}

std::size_t Message::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(segments.begin(), segments.end(), [&](const Segment& each) { return each.name == name; }));
}

std::vector<Piece> cut(std::string_view text, bool framed) {
  std::vector<Piece> pieces;
  Lines lines(text, !framed);
  std::optional<std::size_t> begin;  // of the message that is open, from the beginning of the text
  std::uint64_t began = 1;
  const auto close = [&](std::size_t end) {
    if (begin) pieces.push_back({text.substr(*begin, end - *begin), began});
    begin.reset();
  };
  for (std::string_view line; lines.next(line);) {
    const auto start = static_cast<std::size_t>(line.data() - text.data());
    strip_before(line);
    const bool header = begins(line, "MSH");
    const bool stray = !begin && !header && !is_wrapper(line) && !line.empty();
    if (header || is_wrapper(line)) close(start);
    if (header || stray) {
      begin = static_cast<std::size_t>(line.data() - text.data());
      began = lines.number();
    }
  }
  close(text.size());
  return pieces;
}

Result<Separators> separators_of(std::string_view text) {
  if (is_utf16(text)) return utf16();
  strip_before(text);
  if (!begins(text, "MSH")) return bad(code::kInput, "there is no MSH segment: it is no HL7 message");
  Separators out;
  out.field = text[3];
  const std::string_view rest = text.substr(4);
  const std::string_view encoding = rest.substr(0, rest.find_first_of(std::string("\r\n") + out.field));
  if (!encoding.empty()) out.component = encoding[0];
  if (encoding.size() > 1) out.repetition = encoding[1];
  // Some leave the escape character out: "^~&".
  const bool without_escape = encoding.size() == 3 && encoding[2] == out.subcomponent;
  if (encoding.size() > 2 && !without_escape) out.escape = encoding[2];
  // Some write the escape character twice.
  const std::size_t last = encoding.size() > 4 && encoding[3] == encoding[2] ? 4 : 3;
  if (encoding.size() > last) out.subcomponent = encoding[last];
  std::string all{out.field, out.component, out.repetition, out.escape, out.subcomponent};
  const bool strange = std::any_of(all.begin(), all.end(), [](char c) { return is_alnum(c) || static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e; });
  std::sort(all.begin(), all.end());
  if (strange || std::adjacent_find(all.begin(), all.end()) != all.end()) return bad(code::kInput, "MSH-1 and MSH-2 are no separators that can be told apart");
  return out;
}

Result<Message> parse(std::string_view text, std::uint64_t line) {
  if (text.size() > kMessageBytesMax) return bad(code::kLimit, "the message is over 4 MiB");
  if (is_utf16(text)) return utf16();
  std::string_view whole = text;
  strip_before(whole);
  Message message;
  TRY(message.separators, separators_of(whole));
  std::string converted;
  if (!contract::is_utf8(whole)) {
    TRY(const Bytewise set, set_of(whole, message.separators));
    converted = to_utf8(whole, set);
    whole = converted;
  }
  message.line = line;
  struct Raw {
    std::string text;
    std::uint64_t line;
  };
  std::vector<Raw> raws;
  Lines lines(whole, false);
  for (std::string_view each; lines.next(each);) {
    const std::string_view as_sent = each;
    strip_before(each);
    while (!each.empty() && is_control(each.back())) each.remove_suffix(1);
    if (each.empty()) continue;
    if (is_segment(each, message.separators.field)) {
      raws.push_back({std::string(each), line + lines.number() - 1});
    } else if (!raws.empty()) {
      raws.back().text.append(" ").append(as_sent);
    }
    if (raws.size() > kSegmentsMax) return bad(code::kLimit, "the message has over " + std::to_string(kSegmentsMax) + " segments");
  }
  for (const Raw& raw : raws) {
    TRY(Segment segment, segment_of(raw.text, raw.line, message.separators));
    message.segments.push_back(std::move(segment));
  }
  return message;
}

std::vector<std::string_view> repetitions(std::string_view field) {
  std::vector<std::string_view> out;
  for (;;) {
    const auto end = field.find('~');
    out.push_back(field.substr(0, end));
    if (end == std::string_view::npos) return out;
    field.remove_prefix(end + 1);
  }
}

std::string component(std::string_view repetition, std::size_t number, std::size_t sub) {
  const std::string_view found = part(part(repetition, '^', number), '&', sub);
  return clears(found) ? std::string() : trimmed(unescaped(found));
}

std::string value(const Segment* segment, std::size_t field, std::size_t number) {
  return segment == nullptr ? std::string() : component(repetitions(segment->field(field)).front(), number);
}

}  // namespace concordat::health::hl7
