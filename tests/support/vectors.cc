// Reads the vectors in proto/vectors: see vectors.h.
#include "tests/support/vectors.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sstream>

namespace concordat::test {
namespace {

using google::protobuf::Value;

std::string text_of(const Value& value) {
  switch (value.kind_case()) {
    case Value::kStringValue:
      return value.string_value();
    case Value::kBoolValue:
      return value.bool_value() ? "true" : "false";
    case Value::kNumberValue:
      return std::to_string(static_cast<long long>(value.number_value()));
    default:
      return {};
  }
}

}  // namespace

std::string Vector::text(const std::string& name) const {
  const auto at = members.find(name);
  return at == members.end() ? std::string() : at->second;
}

std::uint32_t Vector::number(const std::string& name) const {
  return static_cast<std::uint32_t>(std::stoul(text(name)));
}

std::vector<Vector> read_vectors(const std::string& path, const std::string& list) {
  std::stringstream content;
  content << std::ifstream(path).rdbuf();
  google::protobuf::Struct file;
  const auto status = google::protobuf::util::JsonStringToMessage(content.str(), &file);
  EXPECT_TRUE(status.ok()) << path << ": " << status.ToString();
  std::vector<Vector> vectors;
  const auto at = file.fields().find(list);
  if (at == file.fields().end()) return vectors;
  for (const Value& row : at->second.list_value().values()) {
    Vector vector;
    for (const auto& [name, value] : row.struct_value().fields()) vector.members[name] = text_of(value);
    vectors.push_back(std::move(vector));
  }
  return vectors;
}

std::optional<Instant> instant(const std::string& text) {
  int y = 0, m = 0, d = 0, hour = 0, minute = 0, second = 0;
  if (std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%dZ", &y, &m, &d, &hour, &minute, &second) != 6) return std::nullopt;
  using namespace std::chrono;
  const sys_days date{year{y} / month{static_cast<unsigned>(m)} / day{static_cast<unsigned>(d)}};
  return Instant{date} + hours(hour) + minutes(minute) + seconds(second);
}

}  // namespace concordat::test
