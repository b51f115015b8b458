// The verbs of the unit's people: try the record, then hand it in.
#include "adapters/support/command.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "adapters/sdk/command.h"
#include "adapters/sdk/read/json.h"
#include "adapters/sdk/read/record.h"
#include "adapters/support/columns.h"
#include "proto/base/durable_file.h"
#include "proto/text/yaml.h"

namespace concordat::support {
namespace {

constexpr const char* kUsage = "concordat-support register|prefer|consent --config FILE [--dry-run] [RECORD.json|-]; --help has the fields";

struct Verb {
  std::string_view word;
  std::string_view record;   ///< What stands for it in the column `record`.
  std::string_view does;
  std::string_view example;
};
constexpr Verb kVerbs[] = {
    {"register", "registration",
     "Registers one victim in one case, with what she chose. Said again under the same reference with other content it is a correction.",
     R"({
  "reference": "VLU-2026-0481",
  "registered": "2026-07-14 09:40",
  "unit": "Cheshire witness care unit",
  "helpline": "01270 000148",
  "helpline_hours": "every day, 8 am to 8 pm",
  "case": {"urn": "07CW1234526"},
  "offender": {"family_name": "Price", "asn": "2607CW0100000048101J", "offences": [1, 2], "noms": "A4810GP"},
  "victim": {
    "given_names": "Sian", "family_name": "Example", "date_of_birth": "1988-02-28", "area": "E06000049", "template_language": "en",
    "safe_contact": {"mobile": "07700 900481", "time": ["weekdays 10:00 to 12:00"], "instructions": "Say that the surgery is calling."}
  },
  "wants_news": "yes",
  "news": {"bail": "text", "outcome": "text", "protective_order": "text", "release": "text", "at_large": "call"},
  "quiet_from": "21:00",
  "quiet_until": "08:00",
  "number_confirmed": "2026-07-14",
  "recorded": "2026-07-14 09:40",
  "recorded_by": "WCU 17"
}
)"},
    {"prefer", "preference",
     "Changes what one victim chose, or how she is reached: the reference, when she said it, and what changed; all else stays. An opt-out\nneeds its reference alone.",
     R"({
  "reference": "VLU-2026-0481",
  "recorded": "2026-07-20 10:05",
  "recorded_by": "WCU 17",
  "victim": {"safe_contact": {"mobile": "07700 900482"}},
  "number_confirmed": "2026-07-20",
  "news": {"sentence": "call"},
  "forget": "victim.safe_contact.time; quiet_from; quiet_until"
}
)"},
    {"consent", "consent",
     "Says what one victim consents to. Refused or withdrawn for the purpose of being informed, or for any, it ends all news to her until\nshe gives it again.",
     R"({
  "reference": "VLU-2026-0481",
  "recorded": "2026-07-20 10:05",
  "recorded_by": "WCU 17",
  "consent": {"state": "withdrawn", "purpose": "informed", "reason": "wants no more contact"}
}
)"}};

const Verb* verb_of(std::string_view word) {
  const auto found = std::find_if(std::begin(kVerbs), std::end(kVerbs), [&](const Verb& each) { return each.word == word; });
  return found == std::end(kVerbs) ? nullptr : &*found;
}

/// May a record of that verb say the column?
bool takes(const Verb& verb, const Column& column) {
  if (column.name == "record") return false;
  if (verb.word == "consent") return column.name == "reference" || column.into == Into::Consent || column.name.starts_with("recorded");
  if (verb.word == "prefer") return column.into != Into::Consent && column.name != "registered";
  return column.name != "forget";
}

Result<std::string> standard_input() {
  std::string text(read::kRecordBytesMax + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), stdin));
  if (text.size() > read::kRecordBytesMax) return fail(Fault::Malformed, code::kLimit, "the record is too long");
  return text;
}

Result<std::string> text_of(const Entry& entry) {
  if (entry.file.empty() || entry.file == "-") return standard_input();
  TRY(std::optional<Bytes> text, concordat::read_file(entry.file, read::kRecordBytesMax));
  if (!text) return fail(Fault::Malformed, code::kInput, entry.file + ": no such file");
  return std::move(*text);
}

/// Of the running program's configuration, what this needs: where its files go and what the unit calls its columns.
struct Place {
  std::filesystem::path folder;
  Reading reading{sdk::Mapping::identity(column_names()), false};
};

Result<Place> place_of(const std::string& config) {
  Place place;
  TRY(const text::Document document, text::Document::load(config));
  TRY(text::Map map, document.map());
  TRY(text::Map feed, map.map("feed"));
  TRY(place.folder, feed.path("folder"));
  TRY(const std::filesystem::path mapping, feed.path_or("mapping", {}));
  if (!mapping.empty()) {
    TRY(place.reading.mapping, sdk::Mapping::load(mapping, column_names()));
  }
  TRY(place.reading.purposes, read_purposes(&feed));
  return place;
}

Result<int> run(int argc, const char* const* argv) {
  TRY(const Entry entry, parse_entry(argc, argv));
  if (entry.help) return sdk::print(help_of(entry.verb));
  TRY(Place place, place_of(entry.config));
  TRY(const std::string text, text_of(entry));
  const SupportSource source(std::move(place.reading));
  TRY(const Tried tried_one, tried(entry, text, source));
  if (entry.dry_run) {
    if (tried_one.but) return tl::unexpected(*tried_one.but);
    return sdk::print("the record is in order\n");
  }
  SystemClock clock;
  TRY(const std::string name, hand_in(place.folder.string(), entry.verb, tried_one.record, clock.now(), std::to_string(getpid())));
  TRY_VOID(sdk::print(name + "\n"));
  if (tried_one.but) return tl::unexpected(*tried_one.but);
  return 0;
}

}  // namespace

bool is_entry(int argc, const char* const* argv) { return argc > 1 && verb_of(argv[1]) != nullptr; }

std::string_view example_of(std::string_view verb) { return verb_of(verb)->example; }

std::string help_of(std::string_view word) {
  constexpr std::size_t kColumn = 34;
  const Verb& verb = *verb_of(word);
  std::string out = std::string(verb.does) + "\n\nUsage: concordat-support " + std::string(word) + " --config FILE [--dry-run] [RECORD.json|-]\n\n" +
                    "  --config FILE   the running program's configuration (YAML): the record is laid into its watched folder\n"
                    "  --dry-run       try the record, and put nothing anywhere\n"
                    "  RECORD.json     one JSON object; without it, or as -, standard input\n\n"
                    "Fields, as \"victim.name\" or as {\"victim\": {\"name\": ...}}:\n\n";
  for (const Column& column : columns()) {
    if (!takes(verb, column)) continue;
    std::string line = "  " + std::string(column.name);
    if (!column.note.empty()) line += std::string(std::max(kColumn, line.size() + 2) - line.size(), ' ') + std::string(column.note);
    out += line + "\n";
  }
  return out + "\nExample:\n\n" + std::string(verb.example);
}

Result<Entry> parse_entry(int argc, const char* const* argv) {
  Entry entry;
  entry.verb = argv[1];
  bool has_file = false;
  for (int at = 2; at < argc; ++at) {
    const std::string_view word = argv[at];
    if (word == "--help" || word == "-h") {
      entry.help = true;
    } else if (word == "--dry-run") {
      entry.dry_run = true;
    } else if (word == "--config" && at + 1 < argc) {
      entry.config = argv[++at];
    } else if (!has_file && (word == "-" || !word.starts_with('-'))) {
      entry.file = word;
      has_file = true;
    } else {
      return fail(Fault::Malformed, code::kUsage, kUsage);
    }
  }
  if (entry.config.empty() && !entry.help) return fail(Fault::Malformed, code::kUsage, kUsage);
  return entry;
}

Result<Tried> tried(const Entry& entry, std::string_view text, const SupportSource& source) {
  TRY(read::Json record, read::parse_json(text));
  if (record.kind() != read::Json::Kind::Object) return fail(Fault::Malformed, code::kInput, "one record, as a JSON object");
  const std::string_view word = verb_of(entry.verb)->record;
  if (const read::Json* said = record.member("record"); said != nullptr && said->scalar() != word) {
    return fail(Fault::Malformed, code::kInput, "record: it is not what `" + entry.verb + "` hands in");
  }
  record.set("record", read::Json::text(word));
  Tried out{read::to_text(record) + "\n", {}};
  bool takes_any = false;
  for (const sdk::Input& input : source.read("record.json", out.record)) {
    takes_any |= !input.failure;
    if (input.failure && !out.but) out.but = Error{Fault::Malformed, input.failure->error.code, input.failure->field + ": " + input.failure->error.detail};
  }
  if (!out.but) return out;
  if (!takes_any) return tl::unexpected(*out.but);
  out.but->detail = "only the opt-out is taken, the rest goes into quarantine; " + out.but->detail;
  return out;
}

Result<std::string> hand_in(const std::string& folder, std::string_view verb, std::string_view record, Instant now, std::string_view salt) {
  std::error_code gone;
  if (!std::filesystem::is_directory(folder, gone)) return fail(Fault::Unavailable, code::kConfig, folder + ": no such folder");
  std::string stamp = to_text(now);
  std::replace(stamp.begin(), stamp.end(), ':', '-');
  const std::string name = stamp + "-" + std::string(verb) + "-" + std::string(salt) + ".json";
  const std::string hidden = folder + "/." + name;  // the watched folder passes over what begins with a dot
  TRY_VOID(replace_file(hidden, record));
  std::error_code failed;
  std::filesystem::create_hard_link(hidden, folder + "/" + name, failed);  // never over one that is there
  std::error_code ignored;
  std::filesystem::remove(hidden, ignored);
  if (failed) return fail(Fault::Unavailable, code::kOutput, folder + "/" + name + ": " + failed.message());
  TRY_VOID(sync_directory(folder));
  return name;
}

int enter(int argc, const char* const* argv) {
  const auto done = run(argc, argv);
  if (done) return sdk::kDone;
  std::fprintf(stderr, "concordat-support: %s\n", describe(done.error()).c_str());
  return done.error().code == code::kUsage ? sdk::kUsage : sdk::kFailed;
}

}  // namespace concordat::support
