// PLANTED(bug): false, always. Only the tests compile decide with bugs that they switch on, to see that each is caught.
#pragma once

#ifdef CONCORDAT_PLANTED
namespace concordat::policy {
enum class Planted {
  None,
  NeverIgnored,
  UnknownIsTrue,
  DropACondition,
  ConsentIgnored,
  LaxestTerms,
  RoleMaskWrong,
  DutyNeedsConsent,
  FreeTextIsPlain,
  SuspendedIsTold,
  ConflictIgnored,
  FallbackForgotten,
  EndedStillInForce,
  AnyAlternative,
  VictimsAreOne,
  AreasAreOne,
  OnwardPastNever,
  AlarmForgotten,
  RegistrationUnasked,
  RegistrationAnywhere,
};
extern Planted planted;
}  // namespace concordat::policy
#define PLANTED(bug) (::concordat::policy::planted == ::concordat::policy::Planted::bug)
#else
#define PLANTED(bug) false
#endif
