// SPI ResultedCase: out of the wrappers, then case by case. Bail conditions, result texts and wordings of reasons name places and
// people: they are not read.
#include "adapters/courts/spi_results.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "adapters/courts/abuse.h"
#include "adapters/courts/person.h"
#include "adapters/sdk/path.h"
#include "adapters/sdk/read/exchange.h"
#include "concordat/v1/person.pb.h"
#include "proto/contract/identifiers.h"

namespace concordat::courts {
namespace {

using read::Xml;
using sdk::Failure;

constexpr std::array<std::string_view, 2> kOnce = {"DataStreamContent", "ResultedCaseMessage"};
constexpr read::Wanted kWanted{"ResultedCaseMessage", "SPIResults", "there is no resulted case in the message", kOnce};

std::string trimmed_day(std::string_view text) { return std::string(text.size() > 10 && text[4] == '-' ? text.substr(0, 10) : text); }

/// "RESTRAOP" of "RESTRAOP - …"; whether it is one, the tables say.
std::string short_code_of(std::string_view text) {
  const auto end = text.find(" - ");
  if (end == std::string_view::npos || end > 16) return {};
  const std::string_view word = text.substr(0, end);
  const bool is_code = word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == std::string_view::npos;
  return is_code ? std::string(word) : std::string();
}

class CaseReader {
 public:
  CaseReader(const read::Unwrapped& at, Hearing& hearing) : before_(at.line - 1), hearing_(hearing) {}

  std::optional<Failure> hearing(const Xml& session, const Xml& a_case) {
    const Xml* when = session.at("CourtHearing/Hearing");
    if (when == nullptr) return missing(session, "Hearing");
    for (const char* name : {"CourtHearingLocation", "DateOfHearing"}) {
      if (when->text_at(name).empty()) return missing(*when, name);
    }
    if (a_case.text_at("PTIURN").empty()) return missing(a_case, "PTIURN");
    // Of two, nobody here knows which is meant.
    if (auto twice = repeated(session, {"CourtHearing"})) return twice;
    if (auto twice = repeated(*session.child("CourtHearing"), {"Hearing"})) return twice;
    if (auto twice = repeated(*when, {"CourtHearingLocation", "DateOfHearing", "TimeOfHearing"})) return twice;
    if (auto twice = repeated(a_case, {"PTIURN"})) return twice;
    hearing_.told = Told::Resulted;
    hearing_.day = trimmed_day(when->text_at("DateOfHearing"));
    const auto day = read::parse_date(hearing_.day);
    if (!day) return Failure{line(*when->child("DateOfHearing")), "DateOfHearing", day.error()};
    if (!day->whole()) return Failure{line(*when->child("DateOfHearing")), "DateOfHearing", {Fault::Malformed, code::kValue, "no whole date"}};
    hearing_.days = {*day};
    hearing_.here = listing(*when);
    const std::string urn = contract::urn(a_case.text_at("PTIURN")).value_or(std::string(a_case.text_at("PTIURN")));
    hearing_.id = hearing_.key = urn + "@" + hearing_.here.at + "@" + hearing_.here.court_code;
    hearing_.here.hearing = hearing_.id;
    hearing_.line = line(a_case);
    urn_ = a_case.text_at("PTIURN");
    const auto defendants = a_case.all("Defendant");
    if (defendants.empty()) return missing(a_case, "Defendant");
    for (const Xml* each : defendants) defendant(*each);
    return std::nullopt;
  }

 private:
  std::uint64_t line(const Xml& xml) const { return before_ + xml.line; }
  Failure missing(const Xml& from, std::string_view name) const { return {line(from), std::string(name), {Fault::Malformed, code::kInput, "it is missing"}}; }

  std::optional<Failure> repeated(const Xml& from, std::initializer_list<std::string_view> names) const {
    for (const std::string_view name : names) {
      const auto all = from.all(name);
      if (all.size() > 1) return Failure{line(*all[1]), std::string(name), {Fault::Malformed, code::kInput, "it stands more than once"}};
    }
    return std::nullopt;
  }

  static Listing listing(const Xml& hearing) {
    Listing out;
    out.court_code = hearing.text_at("CourtHearingLocation");
    out.at = trimmed_day(hearing.text_at("DateOfHearing"));
    if (const auto time = hearing.text_at("TimeOfHearing"); !time.empty() && !out.at.empty()) out.at += "T" + std::string(time);
    return out;
  }

  void defendant(const Xml& from) {
    const std::string_view reference = from.text_at("ProsecutorReference");
    Defendant out;
    // A reference like "TFL" is of a prosecutor: only in its case is it of one person.
    const auto number = contract::asn(reference);
    out.key = number ? *number : reference.empty() ? "" : contract::urn(urn_).value_or(urn_) + "." + std::string(reference);
    out.line = line(from);
    out.person = std::make_shared<v1::Person>();
    out.is_company = from.child("CourtCorporateDefendant") != nullptr && from.child("CourtIndividualDefendant") == nullptr;
    out.references.emplace_back("urn", urn_);
    if (out.key.empty()) out.failure = missing(from, "ProsecutorReference");
    if (!out.failure) out.failure = repeated(from, {"ProsecutorReference", "CourtIndividualDefendant"});
    if (!out.failure && !out.is_company) out.failure = read_person(from, before_, *out.person);
    v1::CaseReference& asn = *out.person->add_case_reference();
    asn.set_type(v1::REFERENCE_TYPE_ASN);
    asn.set_value(number.value_or(std::string(reference)));
    if (number && *number != reference) asn.set_source_text(std::string(reference));
    for (const Xml* offence : from.all("Offence")) read_offence(*offence, out);
    const auto same = [&](const Defendant& each) { return each.key == out.key; };
    if (const auto times = std::count_if(hearing_.defendants.begin(), hearing_.defendants.end(), same); times > 0) out.key += "#" + std::to_string(times + 1);
    hearing_.defendants.push_back(std::move(out));
  }

  std::string dated(Defendant& defendant, const Xml& from, std::string_view path) {
    const Xml* found = from.at(path);
    if (found == nullptr || found->text.empty()) return {};
    std::string day = trimmed_day(found->text);
    if (const auto parsed = read::parse_moment(day); !parsed && !defendant.failure) defendant.failure = Failure{line(*found), found->name, parsed.error()};
    return day;
  }

  void set(Defendant& defendant, google::protobuf::Message& message, std::string_view path, const Xml& from, std::string_view element, bool is_day = false) {
    const Xml* found = from.at(element);
    if (found == nullptr || found->text.empty() || defendant.failure) return;
    if (const auto done = sdk::set_path(message, path, is_day ? trimmed_day(found->text) : found->text); !done) {
      defendant.failure = Failure{line(*found), found->name, done.error()};
    }
  }

  void read_offence(const Xml& offence, Defendant& out) {
    const Xml* base = offence.child("BaseOffenceDetails");
    if (base == nullptr || base->text_at("OffenceCode").empty()) {
      if (!out.failure) out.failure = missing(base == nullptr ? offence : *base, base == nullptr ? "BaseOffenceDetails" : "OffenceCode");
      return;
    }
    if (!out.failure) out.failure = repeated(offence, {"BaseOffenceDetails", "Plea", "Finding", "ConvictionDate", "FinalDisposalIndicator"});
    if (!out.failure) out.failure = repeated(*base, {"OffenceCode", "OffenceSequenceNumber"});
    Charge charge;
    charge.code = base->text_at("OffenceCode");
    const std::string number(base->text_at("OffenceSequenceNumber"));
    if (!number.empty() && number.size() <= 3 && number.find_first_not_of("0123456789") == std::string::npos) charge.sequence = static_cast<std::uint32_t>(std::stoul(number));
    // By its number it is the same offence in every hearing, also where the court amends the charge.
    charge.id = charge.sequence == 0 ? charge.code + "#" + std::to_string(out.charges.size()) : std::to_string(charge.sequence);
    if (std::any_of(out.charges.begin(), out.charges.end(), [&](const Charge& each) { return each.id == charge.id; })) charge.id += charge.code + "#" + std::to_string(out.charges.size());
    charge.plea = offence.text_at("Plea");
    charge.verdict = offence.text_at("Finding");
    charge.convicted = dated(out, offence, "ConvictionDate");
    if (charge.verdict.empty() && !charge.convicted.empty() && charge.convicted != hearing_.day) charge.convicted.clear();
    v1::Offence& said = *out.person->add_offence();
    if (charge.sequence != 0) said.set_sequence(charge.sequence);
    set(out, said, "code", *base, "OffenceCode");
    set(out, said, "date_code", *base, "OffenceTiming/OffenceDateCode");
    set(out, said, "started", *base, "OffenceTiming/OffenceStart/OffenceDateStartDate", true);
    set(out, said, "ended", *base, "OffenceTiming/OffenceEnd/OffenceEndDate", true);
    set(out, said, "charged", *base, "ChargeDate", true);
    set(out, said, "arrested", *base, "ArrestDate", true);
    if (!base->text_at("OffenceWording").empty()) {
      v1::OffenceWording& wording = *out.person->add_offence_wording();
      if (charge.sequence != 0) wording.set_sequence(charge.sequence);
      set(out, wording, "text", *base, "OffenceWording");
    }
    out.charges.push_back(std::move(charge));
    for (const Xml* each : offence.all("Result")) read_result(*each, offence, out);
  }

  void read_result(const Xml& from, const Xml& offence, Defendant& out) {
    Ruling ruling;
    ruling.code = from.text_at("ResultCode");
    ruling.short_code = short_code_of(from.text_at("ResultText"));
    // Without a code it is a sentence of its own, which nobody here reads; what it decides has one.
    ruling.final = offence.text_at("FinalDisposalIndicator") == "Y" && !ruling.code.empty();
    ruling.offence = out.charges.size() - 1;
    for (const Xml* qualifier : from.all("ResultCodeQualifier")) ruling.qualifiers.push_back(qualifier->text);
    ruling.until = dated(out, from, "Outcome/Duration/DurationEndDate");
    if (const Xml* next = from.at("NextHearing/NextHearingDetails"); next != nullptr && !next->text_at("DateOfHearing").empty()) {
      ruling.next = listing(*next);
      if (const auto at = read::parse_moment(ruling.next->at); !at && !out.failure) out.failure = Failure{line(*next), "DateOfHearing", at.error()};
    }
    out.results.push_back(std::move(ruling));
  }

  std::uint64_t before_;
  Hearing& hearing_;
  std::string urn_;
};

}  // namespace

tl::expected<std::vector<SpiCase>, Failure> read_spi_results(std::string_view text, const Tables& tables, bool& test) {
  const auto at = read::unwrap(text, kWanted, test);
  if (!at && text.find("<CourtList") != std::string_view::npos) {
    return tl::unexpected(Failure{at.error().line, "CourtList", {Fault::Malformed, code::kInput, "this is a court list of Libra, which this program does not read: it takes SPI results"}});
  }
  if (!at) return tl::unexpected(Failure{at.error().line, at.error().field, at.error().error});
  const Xml* message = at->tree.find(kWanted.message);
  std::vector<SpiCase> out;
  for (const Xml* session : message->all("Session")) {
    for (const Xml* each : session->all("Case")) {
      Hearing hearing;
      hearing.test = test;
      if (auto failed = CaseReader(*at, hearing).hearing(*session, *each)) {
        out.emplace_back(tl::unexpected(std::move(*failed)));
        continue;
      }
      mark_abuse(hearing, tables);
      out.emplace_back(std::move(hearing));
    }
  }
  const char* none = message->child("Session") == nullptr ? "Session" : "Case";
  if (out.empty()) return tl::unexpected(Failure{at->line_in_file(message->line), none, {Fault::Malformed, code::kInput, "there is none in the message"}});
  return out;
}

}  // namespace concordat::courts
