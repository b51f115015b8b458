// check_schema [--baseline] DESCRIPTOR_SET: walks the schema and fails the build if it breaks a rule; with --baseline
// it prints the lines of proto/schema/baseline.txt instead.
#include <cstdio>
#include <cstring>

#include "proto/contract/walk.h"

namespace {

int print(const std::vector<std::string>& lines, std::FILE* to) {
  for (const std::string& line : lines) std::fprintf(to, "%s\n", line.c_str());
  return lines.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const bool baseline = argc > 1 && std::strcmp(argv[1], "--baseline") == 0;
  if (argc != (baseline ? 3 : 2)) return std::fputs("usage: check_schema [--baseline] DESCRIPTOR_SET\n", stderr), 2;
  const auto set = concordat::contract::read_descriptor_set(argv[argc - 1]);
  const auto schema = set ? concordat::contract::Schema::build(*set) : nullptr;
  if (schema == nullptr) return std::fprintf(stderr, "%s is no consistent descriptor set\n", argv[argc - 1]), 1;
  if (baseline) return print(concordat::contract::baseline(schema->files()), stdout), 0;
  return print(concordat::contract::walk(schema->files()), stderr);
}
