// The configuration: see settings.h.
#include "adapters/notify/settings.h"

#include <array>

#include "proto/base/durable_file.h"
#include "proto/text/yaml.h"

namespace concordat::notify {
namespace {

constexpr std::size_t kFileBytesMax = 64u << 10;
constexpr std::array<std::string_view, 2> kLanguages = {"en", "cy"};
constexpr std::array<Channel, 3> kChannels = {Channel::Text, Channel::Email, Channel::Letter};
constexpr text::Duration minutes(std::uint32_t count) { return {count, text::Duration::Unit::Minutes}; }

Result<Bytes> read_data(const std::filesystem::path& file) {
  TRY(const std::optional<Bytes> text, read_file(file.string(), kFileBytesMax));
  if (!text) return fail(Fault::Malformed, code::kConfig, file.string() + ": there is no such file");
  return *text;
}

Result<int> read_service(text::Map& map, NotifySettings& out) {
  TRY(text::Map service, map.map("service"));
  TRY(out.service.base, service.text("base"));
  TRY(out.key, service.path("key"));
  TRY(out.service.authorities, service.path_or("authorities", {}));
  TRY(const text::Duration patience, service.duration_or("patience", {5, text::Duration::Unit::Seconds}));
  out.service.patience = patience.length();
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
  const text::Duration usual{1, text::Duration::Unit::WorkingDays};
  for (int n = static_cast<int>(News::Charge); n <= static_cast<int>(News::AtLarge); ++n) {
    const auto news = static_cast<News>(n);
    TRY(rules.within[news], deadlines.duration_or(name_of(news), news == News::AtLarge ? minutes(60) : usual));
  }
  TRY(rules.registration_within, deadlines.duration_or("registration", usual));
  TRY(const text::Duration warn, deadlines.duration_or("warn_before", minutes(120)));
  rules.warn_before = warn.length();
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
    TRY(const text::Duration first, idva.duration_or("first_for", minutes(15)));
    rules.idva_first = first.length();
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
  TRY(const text::Duration settle, limits.duration_or("settle", minutes(1)));
  TRY(const text::Duration poll, limits.duration_or("poll", minutes(10)));
  out.a_minute = static_cast<unsigned>(a_minute);
  out.rules.texts_a_day = static_cast<unsigned>(a_day);
  out.rules.tries = static_cast<unsigned>(tries);
  out.rules.settle = settle.length();
  out.rules.poll = poll.length();
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

}  // namespace

Result<Templates> load_templates(const std::filesystem::path& folder, const std::filesystem::path& tables) {
  Templates out;
  for (const std::string_view language : kLanguages) {
    const std::string name(language);
    TRY(const Bytes forbidden, read_data(tables / ("forbidden_" + name + ".txt")));
    TRY(const Bytes number, read_data(tables / ("number_" + name + ".txt")));
    const Words words = read_words(forbidden, number);
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
  TRY(out.shared, sdk::read_settings(map, {.reads = true}));
  TRY_VOID(map.finish());
  return out;
}

}  // namespace concordat::notify
