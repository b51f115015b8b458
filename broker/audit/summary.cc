// audit: what a record says in a line, for operators. Desks, counts and codes; nothing of a case.
#include "broker/audit/explain.h"

#include <array>

namespace concordat::broker {
namespace {

struct Summary {
  const directory::Directory& directory;

  std::string name(DeskNumber number) const {
    const directory::Desk* desk = directory.desk(number);
    return desk == nullptr ? "desk " + std::to_string(number.value) : desk->name;
  }
  std::string names(const std::vector<wire::RecordedDesk>& desks) const {
    std::string text;
    for (const auto& desk : desks) text += (text.empty() ? "" : ", ") + name(desk.desk) + (desk.fallback ? " (fallback)" : "");
    return text.empty() ? "nobody" : text;
  }

  std::string operator()(const wire::Started& body) const { return body.broker + ", writer " + std::to_string(body.writer_epoch); }
  std::string operator()(const wire::DirectoryAdopted& body) const { return "version " + std::to_string(body.version); }
  std::string operator()(const wire::AgreementAdopted& body) const { return body.name + " v" + std::to_string(body.version); }
  std::string operator()(const wire::BatchTaken& body) const {
    return body.adapter + ", " + std::to_string(body.count) + " events from outbox " + std::to_string(body.first_sequence);
  }
  std::string operator()(const wire::EventAccepted& body) const {
    return "from " + body.adapter + ", told: " + names(body.desks) + (body.corrects != 0 ? ", corrects record " + std::to_string(body.corrects) : "") +
           (body.withdrawn ? ", withdrawn" : "");
  }
  std::string operator()(const wire::EventRefused& body) const { return body.adapter + " " + body.code; }
  std::string operator()(const wire::HandedOver& body) const {
    std::string items;
    for (const auto& item : body.items) {
      items += (items.empty() ? ": record " : ", record ") + std::to_string(item.sequence) + " as delivery " + std::to_string(item.delivery);
      if (item.attempt > 1) items += " at try " + std::to_string(item.attempt);
    }
    return std::to_string(body.items.size()) + " to " + name(body.desk) + " by " + body.client + items;
  }
  std::string operator()(const wire::Acknowledged& body) const {
    std::string opened;
    for (const std::uint64_t delivery : body.opened) opened += (opened.empty() ? " (" : ", ") + std::to_string(delivery);
    std::string rejected;
    for (const auto& item : body.rejected) rejected += (rejected.empty() ? " (" : ", ") + std::to_string(item.delivery);
    return name(body.desk) + ": " + std::to_string(body.opened.size()) + " opened" + opened + (opened.empty() ? "" : ")") + ", " +
           std::to_string(body.rejected.size()) + " rejected" + rejected + (rejected.empty() ? "" : ")");
  }
  std::string operator()(const wire::ProgressMade& body) const {
    return name(body.desk) + ", record " + std::to_string(body.sequence) + ": " +
           std::string(contract::name_of(static_cast<contract::ProgressState>(body.state)));
  }
  std::string operator()(const wire::Escalated& body) const {
    return "record " + std::to_string(body.sequence) + (body.act ? " not acted on by " : " unread by ") + name(body.missed_by) + ", told: " + names(body.desks);
  }
  std::string operator()(const wire::Reconsidered& body) const {
    constexpr std::array<std::string_view, 4> why{"its content is gone", "nobody registered", "a victim is registered", "several may be registered"};
    return "record " + std::to_string(body.sequence) + ", " + std::string(why[body.state.registered & 3]) + ", told: " + names(body.desks);
  }
  std::string operator()(const wire::Withheld& body) const { return name(body.desk) + " delivery " + std::to_string(body.delivery) + " " + body.code; }
  std::string operator()(const wire::Parked& body) const { return name(body.desk) + " delivery " + std::to_string(body.delivery) + " " + body.code; }
  std::string operator()(const wire::Retried& body) const { return name(body.desk) + " delivery " + std::to_string(body.delivery) + " by " + body.operator_name; }
  std::string operator()(const wire::AlarmRaised& body) const {
    return body.code + (body.sequence != 0 ? " record " + std::to_string(body.sequence) : "") + (body.adapter.empty() ? "" : " to " + body.adapter);
  }
  std::string operator()(const wire::RefusalsCounted& body) const { return body.client + ": " + std::to_string(body.count) + " more"; }
  std::string operator()(const wire::ClockStepped& body) const { return to_text(body.from) + " to " + to_text(body.to); }
  std::string operator()(const wire::Administered& body) const { return body.operator_name + ": " + body.command; }
};

}  // namespace

std::string summary(const wire::Body& body, const directory::Directory& directory) { return std::visit(Summary{directory}, body); }

}  // namespace concordat::broker
