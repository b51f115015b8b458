// People: see people.h.
#include "adapters/inbox/people.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "adapters/inbox/inbox.h"
#include "proto/base/durable_file.h"
#include "proto/text/yaml.h"
#include "proto/wire/limits.h"

namespace concordat::inbox {
namespace {

using contract::ProgressState;

/// Letters of U+00C0 to U+017F without their accents; what is no letter there is a blank.
constexpr std::string_view kPlain =
    "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(kPlain.size() == 0x180 - 0xc0);

/// Lower case, without accents; marks and blanks are one blank each. Other scripts stay as they are.
std::string folded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0xc3 && byte <= 0xc5 && at + 1 < text.size()) {
      const unsigned character = (byte & 0x1fu) << 6 | (static_cast<unsigned char>(text[++at]) & 0x3fu);
      out += kPlain[character - 0xc0];
    } else if ((byte == 0xcc || byte == 0xcd) && at + 1 < text.size()) {
      ++at;  // a combining mark
    } else if (byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z')) {
      out += text[at];
    } else {
      out += byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : ' ';
    }
  }
  return out;
}

std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> parts;
  const std::string plain = folded(name);
  for (std::size_t at = 0; at < plain.size();) {
    const std::size_t begin = plain.find_first_not_of(' ', at);
    if (begin == std::string::npos) break;
    at = std::min(plain.find(' ', begin), plain.size());
    parts.push_back(plain.substr(begin, at - begin));
  }
  return parts;
}

/// The parts of a name: "O'Neil-Reyes" is "o", "neil", "reyes", and "oneil" for those who write it so.
std::vector<std::string> parts_of(std::string_view name) {
  std::vector<std::string> parts = words_of(name);
  for (std::size_t each = 0; each + 1 < parts.size(); ++each) {
    if (parts[each].size() <= 2) parts.push_back(parts[each] + parts[each + 1]);
  }
  return parts;
}

std::string run_together(std::string_view name) {
  std::string out = folded(name);
  std::erase(out, ' ');
  return out;
}

/// What stands in brackets says what somebody is, not who.
std::string without_brackets(std::string_view name) {
  std::string out;
  int depth = 0;
  for (const char each : name) {
    if (each == '(' || each == '[') ++depth;
    if (depth == 0) out += each;
    if ((each == ')' || each == ']') && depth > 0) --depth;
  }
  return run_together(out).empty() ? std::string(name) : out;
}

/// Each of these is one of those, or an initial of one.
bool all_among(const std::vector<std::string>& these, const std::vector<std::string>& those) {
  return std::all_of(these.begin(), these.end(), [&](const std::string& one) {
    return std::any_of(those.begin(), those.end(), [&](const std::string& other) {
      return one == other || ((one.size() == 1 || other.size() == 1) && one[0] == other[0]);
    });
  });
}

/// Of the desk's own people: "Shaw, N." and "Nina Shaw (IDVA)" may be "n.shaw".
bool may_be_staff(std::string_view declared, std::string_view said) {
  const std::string one = without_brackets(declared), other = without_brackets(said);
  if (run_together(one) == run_together(other)) return true;
  const std::vector<std::string> ours = words_of(one), theirs = words_of(other);
  // "IDVA (N. Shaw)": what stands in brackets may be the name as well.
  return all_among(ours, theirs) || all_among(theirs, ours) || all_among(ours, words_of(said)) || all_among(theirs, words_of(declared));
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

const read::Json* at(const read::Json* from, std::initializer_list<std::string_view> path) {
  for (const std::string_view name : path) {
    if (from == nullptr) return nullptr;
    from = from->member(name);
  }
  return from;
}

std::string scalar(const read::Json* value) { return value == nullptr ? std::string() : value->scalar(); }

/// As far as the document says; year 0: not at all.
read::Date born(const read::Json& person) {
  const read::Json* date = at(&person, {"items", "date_of_birth", "date_of_birth", "date"});
  const auto number = [&](std::string_view part) { return std::atoi(scalar(at(date, {part})).c_str()); };
  return {number("year"), number("month"), number("day")};
}

/// Two birth dates contradict one another only as far as both are known.
bool may_be_born(const read::Date& a, const read::Date& b) {
  const auto may_be_same = [](int one, int other) { return one == 0 || other == 0 || one == other; };
  return may_be_same(a.year, b.year) && may_be_same(a.month, b.month) && may_be_same(a.day, b.day);
}

bool in_common(const std::vector<std::string>& a, const std::vector<std::string>& b, bool initials) {
  for (const std::string& one : a) {
    for (const std::string& other : b) {
      if (one == other) return true;
      if (initials && (one.size() == 1 || other.size() == 1) && one[0] == other[0]) return true;
    }
  }
  return false;
}

enum class Known : std::uint8_t { Nothing, MayBe, Another };

/// Is this the name of the one declared?
Known compare(const Declared::With& with, const read::Json* name) {
  const std::vector<std::string> family = parts_of(scalar(at(name, {"family"})));
  const std::vector<std::string> line = parts_of(scalar(at(name, {"source_text"})));
  std::vector<std::string> given;
  if (const read::Json* list = at(name, {"given"})) {
    for (const auto& [unused, each] : list->elements()) {
      for (std::string& part : parts_of(each.scalar())) given.push_back(std::move(part));
    }
  }
  const std::vector<std::string> their_family = parts_of(with.family_name);
  const std::vector<std::string> their_given = parts_of(with.given_name);
  if (family.empty() && line.empty()) {
    if (given.empty() || their_given.empty()) return Known::Nothing;
    return in_common(given, their_given, true) ? Known::MayBe : Known::Another;
  }
  if (!in_common(family, their_family, false) && !in_common(line, their_family, false)) return Known::Another;
  return given.empty() || their_given.empty() || in_common(given, their_given, true) ? Known::MayBe : Known::Another;
}

bool may_be(const Declared::With& with, const read::Json& person) {
  const read::Date birth = born(person);
  if (!may_be_born(with.born, birth)) return false;
  const Known known = compare(with, at(&person, {"items", "name", "name"}));
  if (known == Known::MayBe) return true;
  if (const read::Json* aliases = at(&person, {"items", "name", "alias"})) {
    for (const auto& [unused, alias] : aliases->elements()) {
      if (compare(with, &alias) == Known::MayBe) return true;
    }
  }
  return known == Known::Nothing && with.born.year != 0 && birth.year != 0;
}

Result<Declared> read_declared(const text::Node& node) {
  TRY(text::Map map, node.map());
  Declared declared;
  TRY(declared.person, map.text("person"));
  TRY(const std::vector<text::Node> list, map.list("with"));
  if (list.empty()) return node.refuse(code::kConfig, "`with` names nobody: it would clear everybody");
  for (const text::Node& each : list) {
    TRY(text::Map with, each.map());
    Declared::With one;
    TRY(one.family_name, with.text("family_name"));
    TRY(one.given_name, with.text_or("given_name", {}));
    TRY(const std::string date, with.text_or("born", {}));
    TRY_VOID(with.finish());
    if (parts_of(one.family_name).empty()) return each.refuse(code::kConfig, "`family_name` has no letter: it would clear everybody");
    if (!date.empty()) {
      const auto parsed = read::parse_date(date);
      if (!parsed) return each.refuse(code::kConfig, "`born` is no date: write 1990-02-17, 1990-02 or 1990");
      one.born = *parsed;
    }
    declared.with.push_back(std::move(one));
  }
  TRY_VOID(map.finish());
  if (run_together(declared.person).empty()) return node.refuse(code::kConfig, "`person` has no letter or number");
  return declared;
}

Bytes reached_by(ProgressState state) { return Bytes(1, static_cast<char>(state)); }
std::string reached_key(const EventId& event) { return "progress/" + event.hex(); }

/// Whoever is refused often must not be able to stop everybody's steps: the queue has a bound of its own.
Result<int> record_conflict(const Step& step, keep::Keep& keep, Instant now) {
  keep::Changes changes;
  changes.counted["declared_conflicts"] = 1;
  TRY(const std::uint64_t waiting, keep.waiting_in(kConflictQueue));
  if (waiting < kConflictsWaitingMax) {
    changes.queued.emplace_back(std::string(kConflictQueue),
                                Writer().sized(step.word).sized(step.event).sized(step.person).u64(static_cast<std::uint64_t>(ms_of(now))).take());
  }
  return keep.commit(changes, now);
}

Result<ProgressState> state_for(const Step& step) {
  static const std::map<std::string_view, ProgressState> kStates = {
      {"read", ProgressState::Read}, {"accept", ProgressState::Accepted}, {"decline", ProgressState::Declined}, {"act", ProgressState::Acted}};
  const auto state = kStates.find(step.word);
  if (state == kStates.end()) return fail(Fault::Malformed, code::kUsage, "read, accept, decline or act");
  if (run_together(step.person).empty() || step.person.size() > wire::kNameBytesMax) return fail(Fault::Malformed, code::kUsage, "--person is a name or staff number");
  if (step.reason.size() > wire::kReasonBytesMax) return fail(Fault::Malformed, code::kLimit, "--reason is too long");
  if (state->second == ProgressState::Declined && is_blank(step.reason)) return fail(Fault::Malformed, code::kProgress, "a reason is missing");
  return state->second;
}

}  // namespace

Result<std::vector<Declared>> read_conflicts(const std::string& file) {
  TRY(const text::Document document, text::Document::load(file));
  TRY(text::Map map, document.map());
  TRY(const std::vector<text::Node> nodes, map.list("conflicts", 10'000));
  std::vector<Declared> list;
  for (const text::Node& node : nodes) {
    TRY(Declared declared, read_declared(node));
    list.push_back(std::move(declared));
  }
  TRY_VOID(map.finish());
  return list;
}

bool conflicts(const std::vector<Declared>& list, std::string_view person, const read::Json& document) {
  const read::Json* people = document.member("people");
  if (people == nullptr) return false;
  for (const Declared& declared : list) {
    if (!may_be_staff(declared.person, person)) continue;
    for (const auto& [name, each] : people->elements()) {
      if (std::any_of(declared.with.begin(), declared.with.end(), [&each = each](const Declared::With& with) { return may_be(with, each); })) return true;
    }
  }
  return false;
}

Result<std::string> take_step(const Step& step, const std::string& folder, const std::vector<Declared>& list, keep::Keep& keep, Instant now,
                              const Show& show) {
  TRY(const ProgressState state, state_for(step));
  const auto event = EventId::from_hex(step.event);
  if (!event) return fail(Fault::Malformed, code::kUsage, "EVENT is 32 hexadecimal digits");
  TRY(const std::optional<Bytes> text, read_file(Inbox::path_of(folder, *event), wire::kMessageBytesMax * 4));
  if (!text) return fail(Fault::Refused, code::kNotFound, "event " + event->hex());
  TRY(const read::Json document, read::parse_json(*text));
  if (conflicts(list, step.person, document)) {
    TRY_VOID(record_conflict(step, keep, now));
    return fail(Fault::Refused, code::kDeclared, "event " + event->hex());
  }
  TRY(const std::optional<Bytes> reached, keep.state(reached_key(*event)));
  if (state != ProgressState::Read && !reached) return fail(Fault::Refused, code::kProgress, "nobody has read it yet");
  const bool acted = reached && *reached == reached_by(ProgressState::Acted);
  if (state == ProgressState::Declined && acted) return fail(Fault::Refused, code::kProgress, "somebody has acted on it: it cannot be declined any more");
  if (state == ProgressState::Read && show) TRY_VOID(show(*text));
  wire::Progress progress;
  progress.event = *event;
  progress.state = state;
  progress.person = step.person;
  progress.at = now;
  progress.reason = step.reason;
  keep::Changes changes;
  if (!acted) changes.state[reached_key(*event)] = reached_by(state);
  changes.queued.emplace_back(std::string(sdk::kProgressQueue), sdk::encode(progress));
  TRY_VOID(keep.commit(changes, now));
  return *text;
}

Result<int> report_conflicts(keep::Keep& keep, observe::Log& log) {
  TRY(const std::vector<keep::Keep::Message> waiting, keep.queued(kConflictQueue, 16));
  for (const keep::Keep::Message& each : waiting) {
    Reader in(each.message);
    const std::string word(in.sized()), event(in.sized()), person(in.sized());
    log.error("somebody who declared a conflict was refused",
              {{"code", code::kDeclared.name}, {"step", word}, {"event", event}, {"person", person}, {"at", instant_of(static_cast<std::int64_t>(in.u64()))}});
    TRY_VOID(keep.dequeue(each.id));
  }
  return 0;
}

}  // namespace concordat::inbox
