// The rules that change under way: see rules.h.
#include "tests/sim/rules.h"

#include <algorithm>

#include "policy/agreement/read.h"
#include "proto/base/invariant.h"

namespace concordat::sim {
namespace {

using test::edited;

constexpr const char* kNoMarkers = "{not: {risk: {at_least: high}}}, {not: {marker: any_sensitive}}]}";

Bytes without_clause(const Bytes& file, const std::string& from, const std::string& to) {
  const std::size_t first = file.find("  - id: " + from);
  const std::size_t last = file.find("  - id: " + to);
  INVARIANT(first < last && last != Bytes::npos, "the agreement has these clauses in this order");
  return file.substr(0, first) + file.substr(last);
}

}  // namespace

Rules::Rules(const Cast& cast) : cast_(cast), victims_(edited(test::file_text(test::kVictimsFile), "unmatched_after: 2d", "unmatched_after: 10m")) {
  const Bytes whole = test::file_text(test::kMaracFile);
  files_ = {{}, whole,
            edited(edited(whole, "home_address, language_and_needs, risk_answers]", "language_and_needs]"), "read_within: 1h", "read_within: 30m"),
            without_clause(whole, "medium-risk-to-support", "hospital-high-risk-to-idva"),
            edited(whole, kNoMarkers, "{not: {risk: {at_least: high}}}]}")};
  for (const Bytes& file : files_) {
    read_.emplace_back();
    if (!file.empty()) read_.back().push_back(*policy::read_agreement("sim.yaml", file));
    read_.back().push_back(*policy::read_agreement("victims.yaml", victims_));
  }
}

Paper Rules::paper(const Bytes& file) const {
  const auto found = std::find(files_.begin(), files_.end(), file);
  INVARIANT(found != files_.end(), "the log holds agreements that were adopted");
  return static_cast<Paper>(found - files_.begin());
}

std::shared_ptr<const directory::Directory> Rules::directory(std::uint64_t version, std::uint32_t form) {
  auto& kept = directories_[{version, form}];
  if (kept == nullptr) kept = test::share(written(version, form));
  return kept;
}

directory::Directory Rules::written(std::uint64_t version, std::uint32_t form) const {
  directory::Directory directory = cast_.directory;
  directory.version = version;
  directory.digest = seal::hash("concordat/test/directory", Writer().u64(version).u32(form).bytes());
  for (auto& desk : directory.desks) {
    if (desk.number == test::desk::kIdva) desk.suspended = (form & form::kIdvaSuspended) != 0;
    if (desk.number == test::desk::kHelpline) desk.suspended = (form & form::kHelplineSuspended) != 0;
    if (desk.number == test::desk::kChecs) desk.suspended = (form & form::kChecsSuspended) != 0;
  }
  for (auto& party : directory.parties) {
    if (party.name == "mid-cheshire-hospitals") party.suspended = (form & form::kHospitalSuspended) != 0;
  }
  return directory;
}

std::shared_ptr<const policy::InForce> Rules::compile(const Bytes& file, std::uint32_t form) const {
  return test::world_of(test::share(written(1, form)), file.empty() ? std::vector<Bytes>{victims_} : std::vector<Bytes>{file, victims_}, calendar_).agreements;
}

broker::World Rules::world(Paper paper, std::uint64_t version, std::uint32_t form) {
  auto& compiled = compiled_[{paper, form}];
  if (compiled == nullptr) compiled = compile(file(paper), form);
  broker::World world;
  world.directory = directory(version, form);
  world.agreements = compiled;
  world.agreements_digest = world.agreements->digest();
  world.calendar = calendar_;
  return world;
}

std::shared_ptr<const policy::InForce> Rules::without_never(Paper paper, std::uint32_t form) {
  auto& kept = without_never_[{paper, form}];
  if (kept != nullptr) return kept;
  Bytes text = file(paper);
  const std::size_t first = text.find("never:\n");
  const std::size_t last = text.find("security: {");
  if (!text.empty()) text = text.substr(0, first) + text.substr(last);
  return kept = compile(text, form);
}

}  // namespace concordat::sim
