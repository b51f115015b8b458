// The demonstration's parties as plans, in the words of proto/directory/README.md.
#pragma once

#include <array>
#include <string_view>

namespace concordat::demo {

inline constexpr std::string_view kPartnership = "cheshire-east";
inline constexpr std::string_view kBroker = "cheshire-east-broker";

struct Plan {
  std::string_view text;
  bool links;  ///< Holds the linkage key: its adapters make tokens.
};

inline constexpr std::array kPlans{
    Plan{R"(party: cheshire-constabulary
title: Cheshire Constabulary (demonstration)
partnership: cheshire-east
environment: test
demonstration: yes
role: police
signatories: [chief_officer, data_protection_officer]
asserts: [incident, risk_assessment, referral, safeguarding_concern, consent_change, referral_progress, link, victim_registration, contact_preference]
desks:
  control: {role: police, serves: anywhere, staffed: always}
  notify: {role: notification, serves: anywhere, staffed: always}
  witness-care: {role: witness_care, serves: anywhere, staffed: office_hours}
adapters:
  incidents: {alarms: control}
  cases: {alarms: control}
  registrations: {alarms: witness-care}
clients:
  registrations: {publishes: [registrations]}
  notify: {reads: [notify]}
  witness-care: {reads: [witness-care]}
  incidents: {publishes: [incidents]}
  cases: {publishes: [cases]}
  control: {reads: [control]}
)",
         true},
    Plan{R"(party: cheshire-east-council
title: Cheshire East Council (demonstration)
partnership: cheshire-east
environment: test
demonstration: yes
role: local_authority
signatories: [senior_information_risk_owner, caldicott_guardian]
asserts: [safeguarding_concern, referral_progress]
desks:
  idva: {role: idva, serves: [E06000049], staffed: always, alternative: cheshire-east-council/marac}
  marac: {role: marac_coordinator, serves: [E06000049], staffed: office_hours}
  checs: {role: children_safeguarding, serves: [E06000049], staffed: always}
  adults: {role: adult_safeguarding, serves: [E06000049], staffed: office_hours}
  unplaced: {role: fallback, serves: anywhere, staffed: always}
clients:
  idva: {reads: [idva]}
  marac: {reads: [marac]}
  checs: {reads: [checs]}
  adults: {reads: [adults]}
  unplaced: {reads: [unplaced]}
)",
         true},
    Plan{R"(party: mid-cheshire-hospitals
title: Mid Cheshire Hospitals (demonstration)
partnership: cheshire-east
environment: test
demonstration: yes
role: hospital
signatories: [caldicott_guardian]
asserts: [risk_assessment, health_attendance, safeguarding_concern, consent_change, referral_progress, link]
desks:
  emergency: {role: hospital, serves: anywhere, staffed: always}
adapters:
  attendances: {alarms: emergency}
clients:
  attendances: {publishes: [attendances]}
  emergency: {reads: [emergency]}
)",
         true},
    Plan{R"(party: my-cwa
title: My CWA (demonstration)
partnership: cheshire-east
environment: test
demonstration: yes
role: support_service
signatories: [chief_executive]
asserts: [referral_progress, safeguarding_concern]
desks:
  support: {role: support_service, serves: anywhere, staffed: always, acts_for: [cheshire-east-council]}
clients:
  support: {reads: [support]}
)",
         true},
    Plan{R"(party: hmcts
title: HM Courts and Tribunals Service (demonstration)
partnership: cheshire-east
environment: test
demonstration: yes
role: court
signatories: [data_protection_officer]
asserts: [court_hearing, court_outcome]
desks:
  listing: {role: court, serves: anywhere, staffed: office_hours}
adapters:
  results: {alarms: listing}
clients:
  results: {publishes: [results]}
  listing: {reads: [listing]}
)",
         true},
    Plan{R"(party: hmpps
title: HM Prison and Probation Service (demonstration)
partnership: cheshire-east
environment: test
demonstration: yes
role: prison
signatories: [data_protection_officer]
asserts: [custody_change, link]
desks:
  custody: {role: prison, serves: anywhere, staffed: always}
adapters:
  movements: {alarms: custody}
clients:
  movements: {publishes: [movements]}
  custody: {reads: [custody]}
)",
         true},
    // A party that is never shown where somebody lives: the demonstration says so each time.
    Plan{R"(party: lifeline
title: Lifeline (demonstration)
partnership: cheshire-east
environment: test
demonstration: yes
role: perpetrator_programme
signatories: [chief_executive]
desks:
  programme: {role: perpetrator_programme, serves: anywhere, staffed: office_hours}
clients:
  programme: {reads: [programme]}
)",
         false},
};

}  // namespace concordat::demo
