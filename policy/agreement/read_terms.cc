// Reads the parts of a clause: recipient, items, consent, delivery, retention, onward sharing.
#include <algorithm>

#include "policy/agreement/reading.h"

namespace concordat::policy {
namespace {

constexpr std::array<std::string_view, 4> kNeeds{"seek", "required", "inform", "not_needed"};
constexpr std::array<std::string_view, 3> kRefusals{"withhold", "share_and_record", "clinician_decides"};
constexpr std::array<std::string_view, 2> kCapacities{"record", "best_interests"};
constexpr std::array<std::string_view, 3> kLanes{"urgent", "routine", "bulk"};
constexpr std::array<std::string_view, 2> kClocks{"always", "staffed_hours"};
constexpr std::array<std::string_view, 3> kFroms{"received", "event", "case_closed"};
constexpr std::array<std::string_view, 2> kThens{"erase", "review"};
constexpr std::array<std::string_view, 2> kElse{"forbidden", "ask_sender"};

/// "victim.residence", "incident.area", "registration.residence", or "anywhere": no matter where.
Result<void> read_serving(const Node& node, Recipient& recipient) {
  std::vector<std::string> words{"incident.area", "anywhere", "registration.residence"};
  for (const std::string_view role : names_of<contract::Role>()) words.push_back(std::string(role) + ".residence");
  const std::vector<std::string_view> views(words.begin(), words.end());
  TRY(const std::size_t index, node.one_of(views));
  recipient.serving = index == 0 ? Serving::Incident : index == 1 ? Serving::Nothing : index == 2 ? Serving::Registration : Serving::Residence;
  if (index > 2) recipient.whose = static_cast<contract::Role>(contract::words<contract::Role>()[index - 3].number);
  return {};
}

Result<void> read_addressee(Map& map, const Agreement& agreement, Recipient& recipient) {
  const auto desk = map.find("desk"), role = map.find("role"), party = map.find("party");
  if ((desk ? 1 : 0) + (role ? 1 : 0) + (party ? 1 : 0) != 1) {
    TRY_VOID(map.finish());  // a misspelt word is named before a missing one
    return map.node().refuse("name exactly one of desk, role and party");
  }
  if (desk) {
    recipient.by = Recipient::By::Desk;
    TRY(recipient.name, read_desk_name(*desk, agreement));
  } else if (role) {
    recipient.by = Recipient::By::Role;
    TRY(recipient.role, contract_word<contract::DeskRole>(*role));
  } else {
    recipient.by = Recipient::By::Party;
    TRY(recipient.name, read_party_name(*party, agreement));
  }
  return {};
}

/// One item of one role into `items`: "name".
Result<std::uint64_t> item_bit(const Node& node) {
  TRY(const auto item, contract_word<contract::Item>(node));
  return std::uint64_t{1} << static_cast<unsigned>(item);
}

std::vector<std::string_view> subjects() {
  std::vector<std::string_view> words{"case"};
  const auto roles = names_of<contract::Role>();
  words.insert(words.end(), roles.begin(), roles.end());
  return words;
}

/// `same_items`, or items by name.
Result<void> read_onward_items(const Node& node, Onward& onward) {
  std::vector<std::string_view> words{"same_items"};
  const auto items = names_of<contract::Item>();
  words.insert(words.end(), items.begin(), items.end());
  TRY(const auto nodes, node.one_or_more(64));
  for (const Node& element : nodes) {
    TRY(const std::size_t index, element.one_of(words));
    if (index == 0)
      onward.same_items = true;
    else
      onward.items |= std::uint64_t{1} << contract::words<contract::Item>()[index - 1].number;
  }
  if (onward.same_items && nodes.size() > 1)
    return node.refuse(code::kMeaning, "`same_items` says it all; leave the others out");
  return {};
}

/// Working days, or at least a minute and at most a year.
Result<void> fits_deadline(const Node& node, const Duration& time) {
  const bool fits =
      time.working_days() ? time.count >= 1 && time.count <= 250 : time.minutes() >= 1 && time.days() <= 366;
  if (!fits) return node.refuse(code::kMeaning, "a deadline is from a minute to a year");
  return {};
}

Result<void> read_deadlines(Map& map, Deliver& deliver) {
  if (const auto node = map.find("read_within")) {
    TRY(deliver.read_within, node->duration());
    TRY_VOID(fits_deadline(*node, *deliver.read_within));
    if (deliver.read_within->working_days())
      return node->refuse(code::kMeaning, "reading is counted in minutes, hours or days");
  }
  if (const auto node = map.find("act_within")) {
    TRY(deliver.act_within, node->duration());
    TRY_VOID(fits_deadline(*node, *deliver.act_within));
    const bool counted = deliver.read_within && !deliver.act_within->working_days();
    if (counted && deliver.act_within->minutes() < deliver.read_within->minutes())
      return node->refuse(code::kMeaning, "action is due before reading is");
  }
  return {};
}

/// A refusal needs an answer where consent is sought, and sharing without consent needs its reason.
Result<void> consent_is_whole(const Node& node, const Consent& consent) {
  const bool seek = consent.need == ConsentNeed::Seek;
  if (seek && consent.refusal == ConsentRefusal::Unstated)
    return node.refuse("`refusal` is missing: withhold, share_and_record or clinician_decides");
  if (!seek && consent.refusal != ConsentRefusal::Unstated)
    return node.refuse(code::kMeaning, "`refusal` belongs to `need: seek` alone");
  const bool against = consent.need == ConsentNeed::NotNeeded || consent.refusal == ConsentRefusal::ShareAndRecord;
  if (against && consent.why.empty()) return node.refuse("`why` is missing: why sharing without consent is right");
  return {};
}

}  // namespace

Result<Recipient> read_recipient(const Node& node, const Agreement& agreement, const Recipient* like) {
  Recipient recipient;
  if (like != nullptr) {
    recipient.serving = like->serving;
    recipient.whose = like->whose;
    recipient.if_none = like->if_none;
  }
  recipient.place = node.place();
  TRY(Map map, node.map());
  map.find("serving");
  map.find("if_none");
  map.find("acting_for");
  TRY_VOID(read_addressee(map, agreement, recipient));
  if (const auto serving = map.find("serving")) {
    TRY_VOID(read_serving(*serving, recipient));
    if (recipient.serving != Serving::Nothing && recipient.if_none.empty()) TRY_VOID(map.need("if_none"));
  }
  if (const auto if_none = map.find("if_none")) {
    TRY(recipient.if_none, read_desk_name(*if_none, agreement));
  }
  if (const auto acting = map.find("acting_for")) {
    if (recipient.by != Recipient::By::Party) return acting->refuse(code::kMeaning, "`acting_for` belongs to `party`");
    TRY(recipient.acting_for, read_party_name(*acting, agreement));
  }
  TRY_VOID(map.finish());
  return recipient;
}

Result<ItemsByRole> read_items_by_role(const Node& node) {
  ItemsByRole items;
  TRY(const Map map, node.map());
  const auto words = subjects();
  for (const Map::Entry& entry : map.entries()) {
    TRY(const std::size_t subject, entry.key.one_of(words));
    TRY(const auto nodes, entry.value.one_or_more(64));
    for (const Node& element : nodes) {
      TRY(const auto bit, item_bit(element));
      if ((items.masks[subject] & bit) != 0)
        return element.refuse(code::kMeaning, "`" + std::string(element.raw()) + "` stands here twice");
      items.masks[subject] |= bit;
    }
  }
  if (items.empty()) return node.refuse(code::kMeaning, "no item; a clause names what it shares");
  return items;
}

Result<ItemsByRole> read_item_list(const Node& node) {
  std::vector<std::string> words;
  const auto whose = subjects();
  const auto items_words = names_of<contract::Item>();
  for (const std::string_view subject : whose) {
    for (const std::string_view item : items_words) words.push_back(std::string(subject) + "." + std::string(item));
  }
  const std::vector<std::string_view> views(words.begin(), words.end());
  ItemsByRole items;
  TRY(const auto nodes, node.one_or_more(200));
  for (const Node& element : nodes) {
    if (contract::item_named(element.raw()))
      return element.refuse(code::kWord, "say whose: victim." + std::string(element.raw()));
    TRY(const std::size_t index, element.one_of(views));
    items.masks[index / items_words.size()] |= std::uint64_t{1}
                                               << contract::words<contract::Item>()[index % items_words.size()].number;
  }
  return items;
}

Result<Consent> read_consent(const Node& node, const Agreement& agreement) {
  Consent consent;
  TRY(Map map, node.map());
  TRY(const Node need, map.need("need"));
  TRY(consent.need, own_word<ConsentNeed>(need, kNeeds));
  if (const auto refusal = map.find("refusal")) {
    TRY(consent.refusal, own_word<ConsentRefusal>(*refusal, kRefusals));
  }
  if (const auto capacity = map.find("capacity")) {
    TRY(consent.capacity, own_word<ConsentCapacity>(*capacity, kCapacities));
  }
  if (const auto reason = map.find("reason")) {
    constexpr std::array<std::string_view, 1> words{"required"};
    TRY_VOID(reason->one_of(words));
    consent.reason_required = true;
  }
  TRY(consent.why, map.text_or("why", "", 300));
  if (const auto reviewer = map.find("reviewed_by")) {
    TRY(consent.reviewed_by, read_desk_name(*reviewer, agreement));
  }
  TRY_VOID(map.finish());
  TRY_VOID(consent_is_whole(node, consent));
  return consent;
}

Result<Deliver> read_deliver(const Node& node, const Agreement& agreement) {
  Deliver deliver;
  TRY(Map map, node.map());
  TRY(const Node lane, map.need("lane"));
  TRY(deliver.lane, own_word<Lane>(lane, kLanes));
  TRY_VOID(read_deadlines(map, deliver));
  if (const auto clock = map.find("clock")) {
    TRY(const std::size_t index, clock->one_of(kClocks));
    deliver.clock_always = index == 0;
  }
  TRY(deliver.tell_sender, map.boolean_or("tell_sender", false));
  if (const auto then = map.find("then")) {
    TRY(deliver.then, read_desk_names(*then, agreement, Limits::kThen));
    if (!deliver.read_within && !deliver.act_within)
      return then->refuse(code::kMeaning, "a chain without a deadline is never used; add read_within");
  }
  TRY_VOID(map.finish());
  return deliver;
}

Result<Keep> read_keep(const Node& node) {
  Keep keep;
  TRY(Map map, node.map());
  if (map.find("as_record_of")) {
    TRY(keep.as_record_of, map.name("as_record_of"));
    TRY_VOID(map.finish());
    return keep;
  }
  TRY(keep.for_time, map.duration("for"));
  if (keep.for_time->working_days() || keep.for_time->days() == 0)
    return map.find("for")->refuse(code::kMeaning, "at least a day, and not working days");
  TRY(const Node from, map.need("from"));
  TRY(keep.from, own_word<KeepFrom>(from, kFroms));
  TRY(const Node then, map.need("then"));
  TRY(keep.then, own_word<KeepThen>(then, kThens));
  TRY_VOID(map.finish());
  return keep;
}

Result<Onward> read_onward(const Node& node, const Agreement& agreement) {
  Onward onward;
  TRY(Map map, node.map());
  TRY(const Node to, map.need("to"));
  TRY(onward.to, read_desk_names(to, agreement, Limits::kThen));
  TRY(const Node of, map.need("of"));
  TRY_VOID(read_onward_items(of, onward));
  if (const auto otherwise = map.find("else")) {
    TRY(onward.otherwise, own_word<OnwardElse>(*otherwise, kElse, 0));
  }
  TRY_VOID(map.finish());
  return onward;
}

}  // namespace concordat::policy
