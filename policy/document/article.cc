// Clauses, duties and prohibitions, each as an article: see parts.h.
#include "policy/document/parts.h"

namespace concordat::policy::document {
namespace {

using contract::Fact;

class Writing {
 public:
  Writing(const Agreement& agreement, const lawful::Tables& tables, const Clause& clause)
      : agreement_(agreement), tables_(tables), clause_(clause) {}

  Article written() {
    article_ = {number_of(agreement_, clause_), clause_.id, clause_.place, summary(), {}};
    who_is_told();
    when();
    what();
    why();
    law();
    inform_and_consent();
    how_fast();
    afterwards();
    return std::move(article_);
  }

 private:
  void say(std::string label, std::string text) {
    if (!text.empty()) article_.lines.push_back({std::move(label), std::move(text), {}});
  }

  std::string from() const {
    if (clause_.from_any_party) return "any party";
    std::vector<std::string> parties;
    for (const std::string& party : clause_.from) parties.push_back(called(agreement_, party));
    return listed(parties, "or");
  }

  std::string kinds() const {
    std::vector<std::string> words;
    for (const contract::Kind kind : clause_.share) words.push_back(plain(contract::name_of(kind)));
    return listed(words, "or");
  }

  std::string recipient() const {
    const Recipient& to = clause_.to;
    switch (to.by) {
      case Recipient::By::Desk:
        return desk_called(agreement_, to.name);
      case Recipient::By::Role:
        return "every desk of the parties that is " + plain(contract::name_of(to.role));
      case Recipient::By::Party:
        return "the desks of " + called(agreement_, to.name) + (to.acting_for.empty() ? "" : " that act for " + called(agreement_, to.acting_for));
    }
    return {};
  }

  std::string summary() const {
    return capital(from()) + (clause_.duty ? " must tell " : " tells ") + recipient() + " of " + kinds() +
           (clause_.when ? ", under the condition below." : ", always.");
  }

  void who_is_told() {
    const Recipient& to = clause_.to;
    if (to.serving == Serving::Nothing) return;
    const std::string area = to.serving == Serving::Incident       ? "where it happened"
                             : to.serving == Serving::Registration ? "where the victim lives who is registered for it"
                                                                   : "where the " + plain(contract::name_of(to.whose)) + " lives";
    std::string text = "the desk that serves the area " + area;
    if (!to.if_none.empty()) text += "; " + desk_called(agreement_, to.if_none) + " if none does or the area is not known";
    say("Of several desks", std::move(text));
  }

  void when() {
    if (clause_.duty) say("Duty", "consent does not switch this off");
    if (!clause_.when) return;
    Line line = condition(*clause_.when, agreement_.settings);
    line.label = "When";
    article_.lines.push_back(std::move(line));
    if (clause_.publish_only_when_met) say("At the source", "what does not meet the condition never leaves who knows it");
  }

  void what() {
    Line line{"What they may open", "", {}};
    // People first, the case last.
    for (std::size_t i = 1; i <= clause_.items.masks.size(); ++i) {
      const std::size_t subject = i % clause_.items.masks.size();
      if (clause_.items.masks[subject] != 0) line.points.push_back({capital(whose(subject)), items_in_words(clause_.items.masks[subject]), {}});
    }
    article_.lines.push_back(std::move(line));
    std::vector<std::string> facts;
    for (const contract::FactInfo& fact : contract::kFacts) {
      if (clause_.facts.facts[static_cast<std::size_t>(fact.fact)]) facts.push_back(plain(fact.name));
    }
    if (clause_.facts.risk_band) facts.emplace_back("risk band");
    if (clause_.facts.child_resident) facts.emplace_back("whether a child is resident");
    say("Facts besides", listed(facts));
  }

  void why() {
    for (const Described& purpose : agreement_.purposes) {
      if (purpose.key == clause_.purpose) say("Purpose", purpose.text);
    }
    say("Why it is necessary", clause_.necessity);
  }

  void law() {
    Line line{"Law", "", {}};
    for (const std::string& gateway : clause_.gateway) line.points.push_back({"Power to share", gateway_in_words(gateway, tables_), {}});
    line.points.push_back({"Who discloses", clause_.discloser_by_party ? "each party under its own basis" : "under `" + clause_.discloser + "`", {}});
    line.points.push_back({"Who receives", "under `" + clause_.recipient + "`", {}});
    article_.lines.push_back(std::move(line));
  }

  void inform_and_consent() {
    if (clause_.inform) {
      const Inform& inform = *clause_.inform;
      say("Informing", "the " + plain(contract::name_of(inform.who)) + " is told " + (inform.when == InformWhen::Before ? "before" : "after") +
                           " it is shared, by " + called(agreement_, inform.by) + (inform.unless_risk ? ", unless that would increase the risk" : ""));
    }
    if (clause_.duty) return;
    say("Consent", consent());
  }

  std::string consent() const {
    const Consent& consent = clause_.consent;
    std::string text;
    switch (consent.need) {
      case ConsentNeed::Required: text = "needed, given for this purpose; without it nothing is shared"; break;
      case ConsentNeed::Seek: text = "is sought; " + refusal(consent); break;
      case ConsentNeed::Inform: text = "not needed; the person is informed"; break;
      case ConsentNeed::NotNeeded: text = "not needed"; break;
    }
    if (!consent.why.empty()) text += ": " + consent.why;
    if (consent.capacity == ConsentCapacity::Record) text += "; whether she could decide is recorded";
    if (consent.capacity == ConsentCapacity::BestInterests) text += "; for who cannot decide, best interests decide";
    if (consent.reason_required) text += "; whoever shares against a refusal writes down why";
    if (!consent.reviewed_by.empty()) text += "; reviewed by " + desk_called(agreement_, consent.reviewed_by);
    return text;
  }

  static std::string refusal(const Consent& consent) {
    switch (consent.refusal) {
      case ConsentRefusal::ShareAndRecord: return "a refusal is recorded, and it is shared all the same";
      case ConsentRefusal::ClinicianDecides: return "where it is refused, the treating clinician decides";
      case ConsentRefusal::Withhold:
      case ConsentRefusal::Unstated: return "where it is refused, withdrawn or not known, nothing is shared";
    }
    return {};
  }

  void how_fast() {
    const Deliver& deliver = clause_.deliver;
    constexpr std::array<std::string_view, 4> lanes{"", "urgent", "routine", "bulk"};
    std::string text(lanes[static_cast<std::size_t>(deliver.lane)]);
    if (deliver.read_within) text += "; read within " + text::to_text(*deliver.read_within);
    if (deliver.act_within) text += "; acted on within " + text::to_text(*deliver.act_within);
    if (deliver.read_within || deliver.act_within) text += deliver.clock_always ? ", at every hour" : ", in the desk's staffed hours";
    if (!deliver.then.empty()) {
      std::vector<std::string> chain;
      for (const std::string& desk : deliver.then) chain.push_back(desk_called(agreement_, desk));
      text += "; if not, then " + listed(chain, "and then");
    }
    if (deliver.tell_sender) text += "; the sender hears how far it got";
    say("How fast", std::move(text));
  }

  void afterwards() {
    const Keep& keep = clause_.keep;
    constexpr std::array<std::string_view, 4> from{"", "receipt", "the event", "the closing of the case"};
    if (keep.for_time) {
      say("Kept", text::to_text(*keep.for_time) + " from " + std::string(from[static_cast<std::size_t>(keep.from)]) +
                      (keep.then == KeepThen::Erase ? ", then erased" : ", then reviewed"));
    } else {
      say("Kept", "as the recipient's own record of " + keep.as_record_of);
    }
    const bool nobody = !clause_.onward || clause_.onward->to.empty();
    const bool asks = clause_.onward && clause_.onward->otherwise == OnwardElse::AskSender;
    const std::string others = asks ? "the sender is asked first" : "forbidden";
    if (nobody) return say("Passing on", others);
    std::vector<std::string> desks;
    for (const std::string& desk : clause_.onward->to) desks.push_back(desk_called(agreement_, desk));
    say("Passing on", "to " + listed(desks) + ", " + (clause_.onward->same_items ? "the same items" : items_in_words(clause_.onward->items)) +
                          "; to anybody else: " + others);
  }

  const Agreement& agreement_;
  const lawful::Tables& tables_;
  const Clause& clause_;
  Article article_;
};

std::string target(const Agreement& agreement, const NeverTarget& target) {
  std::vector<std::string> roles;
  for (const contract::DeskRole role : target.roles) roles.push_back(plain(contract::name_of(role)));
  switch (target.is) {
    case NeverTarget::Is::Role: return "any desk or party that is " + listed(roles, "or");
    case NeverTarget::Is::RoleOtherThan: return "any desk that is not " + listed(roles, "or");
    case NeverTarget::Is::Party: return "any desk of " + called(agreement, target.name);
    case NeverTarget::Is::Desk: return desk_called(agreement, target.name);
    case NeverTarget::Is::SubjectOfCase: return "any desk where somebody works who is a subject of the case";
    case NeverTarget::Is::DeclaredConflict: return "any desk where somebody works who declared a conflict";
    case NeverTarget::Is::ActingFor: return "whoever acts for the " + plain(contract::name_of(target.person));
  }
  return {};
}

}  // namespace

Article clause_article(const Agreement& agreement, const lawful::Tables& tables, const Clause& clause) {
  return Writing(agreement, tables, clause).written();
}

Article never_article(const Agreement& agreement, std::size_t number) {
  const Never& never = agreement.nevers[number];
  std::vector<std::string> targets, items;
  for (const NeverTarget& each : never.to) targets.push_back(target(agreement, each));
  for (std::size_t subject = 0; subject < never.items.masks.size(); ++subject) {
    if (never.items.masks[subject] != 0) items.push_back(items_in_words(never.items.masks[subject]) + " " + whose(subject));
  }
  Article article{"N" + std::to_string(number + 1), never.id, never.place, "", {}};
  article.summary = capital(listed(targets, "or")) + " never gets " + (never.all_items ? "anything" : listed(items)) +
                    ", whatever any clause of any agreement says.";
  if (!never.when) return article;
  Line line = condition(*never.when, agreement.settings);
  line.label = "Unless it is certain that this does not hold";
  article.lines.push_back(std::move(line));
  return article;
}

}  // namespace concordat::policy::document
