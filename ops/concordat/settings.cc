// The tool's own configuration, and asking the broker it names: see settings.h.
#include "ops/concordat/settings.h"

#include <cstdlib>
#include <filesystem>

#include "ops/concordat/render.h"
#include "proto/seal/keys.h"
#include "proto/text/yaml.h"

namespace concordat::ops {
namespace {

bool is_there(const std::string& file) {
  std::error_code unknown;
  return std::filesystem::exists(file, unknown);
}

Result<std::string> config_file(const Arguments& arguments) {
  if (arguments.has("config")) return arguments.one("config");
  if (const char* file = std::getenv("CONCORDAT_CONFIG"); file != nullptr && *file != '\0') return std::string(file);
  for (const char* file : {"run/concordat.yaml", "/etc/concordat/concordat.yaml"}) {
    if (is_there(file)) return std::string(file);
  }
  return fail(Fault::Malformed, code::kUsage, "no configuration at run/concordat.yaml or /etc/concordat/concordat.yaml; say --config FILE");
}

Result<std::string> path_of(text::Map& map, std::string_view key) {
  TRY(const std::filesystem::path path, map.path(key));
  return path.string();
}

}  // namespace

Parameter config_parameter() {
  return {Parameter::Kind::Value, "config", "The tool's configuration; run/concordat.yaml or /etc/concordat/concordat.yaml if not said", false};
}

Result<Settings> load_settings(const Arguments& arguments) {
  Settings settings;
  TRY(const std::string file, config_file(arguments));
  if (!is_there(file)) return fail(Fault::Malformed, code::kUsage, "there is no file " + file);
  TRY(const text::Document document, text::Document::load(file));
  TRY(text::Map map, document.map());
  TRY(settings.broker, map.name("broker"));
  TRY(settings.socket, path_of(map, "socket"));
  TRY(settings.operator_key, path_of(map, "operator_key"));
  TRY(settings.roots, path_of(map, "roots"));
  TRY(settings.directory, path_of(map, "directory"));
  TRY(const std::filesystem::path broker_config, map.path_or("broker_config", {}));
  settings.broker_config = broker_config.string();
  TRY(text::Map start, map.map("start"));
  TRY(settings.start_directory, path_of(start, "directory"));
  TRY(settings.start_agreements, path_of(start, "agreements"));
  TRY_VOID(start.finish());
  TRY_VOID(map.finish());
  return settings;
}

Result<Reply> ask_broker(const Settings& settings, const admin::Question& question, Output& out) {
  TRY(const seal::KeyFile key, seal::read_key_file(settings.operator_key, seal::KeyPurpose::Signing));
  TRY(admin::Answer answer, ask(settings.socket, settings.broker, seal::signing_pair(key), question));
  if (answer.ok) return Reply{std::move(answer.result), Exit::Done};
  out.failed(answer.code, answer.meaning, answer.detail, answer.remedy);
  return Reply{std::nullopt, answer.code == code::kUsage.name ? Exit::Usage : Exit::Failed};
}

Result<Exit> forward(Call call, const std::string& verb, const std::vector<std::string>& arguments) {
  TRY(const Settings settings, load_settings(call.arguments));
  admin::Question question{verb, text::Json::object()};
  for (const std::string& name : arguments) {
    if (call.arguments.has(name)) question.arguments.set(name, text::Json::text(call.arguments.one(name)));
  }
  TRY(const Reply reply, ask_broker(settings, question, call.out));
  if (!reply.result) return reply.exit;
  for (const std::string& line : lines_of(*reply.result)) call.out.line(line);
  call.out.set("result", *reply.result);
  return Exit::Done;
}

}  // namespace concordat::ops
