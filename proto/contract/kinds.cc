// The messages of the kinds that are built: see contract.h.
#include "concordat/v1/consent_change.pb.h"
#include "concordat/v1/contact_preference.pb.h"
#include "concordat/v1/court_hearing.pb.h"
#include "concordat/v1/court_outcome.pb.h"
#include "concordat/v1/custody_change.pb.h"
#include "concordat/v1/health_attendance.pb.h"
#include "concordat/v1/incident.pb.h"
#include "concordat/v1/link.pb.h"
#include "concordat/v1/referral.pb.h"
#include "concordat/v1/referral_progress.pb.h"
#include "concordat/v1/risk_assessment.pb.h"
#include "concordat/v1/safeguarding_concern.pb.h"
#include "concordat/v1/victim_registration.pb.h"
#include "proto/contract/contract.h"
#include "proto/contract/reflect.h"

namespace concordat::contract {
namespace {

const Message* prototype(Kind kind) {
  switch (kind) {
    case Kind::Incident:
      return &v1::Incident::default_instance();
    case Kind::RiskAssessment:
      return &v1::RiskAssessment::default_instance();
    case Kind::Referral:
      return &v1::Referral::default_instance();
    case Kind::SafeguardingConcern:
      return &v1::SafeguardingConcern::default_instance();
    case Kind::ReferralProgress:
      return &v1::ReferralProgress::default_instance();
    case Kind::ConsentChange:
      return &v1::ConsentChange::default_instance();
    case Kind::Link:
      return &v1::Link::default_instance();
    case Kind::HealthAttendance:
      return &v1::HealthAttendance::default_instance();
    case Kind::CourtHearing:
      return &v1::CourtHearing::default_instance();
    case Kind::CourtOutcome:
      return &v1::CourtOutcome::default_instance();
    case Kind::CustodyChange:
      return &v1::CustodyChange::default_instance();
    case Kind::VictimRegistration:
      return &v1::VictimRegistration::default_instance();
    case Kind::ContactPreference:
      return &v1::ContactPreference::default_instance();
    default:
      return nullptr;
  }
}

}  // namespace

bool is_built(Kind kind) { return prototype(kind) != nullptr; }

std::unique_ptr<Message> new_event(Kind kind) {
  const Message* event = prototype(kind);
  return std::unique_ptr<Message>(event == nullptr ? nullptr : event->New());
}

Kind kind_of(const Message& event) {
  return static_cast<Kind>(event.GetDescriptor()->options().GetExtension(v1::kind));
}

}  // namespace concordat::contract
