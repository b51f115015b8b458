// The words that a victim is sent: see templates.h.
#include "adapters/notify/templates.h"

#include <algorithm>

namespace concordat::notify {
namespace {

constexpr std::size_t kValueBytesMax = 80;
constexpr std::string_view kPlaceholders[] = {"((helpline))", "((hours))"};

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (!line.empty() && line[0] != '#') lines.push_back(std::move(line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// Characters of the GSM alphabet that UTF-8 writes in two or three bytes; those of its extension count twice.
constexpr std::string_view kGsmWide[] = {"£", "¥", "è", "é", "ù", "ì", "ò", "Ç", "Ø", "ø", "Å", "å", "Ä", "Ö", "Ñ", "Ü", "§", "¿", "ä", "ö", "ñ", "ü", "à", "¡", "ß", "Æ", "æ", "É"};
constexpr std::string_view kGsmNarrow = "@$_!\"#%&'()*+,-./:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 \n\r";
constexpr std::string_view kGsmTwice = "^{}\\[~]|";

std::vector<std::string_view> characters_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text[0]);
    const std::size_t size = std::min<std::size_t>(first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4, text.size());
    out.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return out;
}

/// Letters of Welsh and English that are not ASCII, in capitals and small.
constexpr std::pair<std::string_view, std::string_view> kLetters[] = {
    {"Â", "â"}, {"Ê", "ê"}, {"Î", "î"}, {"Ô", "ô"}, {"Û", "û"}, {"Ŵ", "ŵ"}, {"Ŷ", "ŷ"}, {"Á", "á"}, {"É", "é"}, {"Í", "í"}, {"Ó", "ó"}, {"Ú", "ú"}, {"Ẃ", "ẃ"}, {"Ý", "ý"},
    {"À", "à"}, {"È", "è"}, {"Ì", "ì"}, {"Ò", "ò"}, {"Ù", "ù"}, {"Ẁ", "ẁ"}, {"Ỳ", "ỳ"}, {"Ä", "ä"}, {"Ë", "ë"}, {"Ï", "ï"}, {"Ö", "ö"}, {"Ü", "ü"}, {"Ẅ", "ẅ"}, {"Ÿ", "ÿ"}};
constexpr std::string_view kMarks[] = {"£", "€", "–", "—", "‘", "’", "“", "”", "…", "•"};

/// The letter in lower case; empty if it is none.
std::string letter(std::string_view character) {
  const char c = character[0];
  if (character.size() == 1) return c >= 'a' && c <= 'z' ? std::string(1, c) : c >= 'A' && c <= 'Z' ? std::string(1, static_cast<char>(c + 32)) : std::string();
  for (const auto& [capital, small] : kLetters) {
    if (character == capital || character == small) return std::string(small);
  }
  return {};
}

/// What looks like a letter and is none would hide a word; and nobody reads what cannot be seen.
bool is_plain(std::string_view text) {
  const std::vector<std::string_view> all = characters_of(text);
  return std::all_of(all.begin(), all.end(), [](std::string_view each) {
    if (each.size() == 1) return (each[0] >= ' ' && each[0] < 0x7f) || each[0] == '\n';
    return !letter(each).empty() || std::find(std::begin(kMarks), std::end(kMarks), each) != std::end(kMarks);
  });
}

/// In lower case.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (const std::string_view each : characters_of(text)) {
    if (const std::string one = letter(each); !one.empty()) words.back() += one;
    else if (!words.back().empty()) words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

bool is_number(std::string_view value) {
  return value.find_first_not_of("0123456789 +()-") == std::string_view::npos && std::count_if(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; }) >= 3;
}

tl::unexpected<Error> wrong(const std::string& file, const std::string& why) { return fail(Fault::Malformed, code::kConfig, file + ": " + why); }

bool says_whom_to_ring(const Template& each, const Words& words) {
  if (each.body.find("((helpline))") != std::string::npos) return true;
  return std::any_of(words.number.begin(), words.number.end(), [&](const std::string& way) { return each.body.find(way) != std::string::npos; });
}

}  // namespace

Words read_words(std::string_view forbidden, std::string_view number, std::string_view hours) { return {lines_of(forbidden), lines_of(number), lines_of(hours)}; }

std::string forbidden_in(std::string_view text, const Words& words) {
  for (const std::string& word : words_of(text)) {
    for (const std::string& each : words.forbidden) {
      const bool begins = each.ends_with('*');
      if (begins ? word.starts_with(each.substr(0, each.size() - 1)) : word == each) return each;
    }
  }
  return {};
}

int segments(std::string_view text) {
  int gsm = 0, wide = 0;
  bool all_gsm = true;
  for (const std::string_view each : characters_of(text)) {
    wide += each.size() == 4 ? 2 : 1;
    if (each.size() == 1 && kGsmNarrow.find(each) != std::string_view::npos) ++gsm;
    else if ((each.size() == 1 && kGsmTwice.find(each) != std::string_view::npos) || each == "€") gsm += 2;
    else if (std::find(std::begin(kGsmWide), std::end(kGsmWide), each) != std::end(kGsmWide)) ++gsm;
    else all_gsm = false;
  }
  if (all_gsm) return gsm <= 160 ? 1 : (gsm + 152) / 153;
  return wide <= 70 ? 1 : (wide + 66) / 67;
}

std::string filled(std::string_view text, const Personalisation& with) {
  std::string out(text);
  for (const auto& [name, value] : with) {
    const std::string mark = "((" + name + "))";
    for (auto at = out.find(mark); at != std::string::npos; at = out.find(mark, at + value.size())) out.replace(at, mark.size(), value);
  }
  return out;
}

Result<Template> read_template(Channel channel, const std::string& language, const std::string& file, std::string_view text, const Words& words) {
  Template each{channel, language, "", "", std::string(text)};
  while (!each.body.empty() && (each.body.back() == '\n' || each.body.back() == ' ')) each.body.pop_back();
  if (channel != Channel::Text) {
    constexpr std::string_view kSubject = "Subject: ";
    const auto end = each.body.find('\n');
    if (!each.body.starts_with(kSubject) || end == std::string::npos) return wrong(file, "the first line is not \"Subject: …\"");
    each.subject = each.body.substr(kSubject.size(), end - kSubject.size());
    each.body.erase(0, each.body.find_first_not_of('\n', end));
  }
  const std::string both = each.subject + "\n" + each.body;
  if (!is_plain(both)) return wrong(file, "it has a character that is neither a letter of English or Welsh nor a usual mark");
  if (const std::string word = forbidden_in(both, words); !word.empty()) return wrong(file, "it says \"" + word + "\", which tells what it is about");
  std::string rest = both;
  for (const std::string_view allowed : kPlaceholders) {
    for (auto at = rest.find(allowed); at != std::string::npos; at = rest.find(allowed)) rest.erase(at, allowed.size());
  }
  if (rest.find("((") != std::string::npos || rest.find("))") != std::string::npos) return wrong(file, "it has a placeholder other than ((helpline)) and ((hours))");
  if (!says_whom_to_ring(each, words)) return wrong(file, "it does not say whom to ring");
  if (each.body.find("((hours))") == std::string::npos) return wrong(file, "it does not say when that is staffed: ((hours))");
  if (channel == Channel::Text && segments(each.body) > kSegmentsMax) return wrong(file, "it takes more than two segments");
  return each;
}

const Template* Templates::find(Channel channel, const std::string& language) const {
  const auto found = std::find_if(all_.begin(), all_.end(), [&](const Template& each) { return each.channel == channel && each.language == language && !each.id.empty(); });
  return found == all_.end() ? nullptr : &*found;
}

void Templates::set_id(Channel channel, const std::string& language, const std::string& id) {
  for (Template& each : all_) {
    if (each.channel == channel && each.language == language) each.id = id;
  }
}

const Words& Templates::words(const std::string& language) const {
  static const Words kNone;
  const auto found = words_.find(language);
  return found == words_.end() ? kNone : found->second;
}

bool Templates::says_hours(std::string_view value) const {
  const std::vector<std::string> said = words_of(value);
  return is_plain(value) && value.find_first_of("\n()<>[]{}@") == std::string_view::npos && std::all_of(said.begin(), said.end(), [&](const std::string& word) {
    return std::any_of(words_.begin(), words_.end(), [&](const auto& language) {
      const std::vector<std::string>& hours = language.second.hours;
      return std::find(hours.begin(), hours.end(), word) != hours.end();
    });
  });
}

bool Templates::fits(const Template& each, const Personalisation& with) const {
  for (const auto& [name, value] : with) {
    if (name.starts_with("address_line_")) continue;
    if (value.empty() || value.size() > kValueBytesMax || !(name == "helpline" ? is_number(value) : says_hours(value))) return false;
  }
  if (!forbidden_in(filled(each.subject, with) + "\n" + filled(each.body, with), words(each.language)).empty()) return false;
  return each.channel != Channel::Text || segments(filled(each.body, with)) <= kSegmentsMax;
}

}  // namespace concordat::notify
