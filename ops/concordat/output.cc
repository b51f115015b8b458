// What a verb says: see output.h.
#include "ops/concordat/output.h"

#include <cstdio>

namespace concordat::ops {

void Output::both(const std::string& name, const std::string& value) {
  line(name + ": " + value);
  set(name, value);
}

void Output::failed(const Error& error) {
  failed(error.code.name, error.code.meaning, error.detail, error.code.remedy);
}

void Output::failed(std::string_view code, std::string_view meaning, std::string_view detail, std::string_view remedy) {
  error_.append(code).append(" ").append(meaning);
  if (!detail.empty()) error_.append(": ").append(detail);
  error_.append(". ").append(remedy).append("\n");
  set("code", code);
  set("detail", detail);
  set("remedy", remedy);
}

bool Output::print(bool as_json, bool ok) const {
  if (as_json) {
    text::Json object = text::Json::object();
    object.set("ok", text::Json::boolean(ok));
    for (const auto& [name, value] : json_.members()) object.set(name, value);
    std::fputs((text::to_text(object, 2) + "\n").c_str(), stdout);
    return all_said();
  }
  std::fputs(text_.c_str(), stdout);
  const bool said = all_said();
  if (!error_.empty()) std::fputs(("concordat: " + error_).c_str(), stderr);
  return said;
}

bool all_said() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return true;
  std::fputs("concordat: standard output cannot be written; what was asked for is not said\n", stderr);
  return false;
}

text::Json json_list(const std::vector<std::string>& texts) {
  text::Json list = text::Json::array();
  for (const std::string& text : texts) list.add(text::Json::text(text));
  return list;
}

}  // namespace concordat::ops
