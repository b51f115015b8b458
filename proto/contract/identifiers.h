// Identifiers in their normal forms: what links people and cases, with check digits. DESIGN 1.5; vectors in
// proto/vectors/identifiers.json. Pure functions: nothing is looked up, and a value without a normal form gives
// nothing. White space, full stops, hyphens and case never matter; what else is allowed is said with each function.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace google::protobuf {
class Message;
}

namespace concordat::contract {

/// Ten digits, the last right by modulus 11 (NHS Data Dictionary). Ten equal digits are no number.
std::optional<std::string> nhs_number(std::string_view text);

/// "2004/0012345D" from "2004/0012345D", "20040012345D", "2004/12345D" and "04/12345D". The letter is modulus 23 of the
/// two-digit year and the seven-digit serial. Years of two digits: 00 to 39 are 20xx, 40 to 99 are 19xx.
std::optional<std::string> pnc(std::string_view text);

/// "011111/79R" from "11111/79R", and "SF39/51696J". The letter is modulus 23 of year and serial, which is padded to
/// six digits in the first writing and as written in the second.
std::optional<std::string> cro(std::string_view text);

/// Prison number, "A1234BC". It has no check digit.
std::optional<std::string> noms(std::string_view text);

/// Probation's case reference number, "X123456". It has no check digit.
std::optional<std::string> crn(std::string_view text);

/// Unique reference number of a police case, eleven characters: force (two digits), unit (two letters or digits),
/// number (five digits), year (two digits); slashes may separate. Other prosecutors' references have no normal form and
/// do not link.
std::optional<std::string> urn(std::string_view text);

/// Arrest summons number, twenty characters: year, force, unit, system (two each), sequence (eleven digits, or fewer
/// after a slash) and a letter, modulus 23 of force, system, year and sequence (parts that are not digits are left
/// out).
std::optional<std::string> asn(std::string_view text);

/// An offence across agencies: the ASN's normal form, a slash and the offence sequence in three digits (1 to 999).
std::optional<std::string> asn_offence(std::string_view asn_text, std::uint32_t sequence);

/// Identifier types, with the numbers of wire::TokenType and of IdentifierType in the schema. Each links strongly.
enum class IdentifierType : std::uint8_t {
  NhsNumber = 1,
  Pnc = 2,
  Cro = 3,
  Noms = 4,
  Crn = 5,
  Urn = 6,
  AsnOffence = 7
};

/// One identifier of an event. Personal data: it is for making a token, and for nothing else.
struct Identifier {
  std::uint16_t person = 0;  ///< 0: of the case.
  IdentifierType type{};
  std::string value;  ///< In normal form.
};

/// Every identifier of an event that has a normal form, without repetition. Temporary NHS numbers are left out. ASN
/// with offence sequence belongs to the case. The identifiers of a Link event are among them.
std::vector<Identifier> identifiers_of(const google::protobuf::Message& event);

/// The normal form of a value of a type; of AsnOffence the value is "ASN/sequence".
std::optional<std::string> normalise(IdentifierType type, std::string_view text);

}  // namespace concordat::contract
