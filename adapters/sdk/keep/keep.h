// What an adapter or a desk's program must not forget: outbox, inputs seen, quarantine, own state, queues and counters,
// in one SQLite file whose content is encrypted under the agency's own key (KeyPurpose::Outbox).
//
// Everything that follows from one input is one Changes value and one transaction: after a crash an input has either
// taken effect whole or not at all, and offering it again changes nothing. Synchronous: commit() returns when the disk has
// it (WAL, synchronous=FULL). One thread an object; another process may open the same file (the command line does), but only
// one may serve with it: see serve().
//
//     waiting --record_batch--> sent --record_results--> accepted   (bytes and secret erased, place in the log kept)
//                                                   \--> refused    (moved to quarantine; its input may be offered again)
//
// Numbers that hold: outbox sequences count from 1 without gaps within an outbox epoch; a batch is a run of sequences;
// an event's bytes and secret are stored once and never change while it waits.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sdk/keep/database.h"
#include "proto/base/entropy.h"
#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/base/time.h"
#include "proto/seal/box.h"
#include "proto/seal/seal.h"

namespace concordat::keep {

inline constexpr std::uint64_t kFirstSequence = 1;

/// Bounds of the file. Reaching one is Busy: nothing was done and the feed waits. But in quarantine the oldest entries give way.
struct Limits {
  std::uint64_t outbox_events_max = 100'000;
  std::uint64_t outbox_bytes_max = 512ull << 20;
  std::uint64_t quarantine_max = 100'000;
  std::uint64_t queue_max = 10'000;  ///< Of each queue.
  std::uint64_t inputs_bytes_max = 1ull << 30;  ///< Of inputs kept as they came; then the oldest give way.
};

/// Whose word an input is: the system it came from and that system's reference. Stored as a keyed hash only.
struct InputKey {
  std::string system;
  std::string reference;
};

/// One revision of an input that was taken: what it said (keyed hash) and which event it became.
struct Seen {
  std::uint32_t revision = 0;
  Digest content;
  EventId event;
  Digest digest;           ///< Of the event; none when it was kept home.
  bool kept_home = false;  ///< No clause could release it, so nothing was sealed.
  bool history = false;    ///< A back-load brought it: the next one may correct it, as any feed may.
  Instant at{};            ///< When it was taken. commit() sets it.
};

/// An event ready to leave.
struct Outgoing {
  EventId event;
  Digest digest;
  Bytes bytes;             ///< Encoded wire::Event, sealed: sent byte for byte.
  seal::EventSecret secret;
  bool urgent = false;
  std::string origin;      ///< "incidents.csv": the file that a person is told of when it is refused,
  std::uint64_t line = 0;  ///< and the line in it; 0: the whole of it.
  InputKey input;
};

/// An input that could not be taken, or an event that was refused, with what a person needs to mend it.
struct Quarantine {
  std::string code;         ///< Of the catalogue.
  std::string file;
  std::uint64_t line = 0;   ///< 0: of the whole file.
  std::string field;
  std::string remedy;
  Bytes raw;                ///< The input as it came; encrypted like all the rest. Of an event: its input's, if that is kept.
  Bytes context{};          ///< What has to stand before `raw` so that it reads by itself: the header of a CSV file.
  std::uint64_t begins = 0; ///< The line of the file that `raw` begins on.
  bool whole = false;       ///< `raw` is all of it: it can be read again.
  bool risk = false;        ///< It may tell of high risk. In clear.
  bool refused = false;     ///< An event, which the broker refused; `raw` is of its input.
  std::string reference{};  ///< The source's, if it could be read.
  std::optional<Instant> since{};  ///< It comes of an older entry, and is as old as that.
};
struct Quarantined {
  std::uint64_t id = 0;
  Instant at;
  Quarantine what;
};
/// Who put an entry aside without mending it, and why. Kept without the input.
struct Discarded {
  std::uint64_t id = 0;
  Instant at;
  std::string code, file;
  std::uint64_t line = 0;
  std::string person, reason;
};
/// Entries of which it is time to speak (again).
struct Overdue {
  std::uint64_t entries = 0, newly = 0;  ///< That are old; of those, that were not spoken of in time.
  Instant oldest{};
};

/// An input as it was taken, kept so that it can be read again: what a mapping got wrong, or a broker refused.
struct Taken {
  std::string version;      ///< Of the mapping that read it. In clear.
  std::string file;
  std::string reference;
  std::uint64_t begins = 0;
  Bytes context, raw;       ///< As in Quarantine.
  Bytes about;              ///< The caller's own: what the input came to.
  std::vector<InputKey> keys{};  ///< Whose newest word it is. An input that is nobody's newest word any more is not kept.
};
struct TakenInput {
  std::uint64_t id = 0;
  Instant at;
  Taken what;               ///< Without its keys.
};

/// Everything that follows from one input.
struct Changes {
  std::vector<Outgoing> outgoing;
  std::vector<std::pair<InputKey, Seen>> seen;
  std::vector<Quarantine> quarantined;
  std::vector<std::pair<std::uint64_t, Quarantine>> still_quarantined;  ///< Entries that were tried again; their age stays. Those that are gone stay so.
  std::vector<std::uint64_t> released;                ///< Entries that are taken out.
  std::vector<Discarded> discarded;                   ///< Taken out as well, and remembered. `at`, code, file and line are the entry's.
  std::vector<Taken> taken;
  std::map<std::string, std::optional<Bytes>> state;  ///< Key to new value; nothing erases.
  std::map<std::string, Instant> until;               ///< Of keys in `state`: when forget_outlived() may forget them; without: never.
  std::map<std::string, std::uint64_t> counted;       ///< Added to counters. Names are not personal data.
  std::vector<std::pair<std::string, Bytes>> queued;  ///< (queue, message).
};

/// An event of the outbox as the publisher reads it.
struct Pending {
  std::uint64_t sequence = 0;
  EventId event;
  Digest digest;
  Bytes bytes;
  seal::EventSecret secret;
  Instant queued;
  bool urgent = false;
};
/// A batch that was signed and has no answer yet. `envelope` is what the publisher stored: everything but the events.
struct SentBatch {
  std::uint64_t first_sequence = 0;
  Bytes envelope;
  std::vector<Pending> events;
};
/// The answer to one event of a batch, in order.
struct Answer {
  bool accepted = false;
  Sequence place = 0;      ///< In the log, when accepted.
  std::string code;        ///< When refused.
  std::string remedy;      ///< What the broker says of it; the quarantine adds the catalogue's remedy.
};
struct OutboxCounts {
  std::uint64_t waiting = 0, sent = 0, accepted = 0, refused = 0;
};

class Keep;

/// Several commits that are on the disk together or not at all. One at a time. The keep must outlive it.
class Together {
 public:
  ~Together();  ///< Takes all of it back unless it was committed.
  Together(Together&&) noexcept;
  Together& operator=(Together&&) = delete;
  /// Returns when the disk has them. After an error none of them happened.
  Result<int> commit();
  /// False once a disk that failed (full, broken) has taken back all of them at a commit that did not say so: nothing more belongs to it.
  bool holds() const;

 private:
  friend class Keep;
  Together(Keep& keep, Transaction transaction);
  Keep* keep_;
  std::unique_ptr<Transaction> transaction_;
  std::uint64_t next_sequence_;
};

class Keep {
 public:
  /// Opens or creates. A new file gets a random outbox epoch. E-KEEP: Corrupt if the key is another's or the content fails
  /// its checks. `entropy` must outlive the Keep.
  static Result<std::unique_ptr<Keep>> open(const std::string& path, const seal::SymmetricKey& key, Limits limits, Entropy& entropy,
                                            FaultHook hook = {});
  ~Keep();

  /// Before a session: this process alone serves with the file until the Keep is gone. E-SERVED if another one does. Two would
  /// number the same outbox and answer for one another.
  Result<int> serve();

  /// All or nothing. Busy (E-BUSY) when a bound would be passed. Quarantining the same raw input twice keeps one entry.
  Result<int> commit(const Changes& changes, Instant now);
  /// What is committed from now on is on the disk when Together::commit() returns: one sync for many inputs, and a page that several of
  /// them change is written once. Until then it is read as if it were there. A commit that fails takes back itself alone, as long as Together::holds().
  Result<Together> together();

  // ---- inputs seen ----
  /// The newest revision taken of an input; nothing if it is new.
  Result<std::optional<Seen>> seen(const InputKey& input);
  /// True if an earlier revision than the newest had this content.
  Result<bool> seen_before(const InputKey& input, const Digest& content);
  /// Keyed hash of an input's content, for Seen::content.
  Digest content_hash(ByteView content) const;
  /// A number that is random to others and the same for us, e.g. of a person in an event.
  Digest private_hash(std::string_view purpose, ByteView what) const;

  // ---- outbox ----
  OutboxEpoch epoch() const { return epoch_; }
  std::uint64_t next_sequence() const { return next_sequence_; }
  /// The oldest waiting events, in order: at most `events_max`, together at most `bytes_max` but always one if there is one.
  Result<std::vector<Pending>> waiting(std::size_t events_max, std::size_t bytes_max);
  /// The events [first, first + count) were signed as a batch: they become `sent` and the envelope is stored.
  Result<int> record_batch(std::uint64_t first, std::size_t count, ByteView envelope);
  /// Replaces the envelope of a batch whose secrets had to be boxed to a newer broker key.
  Result<int> replace_envelope(std::uint64_t first, ByteView envelope);
  /// Batches without an answer, oldest first.
  Result<std::vector<SentBatch>> unanswered();
  /// The broker's answers to the batch at `first`. Accepted events lose bytes and secret; refused ones go to quarantine
  /// and their input is forgotten. `state` changes in the same transaction. Answering twice changes nothing.
  Result<int> record_results(std::uint64_t first, const std::vector<Answer>& answers,
                             const std::map<std::string, std::optional<Bytes>>& state, Instant now);
  /// A broker that knows more of this epoch than we do means that this file is an old copy: a new epoch, the events that
  /// have no answer numbered afresh from 1, batches forgotten (they are signed again).
  Result<int> renew_epoch();
  Result<OutboxCounts> outbox_counts();
  /// How many have no answer: waiting and sent. Cheap, however many were answered.
  Result<std::uint64_t> without_answer();
  /// When the oldest urgent event without an answer was queued.
  Result<std::optional<Instant>> oldest_urgent();
  /// Forgets accepted and refused rows queued before `before`; inputs seen stay.
  Result<int> trim(Instant before);

  /// Forgets state that was to be kept until before `now`.
  Result<int> forget_outlived(Instant now);

  // ---- state, queues, counters, quarantine ----
  Result<std::optional<Bytes>> state(std::string_view key);
  struct Message {
    std::uint64_t id = 0;
    Bytes message;
  };
  /// The oldest messages of a queue, in order.
  Result<std::vector<Message>> queued(std::string_view queue, std::size_t max);
  Result<std::uint64_t> waiting_in(std::string_view queue);
  Result<int> dequeue(std::uint64_t id);
  Result<std::map<std::string, std::uint64_t>> counters();
  Result<std::vector<Quarantined>> quarantine();
  /// Those after the entry `after`, oldest first, at most `most`; nothing of an entry that is not there.
  Result<std::vector<Quarantined>> quarantine(std::uint64_t after, std::size_t most);
  Result<std::optional<Quarantined>> quarantined(std::uint64_t id);
  /// The newest entry's number; 0 if there is none.
  Result<std::uint64_t> newest_in_quarantine();
  Result<std::vector<Discarded>> discarded();
  /// Entries that came before `before` (with `risk`: that may tell of it; else the others), and how many of them were not spoken of since
  /// `spoken`; these count as spoken of at `now`.
  Result<Overdue> overdue(bool risk, Instant before, Instant spoken, Instant now);
  /// How many entries the quarantine has had no room for, since the file was made: of each the code, file and line are in the log.
  Result<std::uint64_t> gave_way();

  // ---- inputs as they were taken ----
  /// Those that `version` read and that were taken since `since`, after the input `after`, in the order in which they were taken.
  Result<std::vector<TakenInput>> taken(std::string_view version, Instant since, std::uint64_t after, std::size_t most);
  /// Which versions have read what is kept, and how many inputs.
  Result<std::map<std::string, std::uint64_t>> taken_by();
  /// Is the input this key's newest word?
  Result<bool> is_newest(std::uint64_t input, const InputKey& key);
  /// Forgets inputs taken before `before`; and who discarded what before `discarded_before`.
  Result<int> forget_taken(Instant before, Instant discarded_before);

 private:
  friend class Together;
  Keep(std::unique_ptr<Database> database, std::string path, const seal::SymmetricKey& key, Limits limits, Entropy& entropy);
  Result<int> prepare();
  Result<int> create();
  Result<int> load(ByteView mine);
  Bytes sealed(ByteView plain, std::string_view bound);
  Result<Bytes> unsealed(ByteView box, std::string_view bound) const;
  Bytes hidden(std::string_view purpose, std::string_view key) const;
  Bytes hidden(const InputKey& input) const;
  Result<int> within_limits(const Changes& changes);
  Result<std::uint64_t> count(std::string_view sql);
  /// What is counted along: "quarantine", and "events" and "bytes" that wait for an answer.
  Result<std::uint64_t> tally(std::string_view name);
  Result<int> put_outgoing(const Outgoing& event, std::uint64_t sequence, Instant now);
  Result<int> put_seen(const InputKey& input, const Seen& seen, Instant now);
  Result<int> put_quarantine(const Quarantine& what, Instant now);
  Result<int> put_still_quarantined(std::uint64_t id, const Quarantine& what);
  Result<int> put_discarded(const Discarded& discarded, Instant now);
  Result<std::vector<Quarantined>> quarantine(std::string_view sql, std::vector<Bind> binds);
  Result<int> put_taken(const Taken& taken, Instant now);
  Result<int> drop_superseded(const std::vector<std::uint64_t>& inputs);
  Result<int> make_room_for_inputs();
  Result<int> add_taken_bytes(std::uint64_t add, std::uint64_t less);
  Result<std::vector<TakenInput>> taken(std::string_view sql, std::vector<Bind> binds);
  Result<int> add_column(std::string_view table, std::string_view column);
  Result<int> make_room_in_quarantine();
  Result<int> put_state(const std::string& key, const std::optional<Bytes>& value, std::optional<Instant> until);
  Result<int> put_counter(const std::string& name, std::uint64_t add);
  Result<int> put_queued(const std::string& queue, const Bytes& message);
  Result<int> put_answer(std::uint64_t sequence, const Answer& answer, Instant now);
  Result<int> put_refused(std::uint64_t sequence, const Answer& answer, Instant now);
  Result<int> set_meta(std::string_view name, ByteView value);
  Result<std::optional<Bytes>> meta(std::string_view name);
  Result<std::vector<Pending>> pending(std::string_view sql, std::vector<Bind> binds, std::size_t bytes_max);

  std::unique_ptr<FileLock> lock_;  ///< Outlives the database.
  std::unique_ptr<Database> database_;
  std::string path_;
  seal::SymmetricKey key_;
  Digest index_key_;  ///< For keyed hashes; derived from the key.
  Limits limits_;
  Entropy& entropy_;
  OutboxEpoch epoch_{};
  std::uint64_t next_sequence_ = kFirstSequence;
};

}  // namespace concordat::keep
