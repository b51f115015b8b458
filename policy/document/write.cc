// The chapters of an agreement: see document.h.
#include "policy/document/parts.h"
#include "proto/contract/facts.h"

namespace concordat::policy::document {
namespace {

std::string date(const Date& day) {
  constexpr std::array<std::string_view, 13> months{"", "January", "February", "March", "April", "May", "June", "July",
                                                    "August", "September", "October", "November", "December"};
  return std::to_string(static_cast<unsigned>(day.day())) + " " + std::string(months[static_cast<unsigned>(day.month())]) + " " +
         std::to_string(static_cast<int>(day.year()));
}

std::string owner(const Agreement& agreement) {
  const std::size_t slash = agreement.owner.find('/');
  const std::string party = called(agreement, agreement.owner.substr(0, slash));
  return slash == std::string::npos ? party : agreement.owner.substr(slash + 1) + " (" + party + ")";
}

/// A key of the file that only people read: "breach.ico_within" is "Breach: ico within".
std::string key_in_words(const std::string& key) {
  const std::size_t dot = key.rfind('.');
  const std::string last = plain(dot == std::string::npos ? key : key.substr(dot + 1));
  return capital(dot == std::string::npos ? last : key_in_words(key.substr(0, dot)) + ": " + last);
}

Chapter described(std::string heading, const std::vector<Described>& keys) {
  Chapter chapter{std::move(heading), {}, {}, {}};
  for (const Described& each : keys) chapter.lines.push_back({key_in_words(each.key), plain(each.text), {}});
  return chapter;
}

Chapter about(const Agreement& agreement) {
  Chapter chapter{"About this agreement", {}, {}, {}};
  chapter.lines.push_back({"In force", "from " + date(agreement.from) + " to " + date(agreement.until) + ", once every signature is there", {}});
  chapter.lines.push_back({"Review", "by " + date(agreement.review_by), {}});
  chapter.lines.push_back({"Owner", owner(agreement), {}});
  for (const Described& each : agreement.documents) chapter.lines.push_back({key_in_words(each.key), each.text, {}});
  Line purposes{"Purposes", "", {}};
  for (const Described& purpose : agreement.purposes) purposes.points.push_back({purpose.key, purpose.text, {}});
  chapter.lines.push_back(std::move(purposes));
  return chapter;
}

std::string areas(const DeskSpec& desk) {
  if (desk.serves.empty()) return "anywhere";
  std::vector<std::string> names;
  for (const std::uint32_t area : desk.serves) names.push_back(contract::area_name(area));
  return listed(names);
}

Line party_line(const Agreement& agreement, const PartySpec& party) {
  constexpr std::array<std::string_view, 4> capacities{"", "controller", "joint controller", "processor"};
  Line line{called(party), plain(contract::name_of(party.role)) + ", " + std::string(capacities[static_cast<std::size_t>(party.capacity)]), {}};
  if (party.competent_authority) line.text += ", competent authority under Part 3 of the Data Protection Act 2018";
  if (!party.acts_for.empty()) line.text += ", acts for " + called(agreement, party.acts_for);
  std::vector<std::string> signs;
  for (const std::string& role : party.signs) signs.push_back(plain(role));
  line.points.push_back({"Signed by its", listed(signs), {}});
  for (const DeskSpec& desk : party.desks) {
    line.points.push_back({"Desk " + desk.name, plain(contract::name_of(desk.role)) + "; serves " + areas(desk) + "; staffed " +
                                                    (desk.staffed_always ? "at every hour" : "in office hours") +
                                                    (desk.personnel == Personnel::NamedAndVetted ? "; named and vetted people" : ""),
                           {}});
  }
  return line;
}

Chapter parties(const Agreement& agreement) {
  Chapter chapter{"Who is party to it", {}, {}, {}};
  chapter.lines.push_back({"", "A desk reads; the party whose desk it is answers in law.", {}});
  for (const PartySpec& party : agreement.parties) chapter.lines.push_back(party_line(agreement, party));
  return chapter;
}

Chapter law(const Agreement& agreement, const lawful::Tables& tables) {
  Chapter chapter{"Law", {}, {}, {}};
  chapter.lines.push_back({"", "Both sides of a disclosure need a basis. A row marked * was not compared with the text of the statute.", {}});
  for (const LawBasis& basis : agreement.law) chapter.lines.push_back(basis_line(basis, tables));
  return chapter;
}

Chapter settings(const Agreement& agreement) {
  const Settings& said = agreement.settings;
  Chapter chapter{"What its words mean", {}, {}, {}};
  if (said.dash_high) {
    chapter.lines.push_back({"High risk", std::to_string(*said.dash_high) + " or more of 24 answers of the DASH assessment, or judged so", {}});
    chapter.lines.push_back({"Medium risk", std::to_string(*said.dash_medium) + " or more of 24, or judged so", {}});
  }
  if (said.escalation)
    chapter.lines.push_back({"Escalation", std::to_string(said.escalation->incidents) + " incidents within " + text::to_text(said.escalation->within), {}});
  if (said.repeat_counts_from) {
    chapter.lines.push_back({"A repeat", "the same two people again within " + text::to_text(said.repeat_within) + " of the last " +
                                             (*said.repeat_counts_from == CountsFrom::LastReferral ? "referral" : "conference"), {}});
  }
  if (said.adult_from) chapter.lines.push_back({"An adult", "is " + std::to_string(*said.adult_from) + " or older", {}});
  chapter.lines.push_back({"Conditions", "A condition holds only where what it asks is known to be so. A prohibition applies unless it is known not to.", {}});
  return chapter;
}

Chapter articles(const Agreement& agreement, const lawful::Tables& tables, bool duties) {
  Chapter chapter{duties ? "What must be shared" : "What may be shared", {}, {}, {}};
  if (duties) chapter.lines.push_back({"", "No consent setting switches these off.", {}});
  for (const Clause& clause : agreement.clauses) {
    if (clause.duty == duties) chapter.articles.push_back(clause_article(agreement, tables, clause));
  }
  return chapter;
}

Chapter prohibitions(const Agreement& agreement) {
  Chapter chapter{"What is never shared", {}, {}, {}};
  for (std::size_t i = 0; i < agreement.nevers.size(); ++i) chapter.articles.push_back(never_article(agreement, i));
  return chapter;
}

Chapter emergencies(const Agreement& agreement) {
  Chapter chapter{"In an emergency", {}, {}, {}};
  if (!agreement.break_glass) return chapter;
  const BreakGlass& glass = *agreement.break_glass;
  std::vector<std::string> items;
  for (std::size_t subject = 0; subject < glass.of.masks.size(); ++subject) {
    if (glass.of.masks[subject] != 0) items.push_back(items_in_words(glass.of.masks[subject]) + " " + whose(subject));
  }
  chapter.lines.push_back({"Who may open", listed(glass.who, "or"), {}});
  chapter.lines.push_back({"What", listed(items) + ", for " + text::to_text(glass.for_time), {}});
  chapter.lines.push_back({"Reason", glass.reason_required ? "must be written down" : "need not be written down", {}});
  chapter.lines.push_back({"Reviewed by", plain(glass.reviewed_by) + ", within " + text::to_text(glass.review_within), {}});
  chapter.lines.push_back({"Told", listed(glass.tell), {}});
  return chapter;
}

Chapter corrections(const Agreement& agreement) {
  Chapter chapter{"Corrections", {}, {}, {}};
  if (!agreement.corrections) return chapter;
  const Corrections& said = *agreement.corrections;
  chapter.lines.push_back({"", "A correction reaches everyone who had what it corrects.", {}});
  if (said.confirm_urgent) chapter.lines.push_back({"Confirmed", "within " + text::to_text(*said.confirm_urgent) + " where it was urgent", {}});
  if (said.confirm_routine) chapter.lines.push_back({"Confirmed", "within " + text::to_text(*said.confirm_routine) + " otherwise", {}});
  if (!said.unconfirmed.empty()) chapter.lines.push_back({"If nobody confirms", listed(said.unconfirmed, "and then") + " is told", {}});
  return chapter;
}

Chapter who_may_open_what(const Agreement& agreement) {
  return {"Who may open what", {}, {}, {matrix(agreement)}};
}

}  // namespace

Document write(const Agreement& agreement, const lawful::Tables& tables) {
  Document document;
  document.title = agreement.title;
  document.subtitle = agreement.name + ", version " + std::to_string(agreement.version);
  if (agreement.environment == directory::Environment::Test)
    document.cautions.emplace_back("A test agreement: no key of a live partnership can sign it or receive under it.");
  document.cautions.emplace_back("What is signed is the file from which this was made, byte for byte. Consistency with the law tables is no legal advice.");
  std::vector<Chapter> chapters{about(agreement), parties(agreement), settings(agreement), articles(agreement, tables, false),
                                articles(agreement, tables, true), prohibitions(agreement), who_may_open_what(agreement), law(agreement, tables),
                                emergencies(agreement), corrections(agreement), described("Security", agreement.security),
                                described("How it ends", agreement.ends), described("Contacts", agreement.contacts)};
  for (Chapter& chapter : chapters) {
    if (!chapter.lines.empty() || !chapter.articles.empty() || !chapter.tables.empty()) document.chapters.push_back(std::move(chapter));
  }
  return document;
}

std::optional<Article> write_article(const Agreement& agreement, const lawful::Tables& tables, std::string_view id) {
  if (const Clause* clause = agreement.clause(id)) return clause_article(agreement, tables, *clause);
  for (std::size_t i = 0; i < agreement.nevers.size(); ++i) {
    if (agreement.nevers[i].id == id) return never_article(agreement, i);
  }
  return std::nullopt;
}

}  // namespace concordat::policy::document
