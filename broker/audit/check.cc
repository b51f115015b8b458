// audit: `store check` of a running broker: see check.h.
#include "broker/audit/check.h"

#include <pthread.h>

#include "broker/append/recover.h"

namespace concordat::broker {

using text::Json;

namespace {
Json number(std::uint64_t value) { return Json::number(static_cast<std::int64_t>(value)); }
}  // namespace

Json to_json(const store::CheckReport& report) {
  Json findings = Json::array();
  for (const auto& finding : report.findings) findings.add(Json::text("record " + std::to_string(finding.sequence) + ": " + finding.what));
  return Json::object()
      .set("records", number(report.last))
      .set("chain", Json::text(report.whole() ? "whole" : "broken"))
      .set("erased", number(report.destroyed))
      .set("head", Json::text(report.head.hex()))
      .set("findings", std::move(findings));
}

StoreCheck::~StoreCheck() {
  ending_ = true;
  if (thread_.joinable()) thread_.join();
}

void StoreCheck::begin(CheckParts parts) {
  if (running_) return;
  if (thread_.joinable()) thread_.join();
  done_.receive();
  found_.reset();
  checked_ = 0;
  bytes_ = 0;
  records_ = parts.log->last();
  running_ = true;
  thread_ = std::thread([this, parts = std::make_shared<CheckParts>(std::move(parts))] {
    pthread_setname_np(pthread_self(), "store check");
    auto found = check(*parts);
    parts->log.reset();
    done_.try_send(found);
    running_ = false;
  });
}

Result<Json> StoreCheck::check(const CheckParts& parts) {
  const auto go_on = [this](Sequence checked) {
    checked_ = checked;
    return !ending_;
  };
  const auto bytes = [this](std::uint64_t read) {
    bytes_ += read;
    return !ending_;
  };
  TRY(const store::CheckReport report, check_whole(*parts.log, broker_, *parts.keys, parts.checkpoint, go_on, bytes));
  if (report.ended) return fail(Fault::Busy, code::kBusy, "the check was ended");
  if (!report.whole()) return fail(Fault::Corrupt, code::kChain, "record " + std::to_string(report.findings.front().sequence) + ": " + report.findings.front().what);
  return to_json(report);
}

Result<Json> StoreCheck::state() {
  const bool under_way = running_;
  if (auto done = done_.receive()) found_ = std::move(done);
  if (found_) return *found_;
  if (!under_way) return fail(Fault::Malformed, code::kNotFound, "no store check was begun");
  return Json::object()
      .set("running", Json::boolean(true))
      .set("records_checked", number(checked_))
      .set("records", number(records_))
      .set("file_bytes_checked", number(bytes_));
}

}  // namespace concordat::broker
