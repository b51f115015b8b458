// What deciding costs: see decide_figure.h.
#include "tests/bench/decide_figure.h"

#include <google/protobuf/message.h>

#include "policy/agreement/in_force.h"
#include "policy/agreement/read.h"
#include "policy/decide.h"
#include "proto/base/durable_file.h"
#include "proto/contract/derive.h"
#include "proto/seal/proof.h"
#include "tests/support/sample_events.h"

namespace concordat::bench {
namespace {

constexpr std::size_t kFileBytesMax = 4u << 20;
constexpr std::chrono::milliseconds kRun{200};
constexpr unsigned kBetweenLooks = 256;

Result<std::shared_ptr<const policy::InForce>> compile(const std::string& file, const directory::Directory& directory) {
  TRY(const std::optional<Bytes> bytes, read_file(file, kFileBytesMax));
  if (!bytes) return fail(Fault::Malformed, code::kConfig, file + " is not there");
  TRY(policy::Agreement agreement, policy::read_agreement(file, *bytes));
  std::vector<policy::Adopted> set;
  set.push_back({std::move(agreement), seal::hash(seal::context::kAgreement, *bytes)});
  return policy::InForce::compile(std::move(set), directory, [](ByteView all) { return seal::hash(seal::context::kAgreement, all); });
}

}  // namespace

Result<DecideFigure> measure_decide(const Partnership& partnership, const std::string& file, unsigned runs) {
  const directory::Directory& directory = partnership.beliefs.directory();
  TRY(const auto agreements, compile(file, directory));
  const directory::Party* police = directory.party(std::string_view(partnership.sender.publisher.party));
  if (police == nullptr) return fail(Fault::Malformed, code::kDirectory, "the sender is not in it");
  const Instant now = SystemClock().now();
  TRY(const std::vector<seal::Plain> plains, contract::split(*test::bench_event(0), now));
  TRY(const contract::FactSet facts, contract::facts_of(contract::derive_event_facts(contract::Kind::RiskAssessment, now, now, false), plains));
  std::vector<seal::Label> labels;
  for (const seal::Plain& plain : plains) labels.push_back(plain.label);
  policy::Case subject;
  subject.kind = contract::Kind::RiskAssessment;
  subject.source = police->number;
  subject.happened = now;
  subject.labels = labels;
  subject.facts = &facts;

  DecideFigure figure;
  figure.clauses = agreements->clause_count();
  std::vector<double> values;
  policy::Decision decision;
  for (unsigned run = 0; run < runs; ++run) {
    std::uint64_t decided = 0;
    const auto began = Steady::now();
    auto ended = began;
    for (; ended < began + kRun; ended = Steady::now()) {
      for (unsigned n = 0; n < kBetweenLooks; ++n, ++decided) policy::decide(subject, {}, *agreements, directory, now, decision);
    }
    values.push_back(1e9 * seconds_between(began, ended) / static_cast<double>(decided));
  }
  figure.desks_told = decision.desks.size();
  figure.ns = spread(std::move(values));
  return figure;
}

}  // namespace concordat::bench
