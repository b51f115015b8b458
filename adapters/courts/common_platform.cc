// Common Platform: out of the notification, then the hearing's defendants and what was ordered of each.
#include "adapters/courts/common_platform.h"

#include <algorithm>

#include "adapters/courts/abuse.h"
#include "adapters/courts/envelope.h"
#include "adapters/courts/people.h"
#include "adapters/courts/rulings.h"
#include "adapters/courts/tree.h"

namespace concordat::courts {
namespace {

using read::Json;
using sdk::Failure;

/// Its days, and which of them this message is about.
void read_days(const Node& hearing, const std::string& day, Hearing& out) {
  bool all_cancelled = true, any = false;
  for (const Node& each : hearing.each("hearingDays")) {
    const std::string sitting = each.text("sittingDay");
    if (sitting.empty()) continue;
    const auto moment = read::parse_moment(sitting);
    if (!moment) {
      each["sittingDay"].refuse(moment.error().code, moment.error().detail);
      continue;
    }
    any = true;
    const bool cancelled = each.truth("isCancelled");
    all_cancelled = all_cancelled && cancelled;
    out.days.push_back(moment->date_only ? moment->date : read::london_day(moment->at));
    if (!cancelled && out.here.at.empty()) out.here.at = sitting;
  }
  if (out.here.at.empty() && any) out.here.at = hearing.each("hearingDays").front().text("sittingDay");
  out.here.vacated = hearing.truth("isVacatedTrial") || (any && all_cancelled);
  out.day = day;
  if (out.day.empty() && !out.days.empty()) out.day = read::to_text(out.days.front());
}

bool has_results(const Json& json) {
  for (const auto& [name, value] : json.members()) {
    if ((name == "judicialResults" || name == "defendantJudicialResults" || name == "defendantCaseJudicialResults") && !value.elements().empty()) return true;
    if (name != "courtOrder" && has_results(value)) return true;
  }
  return false;
}

/// Results count once they are shared. A file that came by itself says so by its time of sharing, or by having results and not
/// saying that it has none to share.
Told told_of(const Opened& opened, const Node& hearing, const Node& envelope, const Came& came) {
  if (envelope["sharedTime"]) return Told::Resulted;
  if (came.as) return *came.as;
  if (!opened.event_type.empty()) return opened.event_type == "Resulted" ? Told::Resulted : Told::Listed;
  if (hearing["hasSharedResults"]) return hearing.truth("hasSharedResults") ? Told::Resulted : Told::Listed;
  return has_results(*opened.hearing) ? Told::Resulted : Told::Listed;
}

/// "2021-06-25T09:38:02.191Z[UTC]".
std::optional<Instant> shared_at(const Node& envelope) {
  const Node shared = envelope["sharedTime"];
  const std::string text = shared.text();
  if (text.empty()) return std::nullopt;
  const auto moment = read::parse_moment(std::string_view(text).substr(0, text.find('[')));
  if (!moment) {
    shared.refuse(moment.error().code, moment.error().detail);
    return std::nullopt;
  }
  return moment->at;
}

/// The day's own reference, unless it is the first one: what a later day adds does not correct what an earlier one said.
std::string key_of(const Hearing& hearing) {
  const auto day = read::parse_date(hearing.day);
  if (!day || hearing.days.empty()) return hearing.id;
  const auto first = std::min_element(hearing.days.begin(), hearing.days.end(), [](const read::Date& a, const read::Date& b) { return read::to_text(a) < read::to_text(b); });
  return *day == *first ? hearing.id : hearing.id + "@" + read::to_text(*day);
}

}  // namespace

tl::expected<Hearing, Failure> read_common_platform(const read::JsonRecord& record, const Came& came, const Tables& tables) {
  const auto opened = open(record.raw, record.line);
  if (!opened) return tl::unexpected(opened.error());
  Reader reader(record.line - 1, opened->all_on);
  const Node hearing(reader, opened->hearing, opened->path, record.line);
  const Node envelope(reader, opened->envelope, {}, record.line);
  Hearing out;
  out.is_whole = true;
  out.line = hearing.line();
  out.id = hearing.text("id");
  if (out.id.empty()) return tl::unexpected(no_hearing(hearing["id"].line(), hearing["id"].path(), "a hearing without an id cannot be told from others"));
  out.told = told_of(*opened, hearing, envelope, came);
  out.here = listing_of(hearing);
  out.here.hearing = out.id;
  read_days(hearing, envelope.text("hearingDay"), out);
  out.shared = shared_at(envelope);
  out.key = key_of(out);
  if (reader.failure()) return tl::unexpected(*reader.failure());
  if (!read_people(reader, hearing, tables, out)) {
    return tl::unexpected(Failure{hearing.line(), "hearing", {Fault::Malformed, code::kLimit, "over 1,000 defendants in one hearing, or over 50,000 results that are of several"}});
  }
  mark_abuse(out, tables);
  if (reader.failure()) return tl::unexpected(*reader.failure());
  return out;
}

}  // namespace concordat::courts
