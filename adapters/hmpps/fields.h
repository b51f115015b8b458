// Which field of a message becomes which field of the contract: what the readers write by and the README's table is made of.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/hmpps/message.h"
#include "adapters/hmpps/tables.h"
#include "adapters/sdk/draft.h"
#include "adapters/sdk/input.h"

namespace concordat::hmpps {

struct Field {
  std::string_view source;  ///< Path in the message.
  std::string_view path;    ///< As Draft::set.
  std::string_view note = {};
};

// Of a movement.
inline constexpr Field kNoms{"additionalInformation.nomsNumber", "alleged_perpetrator.custody_identifiers.noms", "else personReference.identifiers of type NOMS; the two may not differ"};
inline constexpr Field kCrn{"personReference.identifiers[type=CRN]", "alleged_perpetrator.custody_identifiers.crn"};
inline constexpr Field kAt{"occurredAt", "custody.at", "obligatory; also the time of the event"};
inline constexpr Field kMovement{"additionalInformation.nomisMovementReasonCode, reason, currentLocation", "custody.movement", "by the table of movements"};
inline constexpr Field kCode{"additionalInformation.nomisMovementReasonCode", "custody.movement_code", "else the one in `details`: \"Movement reason code NCS\""};
inline constexpr Field kReason{"additionalInformation.reason", "custody.reason", "if it is a code"};
inline constexpr Field kPrison{"additionalInformation.prisonId", "place.prison", "if it is a prison's code: not OUT, not TRN"};
inline constexpr Field kMovementFields[] = {kNoms, kCrn, kAt, kMovement, kCode, kReason, kPrison};

// Of a planned release.
inline constexpr Field kOffender{"offenderNo", "alleged_perpetrator.custody_identifiers.noms"};
inline constexpr Field kConfirmed{"sentenceDetail.confirmedReleaseDate", "custody.at", "release_planned; no other date of the calculation is one that somebody confirmed"};
inline constexpr Field kAgency{"agencyLocationId", "place.prison"};
inline constexpr Field kPlannedFields[] = {kOffender, kConfirmed, kAgency};

/// A prison's code, and not one of those that stand for no place.
bool is_prison(std::string_view text);

/// An answer of the prisons' system about one prisoner's dates.
bool is_planned(const read::Json& body);
/// A planned release, or that there is none any more.
sdk::Input read_planned(sdk::Input input, const read::Json& body, bool in_bulk);
inline constexpr std::string_view kPlannedReference = "/release_planned";
/// The end of a movement's reference while its code is not said.
inline constexpr std::string_view kWithoutCode = "/-";

/// Splitting is how the contract checks an event: better here, with the line, than at the outbox.
void check(sdk::Input& input);

sdk::Input refused(sdk::Input input, std::string_view field, Error error);

}  // namespace concordat::hmpps
