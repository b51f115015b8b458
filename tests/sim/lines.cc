// A record of the log as one line: see lines.h.
#include "tests/sim/lines.h"

namespace concordat::sim {
namespace {

std::string told(const std::vector<wire::RecordedDesk>& desks) {
  std::string text;
  for (const auto& desk : desks) text += " | " + std::to_string(desk.desk.value) + " as " + std::to_string(desk.delivery) + " lane " + std::to_string(desk.lane);
  return text;
}

std::string of(const wire::Started& body) { return "started, epoch " + std::to_string(body.writer_epoch); }
std::string of(const wire::DirectoryAdopted& body) { return "adopts directory " + std::to_string(body.version); }
std::string of(const wire::AgreementAdopted& body) { return "adopts " + body.name + " " + std::to_string(body.version) + ", " + std::to_string(body.file.size()) + " bytes"; }
std::string of(const wire::BatchTaken& body) { return "takes a batch of " + body.adapter + " from " + std::to_string(body.first_sequence); }
std::string of(const wire::EventAccepted& body) {
  return std::string(body.withdrawn ? "withdraws " : body.corrects != 0 ? "corrects " : "accepts ") + (body.corrects != 0 ? std::to_string(body.corrects) : "") + told(body.desks);
}
std::string of(const wire::EventRefused& body) { return "refuses " + std::to_string(body.outbox_sequence) + " of " + body.adapter + ": " + body.code; }
std::string of(const wire::HandedOver& body) {
  std::string text = "hands to " + std::to_string(body.desk.value) + ":";
  for (const auto& item : body.items) {
    text += " | " + std::to_string(item.sequence) + " as " + std::to_string(item.delivery) + (item.attempt > 1 ? " again" : "") + (item.narrowed ? " narrowed" : "");
  }
  return text;
}
std::string of(const wire::Acknowledged& body) {
  std::string text = std::to_string(body.desk.value) + " has";
  for (const auto delivery : body.opened) text += " " + std::to_string(delivery);
  for (const auto& rejected : body.rejected) text += " rejects " + std::to_string(rejected.delivery);
  return text;
}
std::string of(const wire::ProgressMade& body) { return std::to_string(body.desk.value) + " makes progress " + std::to_string(body.state) + " on " + std::to_string(body.sequence); }
std::string of(const wire::Escalated& body) {
  return std::to_string(body.missed_by.value) + " missed " + (body.act ? "to act on " : "to read ") + std::to_string(body.sequence) + told(body.desks);
}
std::string of(const wire::Reconsidered& body) {
  return "decides again on " + std::to_string(body.sequence) + ", registered " + std::to_string(body.state.registered) + ", told: " + std::to_string(body.desks.size());
}
std::string of(const wire::Withheld& body) { return "withholds " + std::to_string(body.delivery) + " of " + std::to_string(body.desk.value) + ": " + body.code; }
std::string of(const wire::Parked& body) { return "parks " + std::to_string(body.delivery) + " of " + std::to_string(body.desk.value) + ": " + body.code; }
std::string of(const wire::Retried& body) { return "retries " + std::to_string(body.delivery) + " of " + std::to_string(body.desk.value); }
std::string of(const wire::AlarmRaised& body) { return "alarm " + body.code + " about " + std::to_string(body.sequence); }
std::string of(const wire::RefusalsCounted& body) { return std::to_string(body.count) + " more refusals"; }
std::string of(const wire::ClockStepped&) { return "the clock jumped"; }
std::string of(const wire::Administered& body) { return "command " + body.command; }

}  // namespace

std::string line_of(Sequence sequence, const wire::Body& body) {
  return std::to_string(sequence) + " " + std::visit([](const auto& one) { return of(one); }, body);
}

}  // namespace concordat::sim
