// Why a desk may or may not open each part of an event: see explain.h.
#include "policy/explain.h"

#include <algorithm>

#include "policy/agreement/compiled.h"
#include "policy/evaluate.h"
#include "policy/route.h"
#include "policy/words.h"

namespace concordat::policy {
namespace {

using Is = Condition::Is;

std::string item_name(const seal::Label& label) {
  std::string who = label.roles == 0 ? "case" : "";
  for (const contract::Word& role : contract::words<contract::Role>()) {
    if ((label.roles >> (role.number - 1) & 1) != 0) who += (who.empty() ? "" : "+") + std::string(role.name);
  }
  return who + "." + std::string(contract::name_of(static_cast<contract::Item>(label.item)));
}

class Explaining {
 public:
  Explaining(const Case& event, const StateFacts& state, const InForce& agreements,
             const directory::Directory& directory, Instant now)
      : event_(event),
        agreements_(agreements),
        compiled_(agreements.compiled()),
        directory_(directory),
        evaluator_(event, &state),
        router_(event, &state, compiled_, directory),
        now_(now) {
    decide(event, state, agreements, directory, now, decision_);
    const directory::Party* source = directory.party(event.source);
    if (source != nullptr) source_ = source->name;
  }

  std::vector<DeskExplained> run(std::optional<DeskNumber> only) {
    std::vector<DeskExplained> desks;
    for (const CompiledDesk& desk : compiled_.desks) {
      if (only && desk.number != *only) continue;
      DeskExplained explained = of(desk);
      if (only || explained.told || !explained.clauses.empty()) desks.push_back(std::move(explained));
    }
    return desks;
  }

 private:
  DeskExplained of(const CompiledDesk& desk) {
    DeskExplained out;
    out.desk = desk.number;
    out.name = directory_.desk(desk.number) == nullptr ? "desk " + std::to_string(desk.number.value)
                                                       : directory_.desk(desk.number)->name;
    const auto decided = std::find_if(decision_.desks.begin(), decision_.desks.end(),
                                      [&](const DeskDecision& one) { return one.desk == desk.number; });
    out.told = decided != decision_.desks.end();
    near_.clear();
    for (const std::uint32_t index : compiled_.for_event(event_.kind, event_.source))
      add_clause(compiled_.clauses[index], desk, out);
    for (std::size_t i = 0; i < event_.labels.size(); ++i)
      out.items.push_back(of_item(i, out.told ? &*decided : nullptr));
    if (!out.told) return out;
    out.duty = decided->duty;
    out.fallback = decided->fallback;
    out.obligations = obligations_in_words(*decided, directory_);
    return out;
  }

  const CompiledClause& compiled(ClauseRef ref) const {
    return *std::find_if(compiled_.clauses.begin(), compiled_.clauses.end(),
                         [ref](const CompiledClause& clause) { return clause.ref == ref; });
  }

  /// By address, whatever area, suspension and conflict say of it now.
  bool leads(ClauseRef ref, const CompiledDesk& desk) const {
    const CompiledClause& clause = compiled(ref);
    const Slot slot = compiled_.slot(desk.number);
    const auto first = compiled_.routes.begin() + clause.to.first;
    if (std::find(first, first + clause.to.count, slot) != first + clause.to.count) return true;
    bool told = false;
    router_.lead(clause, {true, router_.victims()}, [&](Slot open, bool, People) { return told |= open == slot, true; });
    return told;
  }

  /// Only if it leads to the desk and granted it nothing: its own reason, or, where others were told, the desk's.
  void add_clause(const CompiledClause& clause, const CompiledDesk& desk, DeskExplained& out) {
    if (!leads(clause.ref, desk)) return;
    const auto at = std::find_if(decision_.near.begin(), decision_.near.end(),
                                 [&](const Reason& reason) { return reason.clause == clause.ref; });
    Reason reason{Why::Granted, clause.ref, 0};
    if (at != decision_.near.end())
      reason = *at;
    else if (!out.told)
      reason.why = why_of(router_.why_not(clause, compiled_.slot(desk.number)));
    if (reason.why == Why::Granted) return;
    near_.push_back(reason);
    const auto [because, remedy] = words_of(reason);
    out.clauses.push_back({agreements_.name(clause.ref), clause.duty, because, remedy});
  }

  static Why why_of(Missed missed) {
    switch (missed) {
      case Missed::None:
        return Why::Granted;
      case Missed::NotServed:
        return Why::NotServed;
      case Missed::Suspended:
        return Why::Suspended;
      case Missed::Conflict:
        return Why::Conflict;
      case Missed::KeptBack:
        return Why::Never;
    }
    return Why::Granted;
  }

  ItemExplained of_item(std::size_t i, const DeskDecision* decided) const {
    ItemExplained item;
    item.label = i;
    item.item = item_name(event_.labels[i]);
    item.granted = decided != nullptr && decided->granted[i];
    const Reason reason = decided != nullptr ? decided->reasons[i] : nearest(i);
    if (const Clause* clause = agreements_.clause(reason.clause)) {
      item.clause = agreements_.name(reason.clause);
      item.purpose = clause->purpose;
      item.basis = basis_in_words(*clause, agreements_.agreement(reason.clause)->party(source_));
    }
    if (!item.granted) std::tie(item.because, item.remedy) = words_of(reason);
    return item;
  }

  /// Of a desk that was told nothing: the first clause leading there that lists the item; else that none does.
  Reason nearest(std::size_t i) const {
    const seal::Label& label = event_.labels[i];
    for (const Reason& reason : near_) {
      if (label.item < 64 && (compiled(reason.clause).items.of_roles(label.roles) >> label.item & 1) != 0)
        return reason;
    }
    return {near_.empty() ? Why::NoClause : Why::NotInItems, {}, 0};
  }

  std::pair<std::string, std::string> words_of(const Reason& reason) const {
    switch (reason.why) {
      case Why::Granted:
        return {};
      case Why::NoClause:
        return {"no clause of this kind and sender leads to the desk", ""};
      case Why::NotInItems:
        return {"no clause that leads to the desk lists it", ""};
      case Why::Never:
        return {"`never " + agreements_.never_name(reason.detail) + "` forbids it under any clause", ""};
      case Why::Conflict:
        return {"somebody in the case works there", "goes to the desk's alternative, if the directory names one"};
      case Why::Suspended:
        return {"the desk or its party is suspended", ""};
      case Why::NotServed:
        return {"the desk does not serve the area, or the area is not known", ""};
      case Why::NotInForce:
        return {standing_in_words(*agreements_.agreement(reason.clause), now_), ""};
      case Why::Consent:
        return consent_in_words(reason);
      case Why::ConditionFailed:
        return condition_in_words(reason);
    }
    return {};
  }

  std::pair<std::string, std::string> consent_in_words(const Reason& reason) const {
    const Clause& clause = *agreements_.clause(reason.clause);
    if (clause.consent.need == ConsentNeed::Required)
      return {"consent for " + clause.purpose + " is required and not there", "would be told once consent is given"};
    return {"consent for " + clause.purpose + " is refused, withdrawn or not recorded",
            "would be told once consent is recorded and not refused"};
  }

  std::pair<std::string, std::string> condition_in_words(const Reason& reason) const {
    const CompiledClause& clause = compiled(reason.clause);
    std::vector<const Condition*> conditions;
    each(*agreements_.clause(reason.clause)->when,
         [&](const Condition& condition) { conditions.push_back(&condition); });
    const Walk walk{conditions,
                    agreements_.agreement(reason.clause)->settings,
                    {&compiled_.settings[clause.ref.agreement], clause.purpose}};
    return {state_of(*conditions.at(reason.detail), walk),
            "would be told " + remedy(compiled_.tree(clause.when), walk)};
  }

  struct Walk {
    const std::vector<const Condition*>& conditions;  ///< In reading order.
    const Settings& settings;
    Setting setting;
  };

  /// What is known of the condition that failed first.
  std::string state_of(const Condition& atom, const Walk& walk) const {
    if (atom.is == Is::Risk) return risk_in_words(walk.settings);
    return in_words(atom, walk.settings) + ": not so, or not known";
  }

  std::string risk_in_words(const Settings& settings) const {
    for (const contract::PersonFacts& person : event_.facts->people) {
      if ((person.roles & contract::bit(contract::Role::Victim)) == 0) continue;
      const auto score = person.values[static_cast<std::size_t>(contract::Fact::RiskScore)];
      const auto judged = person.values[static_cast<std::size_t>(contract::Fact::Judgement)];
      if (score == contract::kUnknown && judged == contract::kUnknown) break;
      if (score == contract::kUnknown)
        return "the risk is judged " + std::string(contract::name_of(static_cast<contract::RiskBand>(judged))) +
               ", not scored";
      const auto by_score = score > *settings.dash_high     ? contract::RiskBand::High
                            : score > *settings.dash_medium ? contract::RiskBand::Medium
                                                            : contract::RiskBand::Standard;
      const auto band = std::max(by_score, static_cast<contract::RiskBand>(judged));
      return "the risk is " + std::string(contract::name_of(band)) + " (" + std::to_string(score - 1) + " of 24" +
             (judged == contract::kUnknown ? ", no judgement" : "") + ")";
    }
    return "the risk is not known";
  }

  /// What of the tree would have to change: of `all` what is not true, of `any` each way.
  std::string remedy(std::span<const CompiledNode> nodes, const Walk& walk) const {
    const Condition& condition = *walk.conditions.at(nodes[0].ordinal);
    if (condition.is == Is::Not) return "if it were certain that " + in_words(condition, walk.settings);
    if (condition.is != Is::All && condition.is != Is::Any) return remedy_of(condition, walk.settings);
    std::string text;
    std::vector<std::string> said;
    for (std::uint32_t i = 1; i < nodes[0].span; i += nodes[i].span) {
      const auto part = nodes.subspan(i, nodes[i].span);
      if (evaluator_.evaluate(part, walk.setting) == only(Truth::True)) continue;
      const std::string one = remedy(part, walk);
      if (std::any_of(said.begin(), said.end(),
                      [&](const std::string& before) { return before.find(one) != std::string::npos; }))
        continue;
      said.push_back(one);
      text += (text.empty() ? "" : condition.is == Is::All ? " and " : ", or ") + one;
    }
    return text;
  }

  const Case& event_;
  const InForce& agreements_;
  const Compiled& compiled_;
  const directory::Directory& directory_;
  Evaluator evaluator_;
  Router router_;
  Instant now_;
  Decision decision_;
  std::string source_;
  std::vector<Reason> near_;
};

/// Items in order, joined where everything else about them is alike.
std::string grouped(const std::vector<ItemExplained>& items, bool granted, std::string ItemExplained::*by) {
  std::vector<std::pair<std::string, std::string>> groups;
  for (const ItemExplained& item : items) {
    if (item.granted != granted) continue;
    const std::string& key = item.*by;
    const auto at = std::find_if(groups.begin(), groups.end(), [&](const auto& group) { return group.first == key; });
    if (at == groups.end())
      groups.emplace_back(key, item.item);
    else
      at->second += " " + item.item;
  }
  std::string text;
  for (const auto& [key, names] : groups)
    text += (granted ? "  may open   " : "  withheld   ") + names + "\n             " + (granted ? "by " : "because ") +
            key + "\n";
  return text;
}

}  // namespace

std::vector<DeskExplained> explain(const Case& event, const StateFacts& state, const InForce& agreements,
                                   const directory::Directory& directory, Instant now, std::optional<DeskNumber> only) {
  return Explaining(event, state, agreements, directory, now).run(only);
}

std::string to_text(const std::vector<DeskExplained>& desks) {
  std::string text;
  for (const DeskExplained& desk : desks) {
    text += desk.name +
            (desk.told ? desk.fallback ? " (as the fallback)"
                         : desk.duty   ? " (a duty)"
                                       : ""
                       : "  told nothing") +
            "\n";
    if (desk.told)
      text += grouped(desk.items, true, &ItemExplained::clause) + grouped(desk.items, false, &ItemExplained::because);
    for (const std::string& line : desk.obligations) text += "  must       " + line + "\n";
    if (desk.told) continue;
    if (desk.clauses.empty()) text += "  because    no clause of this kind and sender leads to the desk\n";
    for (const ClauseExplained& clause : desk.clauses) {
      text += "  because    " + clause.clause + ": " + clause.because +
              (clause.remedy.empty() ? "" : "; " + clause.remedy) + "\n";
    }
  }
  return text;
}

text::Json to_json(const std::vector<DeskExplained>& desks) {
  using text::Json;
  Json all = Json::array();
  for (const DeskExplained& desk : desks) {
    Json items = Json::array(), obligations = Json::array(), clauses = Json::array();
    for (const ItemExplained& item : desk.items) {
      Json row = Json::object().set("item", Json::text(item.item)).set("granted", Json::boolean(item.granted));
      if (!item.clause.empty())
        row.set("clause", Json::text(item.clause))
            .set("purpose", Json::text(item.purpose))
            .set("basis", Json::text(item.basis));
      if (!item.granted) row.set("because", Json::text(item.because));
      if (!item.remedy.empty()) row.set("remedy", Json::text(item.remedy));
      items.add(std::move(row));
    }
    for (const std::string& line : desk.obligations) obligations.add(Json::text(line));
    for (const ClauseExplained& clause : desk.clauses) {
      clauses.add(Json::object()
                      .set("clause", Json::text(clause.clause))
                      .set("duty", Json::boolean(clause.duty))
                      .set("because", Json::text(clause.because))
                      .set("remedy", Json::text(clause.remedy)));
    }
    all.add(Json::object()
                .set("desk", Json::text(desk.name))
                .set("told", Json::boolean(desk.told))
                .set("duty", Json::boolean(desk.duty))
                .set("fallback", Json::boolean(desk.fallback))
                .set("items", std::move(items))
                .set("obligations", std::move(obligations))
                .set("clauses", std::move(clauses)));
  }
  return all;
}

}  // namespace concordat::policy
