// Events as messages and as compartments: split a message into one standalone message per (person or case, item, part),
// join compartments that were opened back into a message, and check that the facts follow from the content. DESIGN 1.2
// to 1.4.
//
// A compartment of a person holds a Person without number and roles; a compartment of the case holds a message of the
// event's kind without people. proto/schema/README.md is the page of the contract. No function here keeps state or
// locks; each may be called from any thread. Errors name fields and facts by the schema's words and never quote a
// value.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "proto/base/result.h"
#include "proto/base/time.h"
#include "proto/contract/facts.h"
#include "proto/contract/vocabulary.h"
#include "proto/seal/seal.h"

namespace google::protobuf {
class Message;
}

namespace concordat::contract {

using Message = google::protobuf::Message;

inline constexpr std::uint16_t kSchemaVersion = 1;
inline constexpr std::size_t kTextBytesMax = 4u << 10;           ///< Of one text field.
inline constexpr std::size_t kFreeTextBytesMax = 32u << 10;      ///< Of one text field in an item of free text.
inline constexpr std::size_t kRepeatedMax = 200;                 ///< Elements of one repeated field.
inline constexpr std::size_t kPartBytes = 16u << 10;             ///< Above it, repeated elements go to a further part.
inline constexpr std::size_t kCompartmentBytesMax = 128u << 10;  ///< Of one compartment's content.

/// Kinds that have a message: only these can be split and joined.
bool is_built(Kind kind);
/// An empty message of a kind; nothing for a kind that is not built.
std::unique_ptr<Message> new_event(Kind kind);
/// Unspecified if it is not the message of a kind.
Kind kind_of(const Message& event);

/// The compartments of an event in label order, each with its derived facts (on part 0) and its content. `event` is a
/// message of a kind with the numbers and roles of its people set; `happened` is the header's time, from which ages are
/// counted. E-VALUE: a person without number, role or anything said of it; two with one number; an enum at UNSPECIFIED;
/// text not UTF-8. E-FIELD: an unknown field or enum value, or a message that is no event. E-LIMIT: a bound above,
/// kPeopleMax or seal::kLeavesMax. Cost: the event is serialised once and cut; about 1 µs a compartment.
Result<std::vector<seal::Plain>> split(const Message& event, Instant happened);

/// The message that these compartments make, in whatever order they come: people in number order, with numbers and
/// roles from the labels. What is withheld is simply not there; the labels say what was opened. E-LABEL: labels repeat,
/// disagree on a person's roles, or name nothing known. E-FIELD: bytes that are not of the schema, an unknown field or
/// enum value, a field of another item, a singular field twice or in a part other than 0, or a header field. E-VALUE:
/// an enum at UNSPECIFIED, text not UTF-8. E-LIMIT.
Result<std::unique_ptr<Message>> join(Kind kind, std::span<const seal::Plain> opened);

/// True if each compartment's facts are exactly those that follow from its content; else E-MISMATCH with the numbers of
/// the facts that differ. E-FIELD and E-LABEL as join. Needs no other compartment than those opened.
Result<bool> check_facts(Kind kind, std::span<const seal::Plain> opened, Instant happened);

/// All facts of an event that was not sealed yet, for deciding before sealing: those of `plains` and the event's own.
Result<FactSet> facts_of(std::span<const FactEntry> event_facts, std::span<const seal::Plain> plains);

}  // namespace concordat::contract
