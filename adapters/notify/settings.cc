// The configuration: see settings.h.
#include "adapters/notify/settings.h"

#include <algorithm>
#include <array>

#include "proto/base/durable_file.h"
#include "proto/text/yaml.h"

namespace concordat::notify {
namespace {

constexpr std::size_t kFileBytesMax = 64u << 10;
constexpr std::array<std::string_view, 2> kLanguages = {"en", "cy"};
constexpr std::array<Channel, 3> kChannels = {Channel::Text, Channel::Email, Channel::Letter};
constexpr Milliseconds kSecond{1'000}, kMinute{60'000}, kDay{24 * 3'600'000};
constexpr text::Duration kUsual{1, text::Duration::Unit::WorkingDays};
constexpr text::Duration minutes(std::uint32_t count) { return {count, text::Duration::Unit::Minutes}; }

Result<Bytes> read_data(const std::filesystem::path& file) {
  TRY(const std::optional<Bytes> text, read_file(file.string(), kFileBytesMax));
  if (!text) return fail(Fault::Malformed, code::kConfig, file.string() + ": there is no such file");
  return *text;
}

/// A length of time: working days have none.
Result<Milliseconds> span_or(text::Map& map, std::string_view key, text::Duration fallback, Milliseconds least, Milliseconds most) {
  const auto node = map.find(key);
  if (!node) return fallback.length();
  TRY(const text::Duration given, node->duration());
  if (given.working_days() || given.length() < least || given.length() > most) {
    return node->refuse("it is no length of time from " + std::to_string(least.count()) + " to " + std::to_string(most.count()) + " ms, and working days have no length");
  }
  return given.length();
}

Result<int> read_service(text::Map& map, NotifySettings& out) {
  TRY(text::Map service, map.map("service"));
  TRY(out.service.base, service.text("base"));
  TRY(out.key, service.path("key"));
  TRY(out.service.authorities, service.path_or("authorities", {}));
  TRY(out.service.patience, span_or(service, "patience", {5, text::Duration::Unit::Seconds}, Milliseconds{100}, kSecond * 30));
  TRY(text::Map ids, service.map("templates"));
  for (const Channel channel : kChannels) {
    const auto node = ids.find(name_of(channel));
    if (!node) continue;
    TRY(text::Map languages, node->map());
    for (const std::string_view language : kLanguages) {
      TRY(const std::string id, languages.text_or(language, ""));
      out.rules.templates.set_id(channel, std::string(language), id);
    }
    TRY_VOID(languages.finish());
  }
  TRY_VOID(ids.finish());
  TRY_VOID(service.finish());
  return 0;
}

Result<int> read_callbacks(text::Map& map, NotifySettings& out) {
  const auto node = map.find("callbacks");
  if (!node) return 0;
  out.callbacks = true;
  TRY(text::Map callbacks, node->map());
  TRY(out.listen.address, callbacks.text_or("address", "127.0.0.1"));
  TRY(const std::int64_t port, callbacks.integer("port", 1, 65'535));
  out.listen.port = static_cast<std::uint16_t>(port);
  out.listen.threads = 2;
  out.listen.body_bytes_max = 64u << 10;
  TRY(out.token, callbacks.path("token"));
  TRY(out.listen.certificate, callbacks.path_or("certificate", {}));
  TRY(out.listen.key, callbacks.path_or("certificate_key", {}));
  TRY_VOID(callbacks.finish());
  return 0;
}

Result<int> read_deadlines(text::Map& map, Rules& rules) {
  const auto node = map.find("deadlines");
  if (!node) return 0;
  TRY(text::Map deadlines, node->map());
  const auto read = [&](std::string_view name, text::Duration fallback) -> Result<text::Duration> {
    TRY(const text::Duration within, deadlines.duration_or(name, fallback));
    const bool none = within.count == 0 || (!within.working_days() && within.length() < kMinute);
    if (none) return fail(Fault::Malformed, code::kConfig, "deadlines." + std::string(name) + ": it leaves nobody the time to tell her");
    return within;
  };
  for (int n = static_cast<int>(News::Charge); n <= static_cast<int>(News::AtLarge); ++n) {
    const auto news = static_cast<News>(n);
    TRY(rules.within[news], read(name_of(news), news == News::AtLarge ? minutes(60) : kUsual));
  }
  TRY(rules.registration_within, read("registration", kUsual));
  TRY(rules.warn_before, span_or(deadlines, "warn_before", minutes(120), kMinute, kDay));
  TRY_VOID(deadlines.finish());
  return 0;
}

Result<int> time_of_day(text::Map& map, std::string_view key, int& minute) {
  const auto node = map.find(key);
  if (!node) return 0;
  TRY(const std::string text, node->text());
  minute = parse_time_of_day(text);
  if (minute < 0) return node->refuse("it is no time of day, as in \"21:00\"");
  return 0;
}

Result<int> read_manners(text::Map& map, Rules& rules) {
  if (const auto node = map.find("idva")) {
    TRY(text::Map idva, node->map());
    TRY(rules.idva, idva.text_or("desk", ""));
    TRY(rules.idva_first, span_or(idva, "first_for", minutes(15), Milliseconds{0}, kDay));
    TRY_VOID(idva.finish());
  }
  if (const auto node = map.find("quiet")) {
    TRY(text::Map quiet, node->map());
    TRY_VOID(time_of_day(quiet, "from", rules.quiet.from));
    TRY_VOID(time_of_day(quiet, "until", rules.quiet.until));
    TRY_VOID(quiet.finish());
  }
  TRY(const std::int64_t months, map.integer_or("number_confirmed_months", 1, 60, rules.confirm_months));
  rules.confirm_months = static_cast<unsigned>(months);
  TRY(rules.purpose, map.text_or("purpose", rules.purpose));
  TRY(rules.language, map.text_or("language", "en"));
  TRY(rules.helpline, map.text_or("helpline", ""));
  TRY(rules.hours, map.text_or("hours", ""));
  static constexpr std::string_view kAges[] = {"person", "adult"};
  if (const auto node = map.find("unknown_age")) {
    TRY(const std::size_t age, node->one_of(kAges));
    rules.unknown_age_is_adult = age == 1;
  }
  return 0;
}

Result<int> read_limits(text::Map& map, NotifySettings& out) {
  const auto node = map.find("limits");
  if (!node) return 0;
  TRY(text::Map limits, node->map());
  TRY(const std::int64_t a_minute, limits.integer_or("a_minute", 1, 1'000, out.a_minute));
  TRY(const std::int64_t a_day, limits.integer_or("a_day_to_one", 1, 20, out.rules.texts_a_day));
  TRY(const std::int64_t tries, limits.integer_or("tries", 1, 20, out.rules.tries));
  TRY(out.rules.settle, span_or(limits, "settle", minutes(1), kSecond, kDay / 24));
  TRY(out.rules.poll, span_or(limits, "poll", minutes(10), kSecond, kDay / 4));
  out.a_minute = static_cast<unsigned>(a_minute);
  out.rules.texts_a_day = static_cast<unsigned>(a_day);
  out.rules.tries = static_cast<unsigned>(tries);
  TRY_VOID(limits.finish());
  return 0;
}

/// A template that is used has the service's id for it; one that says nothing of the sort is not used.
Result<int> check_ids(const Templates& templates) {
  bool any = false;
  for (const Template& each : templates.all()) {
    any |= !each.id.empty();
    if (!each.id.empty() && each.id.size() != 36) return fail(Fault::Malformed, code::kConfig, "service.templates: an id is not a UUID");
  }
  if (!any) return fail(Fault::Malformed, code::kConfig, "service.templates names no template of the service");
  return 0;
}

tl::unexpected<Error> unfit(const std::string& what) { return fail(Fault::Malformed, code::kConfig, what); }

/// Each for itself is in order; together they must leave a way to tell her.
Result<int> check_together(const Rules& rules) {
  for (int n = static_cast<int>(News::Charge); n < static_cast<int>(News::AtLarge); ++n) {  // that one is a person's, at once
    const auto news = static_cast<News>(n);
    const auto set = rules.within.find(news);
    const text::Duration within = set == rules.within.end() ? kUsual : set->second;
    const Milliseconds length = within.working_days() ? kDay * within.count : within.length();  // to the close of the next, at least a day
    Telling telling;
    if (telling.accepted + rules.idva_first >= short_from(telling, telling.accepted + length, rules)) {
      return unfit("idva.first_for and deadlines." + std::string(name_of(news)) + ": nothing could be sent before its time is short, halfway to the deadline or deadlines.warn_before ahead of it");
    }
  }
  if (rules.quiet.from != rules.quiet.until && ms_of(next_safe(Instant{} + kDay, {}, &rules.quiet)) == 0) return unfit("quiet: it leaves no hour of the day");
  const auto& all = rules.templates.all();
  const auto usable = [&](const Template& each) { return !each.id.empty(); };
  if (std::none_of(all.begin(), all.end(), [&](const Template& each) { return usable(each) && each.language == rules.language; })) {
    return unfit("language: service.templates has none in \"" + rules.language + "\", for who said none");
  }
  for (const Template& each : all) {
    const Personalisation with = {{"helpline", rules.helpline.empty() ? "0800 000 000" : rules.helpline}, {"hours", rules.hours.empty() ? "9 am to 5 pm" : rules.hours}};
    if (usable(each) && !rules.templates.fits(each, with)) return unfit("helpline, hours: a number, and when it is staffed in the words of tables/hours_*.txt; and a text with them takes two segments at most");
  }
  return 0;
}

}  // namespace

Result<Templates> load_templates(const std::filesystem::path& folder, const std::filesystem::path& tables) {
  Templates out;
  for (const std::string_view language : kLanguages) {
    const std::string name(language);
    TRY(const Bytes forbidden, read_data(tables / ("forbidden_" + name + ".txt")));
    TRY(const Bytes number, read_data(tables / ("number_" + name + ".txt")));
    TRY(const Bytes hours, read_data(tables / ("hours_" + name + ".txt")));
    const Words words = read_words(forbidden, number, hours);
    if (words.forbidden.empty()) return fail(Fault::Malformed, code::kConfig, (tables / ("forbidden_" + name + ".txt")).string() + ": it forbids nothing");
    for (const Channel channel : kChannels) {
      const std::filesystem::path file = folder / name / (std::string(name_of(channel)) + ".txt");
      TRY(const Bytes text, read_data(file));
      TRY(Template each, read_template(channel, name, file.string(), text, words));
      out.add(std::move(each));
    }
    out.set(name, words);
  }
  return out;
}

Result<Calendar> load_calendar(const std::filesystem::path& tables) {
  TRY(const Bytes csv, read_data(tables / "bank_holidays.csv"));
  return Calendar::read(csv);
}

Result<int> check_environment(const std::string& base, bool live) {
  const bool here = base.starts_with("http://127.0.0.1") || base.starts_with("http://localhost") || base.starts_with("http://[::1]");
  if (live && !base.starts_with("https://")) return fail(Fault::Malformed, code::kEnvironment, "service.base: live tells victims over https:// only");
  if (!live && !here) return fail(Fault::Malformed, code::kEnvironment, "service.base: in the test environment only an emulator on this machine is spoken to");
  return 0;
}

Result<NotifySettings> read_settings(const std::string& file) {
  TRY(const text::Document document, text::Document::load(file));
  TRY(text::Map map, document.map());
  NotifySettings out;
  TRY(out.desk, map.text("desk"));
  TRY(out.tasks, map.path("tasks"));
  TRY(out.done, map.path("done"));
  TRY(const std::filesystem::path templates, map.path("templates"));
  TRY(const std::filesystem::path tables, map.path("tables"));
  TRY(out.rules.templates, load_templates(templates, tables));
  TRY(out.rules.calendar, load_calendar(tables));
  TRY_VOID(read_service(map, out));
  TRY_VOID(read_callbacks(map, out));
  TRY_VOID(read_deadlines(map, out.rules));
  TRY_VOID(read_manners(map, out.rules));
  TRY_VOID(read_limits(map, out));
  TRY_VOID(check_ids(out.rules.templates));
  TRY_VOID(check_together(out.rules));
  TRY(out.shared, sdk::read_settings(map, {.reads = true}));
  TRY_VOID(map.finish());
  return out;
}

}  // namespace concordat::notify
