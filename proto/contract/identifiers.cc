// Identifiers in their normal forms: see identifiers.h.
#include "proto/contract/identifiers.h"

#include <algorithm>

namespace concordat::contract {
namespace {

constexpr std::size_t kTextMax = 40;
constexpr std::string_view kCheckLetters = "ZABCDEFGHJKLMNPQRTUVWXY";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }
bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

// Upper case, without white space, full stops and hyphens; empty if it holds anything that is no letter, digit or
// slash.
std::string clean(std::string_view text) {
  std::string out;
  if (text.size() > kTextMax) return out;
  for (char c : text) {
    if (c == ' ' || c == '\t' || c == '.' || c == '-') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (!is_digit(c) && !is_letter(c) && c != '/') return {};
    out += c;
  }
  return out;
}

std::string without_slashes(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), '/'), text.end());
  return text;
}

// A pattern of 9 for a digit, A for a letter, X for either; anything else stands for itself.
bool fits(std::string_view text, std::string_view pattern) {
  if (text.size() != pattern.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool ok = pattern[i] == '9'   ? is_digit(text[i])
                    : pattern[i] == 'A' ? is_letter(text[i])
                    : pattern[i] == 'X' ? is_digit(text[i]) || is_letter(text[i])
                                        : text[i] == pattern[i];
    if (!ok) return false;
  }
  return true;
}

std::optional<std::string> fitting(std::string text, std::string_view pattern) {
  return fits(text, pattern) ? std::optional(std::move(text)) : std::nullopt;
}

std::optional<std::string> padded(std::string_view digits, std::size_t width) {
  if (!all_digits(digits) || digits.size() > width) return std::nullopt;
  std::string out(width - digits.size(), '0');
  return out.append(digits);
}

// Modulus 23 of a run of digits of any length, as a letter.
char check_letter(std::string_view digits) {
  unsigned rest = 0;
  for (const char c : digits) rest = (rest * 10 + static_cast<unsigned>(c - '0')) % 23;
  return kCheckLetters[rest];
}

bool letter_right(std::string digits, std::string_view more, char letter) {
  digits.append(more);
  return check_letter(digits) == letter;
}

std::string century_of(std::string_view two_digits) { return two_digits < "40" ? "20" : "19"; }

}  // namespace

std::optional<std::string> nhs_number(std::string_view text) {
  std::string number = clean(text);
  if (!fits(number, "9999999999") || number.find_first_not_of(number[0]) == std::string::npos) return std::nullopt;
  unsigned sum = 0;
  for (unsigned i = 0; i < 9; ++i) sum += static_cast<unsigned>(number[i] - '0') * (10 - i);
  const unsigned check = (11 - sum % 11) % 11;
  if (check == 10 || check != static_cast<unsigned>(number[9] - '0')) return std::nullopt;
  return number;
}

std::optional<std::string> pnc(std::string_view text) {
  const std::string given = clean(text);
  if (given.size() < 4 || !is_letter(given.back())) return std::nullopt;
  const char letter = given.back();
  std::string_view rest = std::string_view(given).substr(0, given.size() - 1);
  const auto slash = rest.find('/');
  std::string year(rest.substr(0, slash == std::string_view::npos ? 4 : slash));
  std::string_view serial = rest.substr(std::min(rest.size(), slash == std::string_view::npos ? 4 : slash + 1));
  if (slash == std::string_view::npos && serial.size() != 7) return std::nullopt;
  if (!all_digits(year) || (year.size() != 2 && year.size() != 4)) return std::nullopt;
  if (year.size() == 2) year.insert(0, century_of(year));
  const auto number = padded(serial, 7);
  if (!number || !letter_right(year.substr(2), *number, letter)) return std::nullopt;
  return year.append("/").append(*number).append(1, letter);
}

std::optional<std::string> cro(std::string_view text) {
  const std::string given = clean(text);
  const auto slash = given.find('/');
  if (given.size() < 5 || slash == std::string::npos || !is_letter(given.back())) return std::nullopt;
  const char letter = given.back();
  const std::string before = given.substr(0, slash);
  const std::string after = given.substr(slash + 1, given.size() - slash - 2);
  if (fits(before, "SF99")) {
    if (!padded(after, 6) || !letter_right(before.substr(2), after, letter)) return std::nullopt;
    return given;
  }
  const auto serial = padded(before, 6);
  if (!serial || !fits(after, "99") || !letter_right(after, *serial, letter)) return std::nullopt;
  return std::string(*serial).append("/").append(after).append(1, letter);
}

std::optional<std::string> noms(std::string_view text) { return fitting(clean(text), "A9999AA"); }

std::optional<std::string> crn(std::string_view text) { return fitting(clean(text), "A999999"); }

std::optional<std::string> urn(std::string_view text) { return fitting(without_slashes(clean(text)), "99XX9999999"); }

std::optional<std::string> asn(std::string_view text) {
  const std::string given = clean(text);
  if (given.size() < 10 || !is_letter(given.back())) return std::nullopt;
  const char letter = given.back();
  const auto last_slash = given.rfind('/');
  const bool parts = last_slash != std::string::npos;
  const std::string head = without_slashes(given.substr(0, parts ? last_slash : 8));
  const std::string tail = given.substr(parts ? last_slash + 1 : 8);
  const auto sequence = padded(std::string_view(tail).substr(0, tail.size() - 1), 11);
  if (!fits(head, "99XXXXXX") || !sequence || (!parts && tail.size() != 12)) return std::nullopt;
  std::string digits;
  for (const std::string& part : {head.substr(2, 2), head.substr(6, 2), head.substr(0, 2)}) {
    if (all_digits(part)) digits += part;
  }
  if (!letter_right(digits, *sequence, letter)) return std::nullopt;
  return std::string(head).append(*sequence).append(1, letter);
}

std::optional<std::string> asn_offence(std::string_view asn_text, std::uint32_t sequence) {
  auto number = asn(asn_text);
  if (!number || sequence < 1 || sequence > 999) return std::nullopt;
  return number->append("/").append(*padded(std::to_string(sequence), 3));
}

std::optional<std::string> normalise(IdentifierType type, std::string_view text) {
  switch (type) {
    case IdentifierType::NhsNumber:
      return nhs_number(text);
    case IdentifierType::Pnc:
      return pnc(text);
    case IdentifierType::Cro:
      return cro(text);
    case IdentifierType::Noms:
      return noms(text);
    case IdentifierType::Crn:
      return crn(text);
    case IdentifierType::Urn:
      return urn(text);
    case IdentifierType::AsnOffence:
      break;
  }
  const auto slash = text.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto sequence = padded(text.substr(slash + 1), 3);
  return sequence ? asn_offence(text.substr(0, slash), static_cast<std::uint32_t>(std::stoul(*sequence)))
                  : std::nullopt;
}

}  // namespace concordat::contract
