// Records: their rules as a whole, and the events that they make.
#include "adapters/support/record.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <tuple>

#include "adapters/sdk/draft.h"
#include "adapters/sdk/path.h"
#include "adapters/sdk/read/when.h"
#include "concordat/v1/consent_change.pb.h"
#include "concordat/v1/person.pb.h"
#include "proto/contract/contract.h"

namespace concordat::support {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr int kYearsMost = 120;

Bad bad(std::string_view name, Code code, const char* why) { return {std::string(name), {Fault::Malformed, code, why}}; }

bool says_no(const Cells& cells, std::string_view name) {
  const auto value = cells.one(name);
  return value && is_no(*value);
}

// ---- rules -----------------------------------------------------------------------------------------------------------

std::optional<Bad> what_is_missing(const Cells& cells) {
  for (const std::string_view name : {"registered", "unit", "wants_news"}) {
    if (!cells.has(name)) {
      return bad(name, code::kInput, "the field is obligatory in a registration and is not there; a record that changes single fields says `record: preference`");
    }
  }
  if (!cells.has("victim.name") && !cells.has("victim.family_name") && !cells.has("victim.given_names")) {
    return bad("victim.name", code::kInput, "a registration names the victim");
  }
  return std::nullopt;
}

/// By what outcomes and releases find her.
std::optional<Bad> what_does_not_join(const Cells& cells) {
  if (cells.has("offender.offences") && !cells.has("offender.asn")) return bad("offender.offences", code::kInput, "offences are numbers within an arrest summons number, and there is none");
  if (cells.has("offender.asn") && !cells.has("offender.offences")) return bad("offender.offences", code::kInput, "an arrest summons number without the offences that name her: another victim's outcome could be hers");
  for (const std::string_view name : {"offender.asn", "offender.noms", "offender.crn", "offender.pnc", "offender.cro"}) {
    if (cells.has(name)) return std::nullopt;
  }
  return bad("offender.asn", code::kInput, "nothing by which a court's or prison's news could find her: no arrest summons number with its offences, NOMS, CRN, PNC or CRO");
}

std::optional<Bad> same_person(const Cells& cells) {
  constexpr const char* kWhy = "victim and offender are the same person by what is said of them";
  const auto same = [&](std::string_view name) {
    const auto hers = cells.one("victim." + std::string(name));
    return hers && hers == cells.one("offender." + std::string(name));
  };
  if (same("pnc")) return bad("victim.pnc", code::kValue, kWhy);
  const auto all_same = [&](std::string_view name) {
    const auto hers = cells.all().find("victim." + std::string(name));
    const auto his = cells.all().find("offender." + std::string(name));
    return hers != cells.all().end() && his != cells.all().end() && hers->second == his->second;
  };
  const bool named_alike = same("name") || (same("family_name") && all_same("given_names"));
  if (same("date_of_birth") && named_alike) return bad("victim.date_of_birth", code::kValue, kWhy);
  return std::nullopt;
}

bool any_news_by(const Cells& cells, std::string_view channel) {
  for (const auto& [name, values] : cells.all()) {
    if (name.starts_with("news.") && !name.ends_with(".at_any_hour") && values.front() == channel) return true;
  }
  return false;
}

/// What she chose can be done.
std::optional<Bad> what_cannot_be_told(const Cells& cells) {
  if (cells.has("quiet_from") != cells.has("quiet_until")) return bad(cells.has("quiet_from") ? "quiet_until" : "quiet_from", code::kInput, "quiet hours have a beginning and an end, and one is missing");
  if (cells.has("news.release.at_any_hour") && !cells.has("news.release")) return bad("news.release", code::kInput, "a release at any hour, and no channel for it");
  if (says_no(cells, "wants_news")) return std::nullopt;
  constexpr std::string_view kMobile = "victim.safe_contact.mobile";
  if (any_news_by(cells, "text") && !cells.has(kMobile)) return bad(kMobile, code::kInput, "news by text, and no safe mobile number");
  if (any_news_by(cells, "text") && !is_textable(*cells.one(kMobile))) return bad(kMobile, code::kValue, "news by text, and the safe mobile is no number that takes one");
  if (any_news_by(cells, "email") && !cells.has("victim.safe_contact.email")) return bad("victim.safe_contact.email", code::kInput, "news by email, and no safe address");
  if (any_news_by(cells, "letter") && !cells.has("victim.safe_contact.letter")) return bad("victim.safe_contact.letter", code::kInput, "news by letter, and no safe address for it");
  const bool written = any_news_by(cells, "text") || any_news_by(cells, "email") || any_news_by(cells, "letter");
  if (written && !cells.has("helpline")) return bad("helpline", code::kInput, "whatever she is told says whom to ring, and there is no number");
  return std::nullopt;
}

/// A birth after the event, or over 120 years before it, is a slip of the pen.
std::optional<Bad> implausible_birth(const Cells& cells, Instant at) {
  for (const std::string_view name : {"victim.date_of_birth", "offender.date_of_birth"}) {
    const auto text = cells.one(name);
    const auto born = text ? read::parse_date(*text) : fail(Fault::Malformed, code::kValue, {});
    if (!born) continue;
    const read::Date today = read::london_day(at);
    const auto order = [](const read::Date& date) { return std::tuple(date.year, date.month, date.day); };
    if (order(*born) > order(today)) return bad(name, code::kValue, "a birth after the event");
    if (born->year + kYearsMost < today.year) return bad(name, code::kValue, "a birth over 120 years before the event");
  }
  return std::nullopt;
}

// ---- events ----------------------------------------------------------------------------------------------------------

Result<std::unique_ptr<google::protobuf::Message>> drafted(contract::Kind kind, const Cells& cells, std::initializer_list<Into> into) {
  sdk::Draft draft(kind);
  for (const Column& column : columns()) {
    const auto found = cells.all().find(column.name);
    if (found == cells.all().end() || std::find(into.begin(), into.end(), column.into) == into.end()) continue;
    std::size_t index = 0;
    for (const std::string& value : found->second) TRY_VOID(draft.set(sdk::filled(column.path, {std::to_string(index++)}), value));
  }
  return draft.finish();
}

Result<sdk::TypedEvent> typed(Result<std::unique_ptr<google::protobuf::Message>> message, contract::Kind kind, std::string reference, Instant at, bool in_bulk) {
  if (!message) return tl::unexpected(message.error());
  std::shared_ptr<google::protobuf::Message> shared = std::move(*message);
  TRY_VOID(contract::split(*shared, at));
  return sdk::TypedEvent{std::move(shared), kind, std::move(reference), at, in_bulk};
}

void put_names(Writer& out, const std::vector<std::string>& names) {
  out.u32(static_cast<std::uint32_t>(names.size()));
  for (const std::string& name : names) out.sized(name);
}

std::vector<std::string> get_names(Reader& in) {
  std::vector<std::string> names;
  for (std::uint32_t left = in.u32(); left > 0 && in.ok(); --left) names.emplace_back(in.sized());
  return names;
}

}  // namespace

bool Change::opts_out() const { return says_no(cells, "wants_news"); }

Bytes Change::encode() const {
  Writer out;
  out.u8(kFormat).u8(static_cast<std::uint8_t>(kind)).u8(!opt_out_alone ? 0 : rest_is_wrong ? 2 : 1);
  put_names(out, forget);
  put(out, cells);
  return out.take();
}

std::optional<Change> Change::decode(ByteView bytes) {
  Reader in(bytes);
  if (in.u8() != kFormat) return std::nullopt;
  Change change;
  const std::uint8_t kind = in.u8();
  if (kind > static_cast<std::uint8_t>(Kind::Consent)) return std::nullopt;
  change.kind = static_cast<Kind>(kind);
  const std::uint8_t alone = in.u8();
  change.opt_out_alone = alone != 0;
  change.rest_is_wrong = alone == 2;
  change.forget = get_names(in);
  change.cells = get_cells(in);
  return in.done() ? std::optional(std::move(change)) : std::nullopt;
}

Bytes Standing::encode() const {
  Writer out;
  out.u8(kFormat).u64(static_cast<std::uint64_t>(ms_of(newest))).u64(static_cast<std::uint64_t>(ms_of(holds))).u8(has_preference ? 1 : 0);
  put_names(out, changed);
  out.u32(static_cast<std::uint32_t>(consents.size()));
  for (const auto& [purpose, at] : consents) out.sized(purpose).u64(static_cast<std::uint64_t>(ms_of(at)));
  put(out, cells);
  return out.take();
}

std::optional<Standing> Standing::decode(ByteView bytes) {
  Reader in(bytes);
  const auto instant = [&in] { return instant_of(static_cast<std::int64_t>(in.u64())); };
  if (in.u8() != kFormat) return std::nullopt;
  Standing standing;
  standing.newest = instant();
  standing.holds = instant();
  standing.has_preference = in.u8() != 0;
  standing.changed = get_names(in);
  for (std::uint32_t left = in.u32(); left > 0 && in.ok(); --left) {
    std::string purpose(in.sized());
    standing.consents[std::move(purpose)] = instant();
  }
  standing.cells = get_cells(in);
  return in.done() ? std::optional(std::move(standing)) : std::nullopt;
}

std::optional<Span> span_in(const Cells& cells, std::string_view name) {
  const auto text = cells.one(name);
  if (!text) return std::nullopt;
  const auto moment = read::parse_moment(*text);
  if (!moment) return std::nullopt;
  return Span{moment->at, moment->date_only ? moment->at + std::chrono::days(1) : moment->at};
}

std::optional<Bad> misfit(const Cells& cells, Instant at) {
  const auto found = misfit_in_itself(cells, at);
  return found ? found : what_cannot_be_told(cells);
}

std::optional<Bad> misfit_in_itself(const Cells& cells, Instant at) {
  if (auto found = what_is_missing(cells)) return found;
  if (auto found = what_does_not_join(cells)) return found;
  if (auto found = same_person(cells)) return found;
  return implausible_birth(cells, at);
}

Result<sdk::TypedEvent> registration_event(const std::string& reference, const Cells& cells, Instant at, bool in_bulk) {
  constexpr auto kKind = contract::Kind::VictimRegistration;
  return typed(drafted(kKind, cells, {Into::Registration, Into::Case, Into::Preference}), kKind, reference, at, in_bulk);
}

Result<sdk::TypedEvent> preference_event(const std::string& reference, const Cells& cells, Instant at, bool in_bulk) {
  constexpr auto kKind = contract::Kind::ContactPreference;
  return typed(drafted(kKind, cells, {Into::Case, Into::Preference}), kKind, reference + "/preference", at, in_bulk);
}

std::string consent_reference(const std::string& reference, const Cells& cells) {
  const auto purpose = cells.one("consent.purpose");
  return reference + "/consent" + (purpose ? "/" + std::string(*purpose) : "");
}

Result<sdk::TypedEvent> consent_event(const std::string& reference, const Cells& cells, Instant at, bool in_bulk) {
  constexpr auto kKind = contract::Kind::ConsentChange;
  auto message = drafted(kKind, cells, {Into::Case, Into::Consent});
  if (message) {
    for (v1::Person& person : *static_cast<v1::ConsentChange&>(**message).mutable_person()) {
      if (!person.has_consent()) continue;
      if (const auto recorded = cells.one("recorded")) {
        TRY_VOID(sdk::set_path(*person.mutable_consent(), "recorded", *recorded));
      } else {
        person.mutable_consent()->mutable_recorded()->set_at_utc_ms(ms_of(at));
      }
      if (const auto by = cells.one("recorded_by")) person.mutable_consent()->set_recorded_by(std::string(*by));
    }
  }
  return typed(std::move(message), kKind, consent_reference(reference, cells), at, in_bulk);
}

}  // namespace concordat::support
