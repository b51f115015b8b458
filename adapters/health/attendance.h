// An attendance as its messages have told it so far: kept, encrypted, from one message to the next, and no more of it than is mapped.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/health/hl7.h"
#include "adapters/health/rules.h"
#include "proto/base/bytes.h"
#include "proto/base/time.h"

namespace concordat::health {

inline constexpr std::size_t kKeptBytesMax = 64u << 10;  ///< Of one attendance.

/// What was told of her word on one purpose.
struct ToldConsent {
  std::uint8_t state = 0;  ///< ConsentState's number.
  Instant said{};
};

struct Attendance {
  std::string reference;   ///< Of its events: the one that it was first told under.
  std::string moved_to;    ///< Not empty: what is kept under this name is kept under that one.
  std::string facility;    ///< MSH-4.
  Instant first_seen{};
  Instant began{};         ///< When the first message says that something happened, where there is no PV1-44.
  Instant newest{};        ///< MSH-7 of the newest message.
  bool published = false;  ///< It was told, and stands.
  bool assessed = false;   ///< So was a risk assessment.
  bool cancelled = false;
  bool in_bulk = false;
  bool came = false;       ///< She was there: registered, admitted or moved, and not only expected.
  bool registered = false; ///< She came (A04), and not for the ward, before any admission.
  bool admitted = false;   ///< After that (A01, A06).
  Instant admission_cancelled{};             ///< MSH-7 of the A11 that took that back.
  std::optional<hl7::Segment> before_admission;  ///< PV1 as it was.
  std::map<std::string, ToldConsent> told_consents;  ///< By purpose: of which a ConsentChange stands.
  std::vector<hl7::Segment> segments;

  const hl7::Segment* first(std::string_view name) const;
};

/// What a newer message says, on what was said before. A field that it leaves out stays, `""` clears it. PID, PD1, PV1, PV2 and a
/// single Z segment merge field by field. Observations of one question and sub-id, diagnoses of one type (DG1-6) and all others of
/// one name take the place of those before, all together; a diagnosis with an action code (DG1-21) by itself. An older message only
/// fills what is empty.
void merge(Attendance& kept, const hl7::Message& message, bool older);

/// Drops every segment and field that nothing is made of.
void keep_mapped(Attendance& kept, const Rules& rules);

Bytes encode(const Attendance& kept);
/// E-KEEP, Corrupt, if the bytes are none that encode() wrote.
Result<Attendance> decode(ByteView bytes);

// ---- who and which -----------------------------------------------------------------------------------------------------

/// One of PID-3 or MRG-1.
struct Identifier {
  std::string id, authority, type;  ///< Normal; an NHS number has authority NHS.
  friend bool operator==(const Identifier&, const Identifier&) = default;
};
/// Is it an NHS number, by its authority and type? A hospital's own number has ten digits that pass once in eleven times, and an
/// "NHS Trust" to issue it: that is none.
bool is_nhs(const std::string& authority, const std::string& type);
std::vector<Identifier> identifiers(const hl7::Segment* segment, std::size_t field);
/// May they be the same number? Yes unless their authorities or types differ.
bool same(const Identifier& a, const Identifier& b);
/// True if the two say different numbers of one authority and type, and no number in common: they are two patients.
bool different_patients(const std::vector<Identifier>& a, const std::vector<Identifier>& b);

}  // namespace concordat::health
