// Reading records, and following them: what is kept of a reference, merged, and published as a whole.
#include "adapters/support/support.h"

#include <algorithm>

#include "adapters/sdk/read/record.h"
#include "adapters/support/record.h"
#include "proto/text/yaml.h"

namespace concordat::support {
namespace {

using sdk::Failure;
using sdk::Input;

/// Under this name, before the reference, a record travels from read() to follow(), and its standing is kept.
constexpr std::string_view kState = "registration/";
constexpr auto kKeptAfterEnd = std::chrono::days(365);
/// As far as clocks of two systems may differ.
constexpr auto kAheadMost = std::chrono::minutes(5);

Failure failure(std::uint64_t line, std::string_view field, Code code, std::string why) { return {line, std::string(field), {Fault::Malformed, code, std::move(why)}}; }

bool is_consent(std::string_view name) { return name.starts_with("consent."); }
bool is_preference(std::string_view name) {
  const Column* column = find_column(name);
  return column != nullptr && column->into == Into::Preference;
}
/// What an opt-out needs, and nothing else.
bool is_opt_out(std::string_view name) { return name == "wants_news" || name == "recorded" || name == "recorded_by"; }

// ---- reading -----------------------------------------------------------------------------------------------------------

/// A record taken apart; `loose` leaves out what is wrong with it.
struct Parsed {
  std::string reference;
  Change change;
  std::map<std::string, std::string, std::less<>> sources;
};

Kind kind_of(std::string_view word) { return word == "preference" ? Kind::Preference : word == "consent" ? Kind::Consent : Kind::Registration; }

Parsed parsed(Columned columned) {
  Parsed out;
  out.reference = columned.cells.one("reference").value_or("");
  out.change.kind = kind_of(columned.cells.one("record").value_or("registration"));
  if (const auto found = columned.cells.all().find("forget"); found != columned.cells.all().end()) out.change.forget = found->second;
  out.change.cells = columned.cells.only([](std::string_view name) { return name != "record" && name != "reference" && name != "forget"; });
  out.sources = std::move(columned.sources);
  return out;
}

tl::expected<Parsed, sdk::Misfit> strictly(const read::Record& record, const sdk::Mapping& mapping) {
  auto mapped = mapping.apply(record);
  if (!mapped) return tl::unexpected(std::move(mapped).error());
  auto cells = columned(*mapped);
  if (!cells) return tl::unexpected(std::move(cells).error());
  return parsed(std::move(*cells));
}

/// Field by field, the wrong ones left out: all that an opt-out asks for.
Parsed loosely(const read::Record& record, const sdk::Mapping& mapping) {
  Columned all;
  for (const read::Cell& cell : record.cells) {
    const auto mapped = mapping.apply({record.line, {cell}, {}});
    const auto one = mapped ? columned(*mapped) : tl::unexpected(sdk::Misfit{});
    if (one) all.cells.take(one->cells);
  }
  return parsed(std::move(all));
}

std::string source_of(const Parsed& record, const std::string& name) {
  const auto found = record.sources.find(name);
  return found == record.sources.end() ? name : found->second;
}

/// Wrong in the record for itself, before anything is known of its reference.
std::optional<Failure> wrong_alone(const Parsed& record, std::uint64_t line, const Purposes& purposes) {
  const Change& change = record.change;
  if (record.reference.empty()) return failure(line, "reference", code::kInput, "the field is obligatory and is not there");
  if (!change.forget.empty() && change.kind != Kind::Preference) return failure(line, "forget", code::kInput, "only a preference forgets: a registration says all there is");
  if (change.kind == Kind::Consent && !change.cells.has("consent.state")) return failure(line, "consent.state", code::kInput, "a consent says its state, and it is not there");
  if (change.kind != Kind::Registration && !change.cells.has("recorded") && !change.opts_out()) {
    return failure(line, "recorded", code::kInput, "when she said it is obligatory and is not there: what is older must not take back what is newer");
  }
  if (change.kind == Kind::Preference && change.cells.empty() && change.forget.empty()) return failure(line, "record", code::kInput, "a preference without anything in it");
  // By another name nobody would hear of it, and she would be told all the same.
  if (const auto purpose = change.cells.one("consent.purpose"); purpose && !purposes.contains(*purpose)) {
    return failure(line, source_of(record, "consent.purpose"), code::kValue, "no purpose of this feed's agreements (feed.purposes): say it as they do, or leave it out for any");
  }
  return std::nullopt;
}

bool refuses(const Change& change) { return change.cells.one("consent.state") == "withdrawn" || change.cells.one("consent.state") == "refused"; }

Input input_of(const read::Record& record, const Parsed& parsed, const Change& change) {
  Input input;
  input.line = record.line;
  input.raw = record.raw;
  input.reference = parsed.reference;
  input.may_be_high_risk = change.opts_out() || refuses(change);
  input.state[std::string(kState) + parsed.reference] = {change.encode(), {}};
  return input;
}

Input failed(const read::Record& record, Failure why, bool may_be_high_risk) {
  Input input = sdk::failed_input(why.line, why.field, std::move(why.error), record.raw, may_be_high_risk);
  return input;
}

void read_record(const read::Record& record, const Reading& reading, std::vector<Input>& out) {
  const auto strict = strictly(record, reading.mapping);
  Parsed loose = strict ? *strict : loosely(record, reading.mapping);
  const bool opts_out = loose.change.opts_out() && !loose.reference.empty();
  const bool says_more = !strict || !strict->change.forget.empty() || !std::all_of(loose.change.cells.all().begin(), loose.change.cells.all().end(), [](const auto& each) { return is_opt_out(each.first); });
  if (opts_out && says_more && (!strict || strict->change.kind != Kind::Registration)) {
    const bool rest_is_wrong = strict ? wrong_alone(*strict, record.line, reading.purposes).has_value() : loose.change.kind != Kind::Registration;
    Change alone{Kind::Preference, loose.change.cells.only(is_opt_out), {}, true, rest_is_wrong};
    out.push_back(input_of(record, loose, alone));
  }
  if (!strict) {
    // Without a reference nobody can tell whose it is, nor what else could not be read in it.
    out.push_back(failed(record, {record.line, strict.error().field, strict.error().error}, loose.reference.empty()));
    return;
  }
  auto why = wrong_alone(*strict, record.line, reading.purposes);
  if (!why && strict->change.kind == Kind::Registration) {
    const Cells cells = strict->change.cells.only([](std::string_view name) { return !is_consent(name); });
    const Instant at = span_in(cells, "recorded").value_or(span_in(cells, "registered").value_or(Span{})).from;
    if (const auto bad = misfit(cells, at)) why = Failure{record.line, source_of(*strict, bad->name), bad->error};
  }
  if (why) {
    if (opts_out && strict->change.kind == Kind::Registration) out.push_back(input_of(record, loose, {Kind::Preference, loose.change.cells.only(is_opt_out), {}, true, false}));
    out.push_back(failed(record, std::move(*why), (loose.change.opts_out() && loose.reference.empty()) || refuses(loose.change)));
    return;
  }
  out.push_back(input_of(record, *strict, strict->change));
}

std::vector<Input> read_records(const Result<read::Records>& records, std::string_view text, const Reading& reading) {
  if (!records) return {sdk::failed_input(1, "file", records.error(), text.substr(0, read::kRecordBytesMax), true)};
  std::vector<Input> inputs;
  for (const read::Record& record : records->records) read_record(record, reading, inputs);
  // Nobody can tell whether an opt-out is in it.
  for (const read::Unreadable& each : records->unreadable) inputs.push_back(sdk::failed_input(each.line, each.field, each.error, each.raw, true));
  // With its header a row reads by itself.
  const auto header = records->header.empty() ? nullptr : std::make_shared<const std::string>(records->header);
  for (Input& input : inputs) input.context = header;
  std::stable_sort(inputs.begin(), inputs.end(), [](const Input& a, const Input& b) { return a.line < b.line; });
  return inputs;
}

// ---- following ---------------------------------------------------------------------------------------------------------

/// A record on its way into what is kept.
struct Step {
  const Change& change;
  std::optional<Standing> before;
  Instant now;
};

bool is_ahead(const Step& step, const Span& at) { return at.from > step.now + kAheadMost; }

/// When she said it, as far as it is known. An opt-out that does not say, or says a day to come, is of now; one that was said before is of then.
Span said_at(const Step& step) {
  const auto recorded = span_in(step.change.cells, "recorded");
  if (recorded && !(step.change.opts_out() && is_ahead(step, *recorded))) return *recorded;
  if (step.change.kind == Kind::Registration) return span_in(step.change.cells, "registered").value_or(Span{step.now, step.now});
  const bool again = step.before && step.before->cells.one("wants_news") && is_no(*step.before->cells.one("wants_news"));
  return again ? Span{step.before->newest, step.before->newest} : Span{step.now, step.now};
}

/// Does a preference come with it, and not only when it was said?
bool says_preference(const Change& change) {
  return !change.forget.empty() || std::any_of(change.cells.all().begin(), change.cells.all().end(), [](const auto& each) {
    return is_preference(each.first) && each.first != "recorded" && each.first != "recorded_by";
  });
}

bool is_opt_out_alone(const Change& change) {
  return change.kind == Kind::Preference && change.opts_out() && change.forget.empty() &&
         std::all_of(change.cells.all().begin(), change.cells.all().end(), [](const auto& each) { return is_opt_out(each.first); });
}

std::string purpose_of(const Cells& cells) { return std::string(cells.one("consent.purpose").value_or("")); }

/// A registration that is exported again says again what she once consented to: what she said since stands.
bool says_newer_consent(const Step& step) {
  if (!step.change.cells.has("consent.state")) return false;
  const auto held = step.before ? step.before->consents.find(purpose_of(step.change.cells)) : std::map<std::string, Instant, std::less<>>::const_iterator{};
  if (!step.before || held == step.before->consents.end()) return true;
  return step.change.kind == Kind::Registration ? said_at(step).from >= held->second : said_at(step).to >= held->second;
}

/// An export says again what once was registered. What she chose since stands, and so does what a change said or forgot since.
/// It may end what has not ended, and begins nothing again.
Cells older_registration(const Standing& before, const Cells& said) {
  const auto ended = before.cells.one("ended");
  const bool over = ended && !is_no(*ended);
  const auto stands = [&](std::string_view name) {
    return is_preference(name) || (over && name == "ended") || std::any_of(before.changed.begin(), before.changed.end(), [&](const std::string& each) { return name == each || name.starts_with(each + "."); });
  };
  Cells cells = said.only([&](std::string_view name) { return !stands(name); });
  cells.take(before.cells.only(stands));
  return cells;
}

void note_changed(Standing& standing, const std::string& name) {
  if (std::find(standing.changed.begin(), standing.changed.end(), name) == standing.changed.end()) standing.changed.push_back(name);
}

/// The registration as it stands with this record in it.
Standing merged(const Step& step) {
  Standing after = step.before.value_or(Standing{});
  const Cells said = step.change.cells.only([](std::string_view name) { return !is_consent(name); });
  const Span at = said_at(step);
  if (step.change.kind == Kind::Registration) {
    const bool older = step.before && at.from < step.before->holds;
    after.cells = older ? older_registration(*step.before, said) : said;
    if (!older) after.changed.clear();
  } else if (step.change.kind == Kind::Preference) {
    for (const std::string& name : step.change.forget) after.cells.forget(name);
    const std::optional<std::string_view> newer = step.before && at.to < step.before->newest ? step.before->cells.one("recorded") : std::nullopt;
    const std::string held(newer.value_or(""));
    after.cells.take(said);
    if (newer) after.cells.set("recorded", {held});  // an older opt-out counts, and must not look older than what it ends
    for (const std::string& name : step.change.forget) note_changed(after, name);
    for (const auto& [name, values] : said.all()) note_changed(after, name);
    after.has_preference = after.has_preference || says_preference(step.change);
  }
  if (says_newer_consent(step)) after.consents[purpose_of(step.change.cells)] = step.change.kind == Kind::Registration ? at.from : at.to;
  if (step.change.kind == Kind::Consent) return after;
  after.newest = step.before ? std::max(at.from, step.before->newest) : at.from;
  const Instant holds = step.change.kind == Kind::Registration ? at.from : at.to;
  after.holds = step.before ? std::max(holds, step.before->holds) : holds;
  return after;
}

/// Another name and another birth: not the victim whose number and choices are kept.
bool is_another_victim(const Cells& before, const Cells& said) {
  const auto differs = [&](std::string_view name) {
    const auto one = before.all().find(name), other = said.all().find(name);
    return one != before.all().end() && other != said.all().end() && one->second != other->second;
  };
  return differs("victim.date_of_birth") && (differs("victim.name") || differs("victim.family_name") || differs("victim.given_names"));
}

/// Wrong in view of what is kept.
std::optional<Failure> wrong_here(const Step& step, const Standing& after, std::uint64_t line) {
  constexpr const char* kOlder = "an older word than the one that is held: if it is what she wants, record it anew";
  if (step.change.kind != Kind::Registration && !step.before) {
    return failure(line, "reference", code::kInput, "nobody is registered under this reference, or the registration has ended and was forgotten: register her first, then offer this again");
  }
  if (is_opt_out_alone(step.change)) return std::nullopt;
  if (step.before && is_another_victim(step.before->cells, step.change.cells)) {
    return failure(line, "reference", code::kValue, "another victim, of another name and birth, is registered under this reference: give each a reference of her own");
  }
  if (is_ahead(step, said_at(step))) return failure(line, step.change.cells.has("recorded") ? "recorded" : "registered", code::kTime, "it says that it was said in the future: nothing after it would count");
  const auto wants = after.cells.one("wants_news");
  if (step.change.kind == Kind::Registration && step.change.opts_out() && wants && !is_no(*wants)) {
    return failure(line, "wants_news", code::kValue, "it says that she wants no news, and her last word is a later one that says she does: ask which holds, and record it with its time");
  }
  if (step.change.kind == Kind::Preference && said_at(step).to < step.before->newest) return failure(line, "recorded", code::kValue, kOlder);
  if (step.change.kind == Kind::Consent) return says_newer_consent(step) ? std::nullopt : std::optional(failure(line, "recorded", code::kValue, kOlder));
  // What is not safe any more does not wait for another channel: until she chooses one, a person tells her.
  const bool unsafe = std::any_of(step.change.forget.begin(), step.change.forget.end(), [](const std::string& name) { return name.starts_with("victim.safe_contact"); });
  const bool as_before = step.before && misfit(step.before->cells, step.before->newest).has_value();
  const auto bad = unsafe || as_before ? misfit_in_itself(after.cells, after.newest) : misfit(after.cells, after.newest);
  return bad ? std::optional(Failure{line, bad->name, bad->error}) : std::nullopt;
}

Result<int> add(Input& input, Result<sdk::TypedEvent> event) {
  if (!event) return tl::unexpected(std::move(event).error());
  input.events.push_back(std::move(*event));
  return 0;
}

Result<int> fill(Input& input, const Step& step, const Standing& after, bool in_bulk) {
  const std::string& reference = input.reference;
  if (step.change.kind != Kind::Consent) {
    const Instant at = std::max(after.newest, span_in(after.cells, "registered").value_or(Span{after.newest, after.newest}).from);
    TRY_VOID(add(input, registration_event(reference, after.cells, at, in_bulk)));
    if (after.has_preference) TRY_VOID(add(input, preference_event(reference, after.cells, after.newest, in_bulk)));
  }
  if (!says_newer_consent(step)) return 0;
  Cells consent = after.cells.only([](std::string_view name) { return !is_preference(name); });
  consent.take(step.change.cells.only([](std::string_view name) { return is_consent(name) || name == "recorded" || name == "recorded_by"; }));
  return add(input, consent_event(reference, consent, said_at(step).from, in_bulk));
}

}  // namespace

Result<Purposes> read_purposes(text::Map* feed) {
  const auto given = feed == nullptr ? std::nullopt : feed->find("purposes");
  if (!given) return Purposes{kInformed};
  TRY(const auto each, given->list());
  Purposes purposes;
  for (const auto& one : each) {
    TRY(std::string purpose, one.text());
    purposes.insert(std::move(purpose));
  }
  return purposes;
}

std::vector<Input> SupportSource::read(const std::string& name, std::string_view text) const {
  const auto ends = [lower = [&] {
    std::string out(name);
    for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return out;
  }()](const char* ending) { return lower.ends_with(ending); };
  if (text.size() > read::kFileBytesMax) return {sdk::failed_input(1, "file", {Fault::Malformed, code::kLimit, "the file is too long"}, {}, true)};
  if (ends(".csv")) return read_records(read::read_csv(text), text, reading_);
  if (ends(".json") || ends(".jsonl")) return read_records(read::read_json(text), text, reading_);
  return {sdk::failed_input(1, "file", {Fault::Malformed, code::kInput, "neither .csv, .json nor .jsonl"}, text.substr(0, read::kRecordBytesMax), true)};
}

Result<int> SupportSource::follow(Input& input, sdk::Kept& kept, Instant now) const {
  const std::string name = std::string(kState) + input.reference;
  const auto carried = input.state.find(name);
  if (carried == input.state.end() || !carried->second.value) return 0;
  const auto change = Change::decode(*carried->second.value);
  if (!change) return fail(Fault::Malformed, code::kInput, "the record cannot be followed");
  input.state.clear();
  TRY(const std::optional<Bytes> held, kept.state(name));
  Step step{*change, held ? Standing::decode(*held) : std::nullopt, now};
  if (change->opt_out_alone && !change->rest_is_wrong && !step.before) {
    input.nothing = "opt-out-of-nobody-registered";  // what else the record says is the next input
    return 0;
  }
  const Standing after = merged(step);
  if (auto why = wrong_here(step, after, input.line)) {
    input.failure = std::move(*why);
    return 0;
  }
  TRY_VOID(fill(input, step, after, reading_.in_bulk));
  const auto ended = after.cells.one("ended");
  const bool over = ended && !is_no(*ended);
  input.state[name] = {after.encode(), over ? std::optional(now + kKeptAfterEnd) : std::nullopt};
  return 0;
}

}  // namespace concordat::support
