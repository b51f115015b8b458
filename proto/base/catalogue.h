// The catalogue of refusals: every stable code that leaves a program, what it means, and what to do about it.
// One line a code; a code once published never changes its meaning. README lists it; a test checks that names are unique.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace concordat {

/// A stable code: `name` is what programs match on; `meaning` is half a sentence; `remedy` is a whole one.
struct Code {
  std::string_view name;
  std::string_view meaning;
  std::string_view remedy;
  friend bool operator==(const Code& a, const Code& b) { return a.name == b.name; }
};

namespace code {

// The session and its frames.
inline constexpr Code kFrame{"E-FRAME", "the message is not of the protocol", "Check the client's protocol version against proto/README.md."};
inline constexpr Code kLimit{"E-LIMIT", "a size or count is over its limit", "Split the input, or shorten what is named."};
inline constexpr Code kVersion{"E-VERSION", "the protocol version is not spoken here", "Upgrade the older side."};
inline constexpr Code kClient{"E-CLIENT", "the client is not in the directory, or not for this", "Have the party's entry proposed, countersigned and adopted."};
inline constexpr Code kEnvironment{"E-ENVIRONMENT", "live and test never mix", "Use keys, directory and broker of one environment."};
inline constexpr Code kDesk{"E-DESK", "the desk is not this client's", "Only the clients named in the desk's directory entry may read its mailbox."};
inline constexpr Code kSequence{"E-SEQUENCE", "the outbox sequence is not the next one", "Reconnect: the welcome says which sequence is expected."};
inline constexpr Code kBusy{"E-BUSY", "a bound was reached and nothing was done", "Wait for credit and send again."};
inline constexpr Code kStale{"E-STALE", "the peer has seen a log position that this broker cannot reproduce", "Stop; restore the newer log; page the partnership's operator."};
inline constexpr Code kUnproven{"E-UNPROVEN", "the log place said to be seen is not in this log, and not signed by this broker", "Stop; page the partnership's operator: the client's keep is damaged or of another broker, or the broker lost records and its key was replaced."};
inline constexpr Code kGone{"E-GONE", "the peer is not connected", "Connect again and begin with hello; what was accepted is durable."};
inline constexpr Code kAddress{"E-ADDRESS", "an address cannot be used", "Use tcp://host:port or ipc:///path, one that is free and reachable."};

// Events.
inline constexpr Code kSender{"E-SENDER", "the signing key is another agency's", "Sign with the key of the adapter that sends."};
inline constexpr Code kProof{"E-PROOF", "a signature or digest does not verify", "Send the stored bytes again; if it recurs, the sender's outbox is damaged."};
inline constexpr Code kAssert{"E-ASSERT", "the party may not assert this kind", "See the role's kinds in the directory; propose a change if it should."};
inline constexpr Code kLabel{"E-LABEL", "labels repeat, are not in order or name nothing known", "Seal each compartment once, in label order; update the SDK."};
inline constexpr Code kFact{"E-FACT", "a fact is unknown, out of its domain or without its item", "Update the SDK; facts are derived, never written by hand."};
inline constexpr Code kRevision{"E-REVISION", "a correction does not follow its original", "Cite the digest of the revision last accepted, and the next revision number."};
inline constexpr Code kConflict{"E-CONFLICT", "the same event id was accepted with another digest or from another party", "Send a correction with the next revision, and ids under a key of your own."};
inline constexpr Code kNoClause{"E-NO-CLAUSE", "no clause in force permits anybody to open any of it", "Nothing to mend if that is meant; otherwise amend the agreement."};
inline constexpr Code kEnded{"E-ENDED", "who it was for has ended her registration or refused it meanwhile, or whose it is has become doubtful", "Nothing to do: it is told to nobody here any more; what a person must look at is told to a desk."};
inline constexpr Code kTime{"E-TIME", "the event's time is in the future, or before 1900", "Check the clock and the dates of the source system."};

// Sealed content at a recipient.
inline constexpr Code kOpen{"E-OPEN", "a compartment does not open under its share", "Report it to the sender; the event is not filed."};
inline constexpr Code kPadding{"E-PADDING", "the padding is not of the table", "Report it to the sender; the event is not filed."};
inline constexpr Code kMismatch{"E-MISMATCH", "the facts do not follow from the content", "Report it to the sender; the event is not filed."};
inline constexpr Code kField{"E-FIELD", "a field is unknown or lies in the wrong item", "Report it to the sender; the event is not filed."};
inline constexpr Code kGrant{"E-GRANT", "what was handed over is not what the decision grants", "Nothing of it is filed and the session begins anew; page the partnership's operator."};
inline constexpr Code kLacking{"E-LACKING", "this desk lacks what the delivery is opened or proven with", "Install what is named (exchange key, newer directory, newer program); the delivery comes again, and once it is parked after `concordat mailbox retry`."};
inline constexpr Code kBox{"E-BOX", "a box is not for this key, session or delivery", "Reconnect, so that session keys are agreed anew; if it recurs, page the partnership's operator."};

// Keys, directory, agreements.
inline constexpr Code kProcess{"E-PROCESS", "the process cannot be made safe for secrets", "Run it on a system with getrandom, setrlimit and prctl allowed."};
inline constexpr Code kKeyFile{"E-KEY-FILE", "a key file cannot be used", "Make it with `concordat keys new`; it must be readable by its owner alone."};
inline constexpr Code kDemonstration{"E-DEMONSTRATION", "a demonstration key meets a production program", "Make keys of the party's own."};
inline constexpr Code kDirectory{"E-DIRECTORY", "the directory is not consistent", "Mend the named entry and propose it again."};
inline constexpr Code kQuorum{"E-QUORUM", "too few valid signatures", "Have the parties named sign it."};
inline constexpr Code kRollback{"E-ROLLBACK", "the directory is older than the one known", "Fetch the newest directory."};
inline constexpr Code kYaml{"E-YAML", "the file is not the YAML that is accepted", "Mend the place named."};
inline constexpr Code kWord{"E-WORD", "a word is not of the vocabulary", "Use the nearest right word."};
inline constexpr Code kMeaning{"E-MEANING", "the agreement contradicts itself or the directory", "Mend the clause named."};
inline constexpr Code kLaw{"E-LAW", "the agreement is not consistent with the law tables", "Name a basis that covers the item, or take the item out."};
inline constexpr Code kConfig{"E-CONFIG", "the configuration is wrong", "Mend the key named; --check-config tries it."};
inline constexpr Code kUsage{"E-USAGE", "the command's words are wrong", "See --help."};

// The store.
inline constexpr Code kStore{"E-STORE", "the store failed", "The broker stops; see its log, mend the disk, start it again."};
inline constexpr Code kFenced{"E-FENCED", "another broker writes this store", "Stop one of them."};
inline constexpr Code kChain{"E-CHAIN", "the log is not whole", "Do not start; restore from a copy and compare with the checkpoint."};
inline constexpr Code kCipher{"E-CIPHER", "stored bytes do not decrypt", "Check that the key file or key ring belongs to this store; otherwise restore it from a copy."};
inline constexpr Code kErased{"E-ERASED", "the content was destroyed on purpose", "Nothing to do: its retention ended."};
inline constexpr Code kClock{"E-CLOCK", "the broker's clock and its machine's disagree, and what is sent may be of now", "Nothing to do for the sender, who tries again; the operator sets the machine's clock right, or restarts the broker once it is."};
inline constexpr Code kDisk{"E-DISK", "the disk is nearly full", "Make room; until then only acknowledgements and erasures are taken."};
inline constexpr Code kRing{"E-RING", "the key ring is not whole", "Do not start; restore the ring's folder from its newest copy, and the ring key."};

// Inputs of adapters.
inline constexpr Code kInput{"E-INPUT", "an input cannot be read", "Correct it at its source and offer it again."};
inline constexpr Code kValue{"E-VALUE", "a value is not of its field's form", "Correct it at its source and offer it again."};
inline constexpr Code kMapping{"E-MAPPING", "the mapping file does not fit", "Mend the column or field named."};
inline constexpr Code kTestData{"E-TEST-DATA", "the source marks this as test data", "Nothing to do in live; a test broker takes it."};
inline constexpr Code kKeep{"E-KEEP", "the adapter's own file failed", "Mend the disk or restore the file; inputs that were not taken stay where they are."};
inline constexpr Code kUnaccepted{"E-UNACCEPTED", "an urgent event is not accepted yet", "See whether the broker can be reached; ring the recipient meanwhile."};
inline constexpr Code kSilent{"E-SILENT", "a feed has brought nothing for longer than it should", "See whether the source system still exports."};
inline constexpr Code kUnreleasable{"E-UNRELEASABLE", "an event may be urgent or mandatory, and no clause in force here could release it", "Tell by hand who must know; see that the agreements here are those of the broker, have not ended, and leave somebody to tell."};
inline constexpr Code kRiskWaiting{"E-RISK-WAITING", "an input with a risk assessment is in quarantine", "Mend it and offer it again at once; ring the recipient meanwhile."};
inline constexpr Code kQuarantineOld{"E-QUARANTINE-OLD", "inputs have been in quarantine for too long", "`quarantine list` names them: mend and retry them, or discard them."};
inline constexpr Code kServed{"E-SERVED", "another process serves with this keep", "Stop one of them, or give each a keep, a client and an adapter of its own."};
inline constexpr Code kOutput{"E-OUTPUT", "what was to be printed could not be written", "Make room, or print elsewhere, and run it again."};

// A desk's own rules.
inline constexpr Code kDeclared{"E-DECLARED-CONFLICT", "the person has declared a conflict with somebody in the event", "Have a colleague without one take it."};
inline constexpr Code kProgress{"E-PROGRESS", "the step does not fit the event or lacks its reason", "Accept, decline or act once it is read; say why it is declined."};

// Alarms: nothing was refused, somebody must look.
inline constexpr Code kNobodyTold{"A-NOBODY-TOLD", "an event was accepted and nobody could be told", "Decide by hand who must know, and have the agreement or the area table mended."};
inline constexpr Code kRefusedEvent{"A-REFUSED", "an event was refused", "See its code; correct it at its source and send it again."};
inline constexpr Code kUnread{"A-UNREAD", "nobody has read an event in time", "Ring the desk; see `concordat event explain`."};
inline constexpr Code kNotActed{"A-NOT-ACTED", "nobody has acted on an event in time", "Ring the desk; see `concordat event explain`."};
inline constexpr Code kParked{"A-PARKED", "a delivery waits for a person: tried too often without an acknowledgement, or no clause lets the desk open any of it now", "See the reason; mend the desk's program, or let it rest; `concordat mailbox retry` offers it again."};
inline constexpr Code kRejected{"A-REJECTED", "a recipient could not use what it was given", "See the code; the sender's mapping or keys need mending."};
inline constexpr Code kMergeSuspected{"A-MERGE", "identifiers of one person lead to two people", "A person decides at the source; send a link or a correction."};
inline constexpr Code kClockStepped{"A-CLOCK", "the broker's clock jumped forward", "Check the machine's time; destruction waits until it is confirmed."};
inline constexpr Code kSuperseded{"A-SUPERSEDED", "an event that this desk had was corrected or withdrawn, and the correction is not for it", "Stop relying on it; ask the sender."};
inline constexpr Code kDoubted{"A-DOUBTED", "whose news this event is has become doubtful since this desk was told: a registration came, was changed or withdrawn, or people were joined", "Tell nobody more of it until a person has found out whose it is, and whether somebody was told who should not have been."};

// Reading what is there.
inline constexpr Code kNotFound{"E-NOT-FOUND", "there is no such thing, or not for you", "Check the identifier."};

}  // namespace code
}  // namespace concordat
