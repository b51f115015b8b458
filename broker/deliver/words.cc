// The words of a clause: see words.h.
#include "broker/deliver/words.h"

#include <algorithm>

#include "proto/contract/vocabulary.h"

namespace concordat::broker {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string_view from_when(policy::KeepFrom from) {
  switch (from) {
    case policy::KeepFrom::Received: return "receipt";
    case policy::KeepFrom::Event: return "the event";
    case policy::KeepFrom::CaseClosed: return "case closed";
    case policy::KeepFrom::OwnRecord: break;
  }
  return "the record's own rules";
}

}  // namespace

std::string basis_in_words(const policy::Agreement& agreement, const policy::Clause& clause) {
  const policy::LawBasis* basis = agreement.basis(clause.recipient);
  if (basis == nullptr) return clause.recipient;
  if (basis->regime == policy::Regime::Part3) return "DPA 2018 Part 3, " + joined(basis->authorised_by);
  std::string text = "UK GDPR 6(1)(" + basis->article_6 + ")";
  for (const auto& point : basis->article_9) text += ", 9(2)(" + point + ")";
  if (!basis->article_10.empty()) text += ", Art 10 " + basis->article_10;
  std::string paragraphs;
  for (const auto paragraph : basis->schedule_1) paragraphs += (paragraphs.empty() ? "" : ", ") + std::to_string(paragraph);
  return paragraphs.empty() ? text : text + ", DPA 2018 Sch 1 para " + paragraphs;
}

std::string keep_in_words(const policy::Clause& clause, const wire::RecordedDesk& granted) {
  if (granted.keep_days == 0) return "as a record of " + clause.keep.as_record_of;
  const auto period = [](std::uint32_t days, std::uint8_t from) {
    return std::to_string(days) + " days from " + std::string(from_when(static_cast<policy::KeepFrom>(from)));
  };
  std::string text = period(granted.keep_days, granted.keep_from);
  for (const auto& [days, from] : granted.keep_also) text += " or " + period(days, from);
  if (!granted.keep_also.empty()) text += ", whichever ends first";
  return text + ", then " + (clause.keep.then == policy::KeepThen::Review ? "review" : "erase");
}

std::string onward_in_words(const wire::RecordedDesk& granted, std::span<const seal::Label> labels, const directory::Directory& directory) {
  const std::string otherwise = static_cast<policy::OnwardElse>(granted.onward_else) == policy::OnwardElse::Forbidden ? "nothing else"
                                                                                                                     : "anything else: ask the sender";
  const std::uint64_t onward = granted.onward & granted.granted;
  if (granted.onward_to.empty() || onward == 0) return "to nobody; " + otherwise;
  std::vector<std::string> desks;
  for (const DeskNumber number : granted.onward_to) {
    const directory::Desk* desk = directory.desk(number);
    if (desk != nullptr) desks.push_back(desk->name);
  }
  if (onward == granted.granted) return "to " + joined(desks) + " all of it; " + otherwise;
  std::vector<std::string> items;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::string name(contract::name_of(static_cast<contract::Item>(labels[i].item)));
    if ((onward >> i & 1) && std::find(items.begin(), items.end(), name) == items.end()) items.push_back(name);
  }
  return "to " + joined(desks) + " " + joined(items) + "; " + otherwise;
}

}  // namespace concordat::broker
