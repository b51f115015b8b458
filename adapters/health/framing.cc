// Frames and acknowledgements: see framing.h.
#include "adapters/health/framing.h"

#include <algorithm>

namespace concordat::health {
namespace {

constexpr std::size_t kEchoMost = 250;
/// Of a frame that is too long: its header.
constexpr std::size_t kBeginning = 4u << 10;

/// MSH-n as sent, without what would end a field, a segment or a frame; from MSH-3 on.
class Header {
 public:
  explicit Header(std::string_view text) {
    const auto pieces = hl7::cut(text.substr(0, std::min(text.size(), kBeginning)), true);
    const auto header = std::find_if(pieces.begin(), pieces.end(), [](const hl7::Piece& each) { return hl7::separators_of(each.text).has_value(); });
    if (header == pieces.end()) return;
    separators_ = *hl7::separators_of(header->text);
    std::string_view line = header->text.substr(0, header->text.find_first_of("\r\n"));
    for (;;) {
      const auto end = line.find(separators_.field);
      fields_.push_back(line.substr(0, end));
      if (end == std::string_view::npos) return;
      line.remove_prefix(end + 1);
    }
  }
  const hl7::Separators& separators() const { return separators_; }
  /// Of MSH, field 2 stands at index 1.
  std::string field(std::size_t number) const {
    if (number > fields_.size()) return {};
    std::string out(fields_[number - 1].substr(0, kEchoMost));
    std::erase_if(out, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    return out;
  }
  std::string component(std::size_t number, std::size_t part) const {
    std::string text = field(number);
    for (; part > 1; --part) {
      const auto end = text.find(separators_.component);
      if (end == std::string::npos) return {};
      text.erase(0, end + 1);
    }
    return text.substr(0, text.find(separators_.component));
  }

 private:
  hl7::Separators separators_;
  std::vector<std::string_view> fields_;
};

/// "20260714013500+0000".
std::string time_text(Instant now) {
  std::string out;
  for (const char c : to_text(now).substr(0, 19)) {
    if (c >= '0' && c <= '9') out += c;
  }
  return out + "+0000";
}

std::string without(std::string_view reason, const hl7::Separators& by) {
  const std::string separators{by.field, by.component, by.repetition, by.escape, by.subcomponent};
  std::string out(reason);
  for (char& c : out) c = separators.find(c) == std::string::npos ? c : ' ';
  return out;
}

/// HL7's table 357.
std::string condition(Verdict verdict, const hl7::Separators& by) {
  const std::string component(1, by.component);
  return (verdict == Verdict::Error ? "207" + component + "Application internal error" : "100" + component + "Segment sequence error") + component + "HL70357";
}

}  // namespace

void Framer::take(std::string_view bytes) {
  const std::size_t room = bytes_max_ + 1 - std::min(bytes_max_ + 1, text_.size());
  text_.append(bytes.substr(0, room));
  if (text_.size() <= bytes_max_) return;
  // Read to its end, and no more of it kept than says whose it is.
  over_long_ = true;
  text_.resize(std::min(text_.size(), kBeginning));
}

Frame Framer::finish() {
  inside_ = false;
  Frame frame{std::move(text_), over_long_};
  text_.clear();
  if (const auto again = frame.text.rfind("\x0bMSH"); again != std::string::npos) {
    ++broken_off_;
    frame.text.erase(0, again + 1);
  }
  return frame;
}

std::vector<Frame> Framer::feed(std::string_view bytes) {
  std::vector<Frame> frames;
  while (!bytes.empty()) {
    if (!inside_) {
      const auto start = bytes.find(kStart);
      for (const char c : bytes.substr(0, start)) dropped_bytes_ += c == '\r' || c == '\n' ? 0 : 1;
      if (start == std::string_view::npos) return frames;
      bytes.remove_prefix(start + 1);
      inside_ = true;
      over_long_ = false;
    }
    const auto end = bytes.find(kEnd);
    if (!over_long_) take(bytes.substr(0, end));
    if (end == std::string_view::npos) return frames;
    bytes.remove_prefix(end + 1);
    frames.push_back(finish());
  }
  return frames;
}

std::string acknowledgement(std::string_view text, Verdict verdict, std::string_view reason, Instant now, std::uint64_t own_id) {
  const Header header(text);
  const hl7::Separators& by = header.separators();
  const std::string field(1, by.field), component(1, by.component);
  const std::string trigger = header.component(9, 2);
  const std::string encoding{by.component, by.repetition, by.escape, by.subcomponent};
  const std::string word = verdict == Verdict::Accept ? "AA" : verdict == Verdict::Error ? "AE" : "AR";
  const std::string version = header.field(12).empty() ? "2.4" : header.field(12);
  const std::string processing = header.field(11).empty() ? "P" : header.field(11);
  std::string out(1, kStart);
  out += "MSH" + field + encoding + field + header.field(5) + field + header.field(6) + field + header.field(3) + field + header.field(4) + field + time_text(now) + field +
         field + "ACK" + (trigger.empty() ? "" : component + trigger) + field + "C" + std::to_string(ms_of(now)) + "-" + std::to_string(own_id) + field + processing + field + version + "\r";
  out += "MSA" + field + word + field + header.field(10) + "\r";
  if (verdict != Verdict::Accept) out += "ERR" + field + field + field + condition(verdict, by) + field + "E" + field + field + field + without(reason, by) + "\r";
  return out + kEnd + "\r";
}

std::string unacceptable(const Frame& frame) {
  if (frame.over_long) return "the message is over 4 MiB";
  const auto pieces = hl7::cut(frame.text, true);
  if (pieces.empty()) return "the frame is empty";
  std::string why;
  for (const hl7::Piece& piece : pieces) {
    const auto by = hl7::separators_of(piece.text);
    if (by) return {};
    if (why.empty()) why = by.error().detail;
  }
  return why;
}

}  // namespace concordat::health
