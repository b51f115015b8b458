// The agreement that the bench runs under: three clauses that grant three desks 8, 4 and 2 of the bench event's ten
// compartments, none of which stays home. Not part of any partnership.
#pragma once

#include <string_view>

namespace concordat::bench {

inline constexpr std::string_view kBenchAgreement = R"(agreement: cheshire-east/bench
title: What the bench measures
version: 1
environment: test
in_force: {from: 2020-01-01, review_by: 2098-12-31, until: 2099-12-31}
owner: cheshire-east-council/marac
parties:
  cheshire-constabulary:
    {role: police, capacity: controller, competent_authority: true, discloses_under: police-discloses, signs: [chief_officer]}
  cheshire-east-council:
    role: local_authority
    capacity: controller
    signs: [caldicott_guardian]
    desks:
      idva: {role: idva, serves: [E06000049], staffed: always}
      marac: {role: marac_coordinator, serves: [E06000049], staffed: office_hours}
      checs: {role: children_safeguarding, serves: [E06000049], staffed: always}
      unplaced: {role: fallback, serves: anywhere, staffed: always}
settings: {dash_high: 14, dash_medium: 10}
purposes:
  high-risk: Protect people at high risk of serious harm from domestic abuse, and their children
law:
  police-discloses: {regime: part_3, leaves_by: dpa-2018-s36-4, authorised_by: [crime-and-disorder-act-1998-s115]}
  council-receives: {regime: uk_gdpr, article_6: e, article_9: [g], article_10: dpa-2018-s10-5, schedule_1: [10, 18]}
clauses:
  - id: eight-to-idva
    share: [risk_assessment]
    from: cheshire-constabulary
    to: {desk: idva, serving: victim.residence, if_none: unplaced}
    when: {risk: {at_least: high}}
    purpose: high-risk
    gateway: [crime-and-disorder-act-1998-s115]
    law: {discloser: police-discloses, recipient: council-receives}
    items:
      victim: [name, date_of_birth, home_address, safe_contact, language_and_needs, risk_answers]
      child: [name, date_of_birth]
    facts: [risk_score, judgement]
    consent: {need: not_needed, why: the people in it are invented}
    deliver: {lane: urgent, read_within: 1d, act_within: 2d, clock: always, then: [marac, unplaced]}
    keep: {for: 1y, from: case_closed, then: erase}
    onward: {to: [marac], of: same_items, else: ask_sender}
  - id: four-to-marac
    like: eight-to-idva
    to: {desk: marac, serving: victim.residence, if_none: unplaced}
    items:
      victim: [name, risk_answers]
      alleged_perpetrator: [name, warning_markers]
    deliver: {lane: routine, read_within: 1d, act_within: 2 working days, then: [unplaced]}
    onward: {to: [idva], of: same_items, else: ask_sender}
  - id: two-to-checs
    like: eight-to-idva
    to: {desk: checs, serving: victim.residence, if_none: unplaced}
    items: {child: [name, date_of_birth]}
    deliver: {lane: routine, read_within: 1d, act_within: 2 working days, then: [unplaced]}
)";

}  // namespace concordat::bench
