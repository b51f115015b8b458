// Is the log whole? See check.h.
#include "broker/store/check.h"

#include "proto/base/invariant.h"

namespace concordat::store {
namespace {

constexpr std::size_t kRowsAtOnce = 1024;
constexpr std::size_t kBytesAtOnce = std::size_t{4} << 20;

class Check {
 public:
  Check(const Log& log, const CheckWith& with) : log_(log), with_(with) {}

  CheckReport run() {
    INVARIANT(with_.follow, "a check knows how stubs follow one another");
    report_.last = log_.last();
    for (Sequence at = 1; at <= report_.last && !report_.ended;) {
      at = some(at);
      report_.ended = with_.go_on && !with_.go_on(at - 1);
    }
    if (with_.checkpoint && with_.checkpoint->sequence > report_.last) {
      found(with_.checkpoint->sequence, "the checkpoint names it, but the log ends at " + std::to_string(report_.last));
    }
    return std::move(report_);
  }

 private:
  // A stretch that cannot be read whole is read one by one, so that one bad record does not hide the rest.
  Sequence some(Sequence at) {
    const Parts parts = with_.examine ? Parts::All : Parts::Stub;
    const auto rows = log_.read(at, kRowsAtOnce, kBytesAtOnce, parts);
    if (rows && !rows->empty()) {
      for (const Stored& row : *rows) take(row);
      return at + rows->size();
    }
    const auto row = log_.read_one(at, parts);
    if (row) {
      take(*row);
    } else {
      found(at, row.error().detail);
      unread_ = true;
    }
    return at + 1;
  }

  void take(const Stored& stored) {
    const Row& row = stored.row;
    follow(row);
    if (with_.checkpoint && with_.checkpoint->sequence == row.sequence && with_.checkpoint->head != report_.head) {
      found(row.sequence, "is not the one that the checkpoint names");
    }
    if (stored.destroyed) {
      ++report_.destroyed;
    } else if (with_.examine) {
      if (const auto good = with_.examine(stored); !good) found(row.sequence, good.error().detail);
    }
  }

  // After an unreadable record nothing can be said of the next but that it is there.
  void follow(const Row& row) {
    const Followed next = with_.follow(row.sequence, report_.head, row.stub);
    if (!next.follows && !unread_) found(row.sequence, "does not follow the record before it");
    unread_ = false;
    report_.head = next.hash;
  }

  void found(Sequence at, std::string what) {
    ++report_.findings_total;
    if (report_.findings.size() < kFindingsMax) report_.findings.push_back({at, std::move(what)});
  }

  const Log& log_;
  const CheckWith& with_;
  CheckReport report_;
  bool unread_ = false;
};

}  // namespace

CheckReport check_log(const Log& log, const CheckWith& with) { return Check(log, with).run(); }

Result<Digest> require_whole(const Log& log, const CheckWith& with) {
  const CheckReport report = check_log(log, with);
  if (report.whole()) return report.head;
  const Finding& first = report.findings.front();
  return fail(Fault::Corrupt, code::kChain, "record " + std::to_string(first.sequence) + ": " + first.what);
}

}  // namespace concordat::store
