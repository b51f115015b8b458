// Inputs into the keep: each with everything that follows from it in one transaction, each once however often it is read.
// What a person must hear of (quarantine, what stays home, what is urgent and nobody could be given) is a line in the log with
// code, file and line; the input itself is not.
#pragma once

#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "adapters/sdk/input.h"
#include "adapters/sdk/sealer.h"
#include "adapters/sdk/source.h"
#include "proto/observe/log.h"

namespace concordat::sdk {

/// What was done, for the log: numbers only.
struct IntakeCounts {
  std::size_t inputs = 0;
  std::size_t events = 0;
  std::size_t unchanged = 0;
  std::size_t kept_home = 0;
  std::size_t quarantined = 0;
  std::size_t known = 0;          ///< Events of a back-load of which the feed has said something already: they stay as they are.
  bool all = true;                ///< False: there are more inputs; call again.

  IntakeCounts& operator+=(const IntakeCounts& more);
};

/// What became of an input that was read again.
struct ReadAgain {
  enum class End : std::uint8_t {
    Taken,       ///< Or it holds nothing for us.
    Failed,      ///< `code` and `remedy` say why; or something newer of the same reference has been taken meanwhile, which it would take back.
    NotHere,     ///< The input itself is not kept, or not all of it.
    Gone,        ///< There is no such entry (any more).
  };
  End end = End::Taken;
  IntakeCounts counts;
  std::string code, remedy;
};

class Intake {
 public:
  /// `source` completes each input before it is taken; without one they are taken as they are.
  Intake(keep::Keep& keep, Sealer& sealer, observe::Log& log, const Source* source = nullptr) : keep_(keep), sealer_(sealer), log_(log), source_(source) {}

  /// Takes the inputs of a file in order, beginning after those that were taken before a restart: the place in the file is
  /// part of each transaction. At most `most` at once, so that a long file does not keep the session waiting. `file_key` names the file and its content; `file` is its name for people. Busy when the outbox
  /// is full: call again later, it goes on where it was. Other errors are the keep's.
  Result<IntakeCounts> take(const std::string& file, const std::string& file_key, const std::vector<Input>& inputs,
                            const directory::Directory& directory, const policy::InForce& agreements, Instant now, std::size_t most = ~std::size_t{0});
  /// The same of inputs that came in by themselves, and not out of a file: nothing is remembered of their place.
  Result<IntakeCounts> take(const std::string& name, const std::vector<Input>& inputs, const directory::Directory& directory,
                            const policy::InForce& agreements, Instant now);
  /// The next inputs of a back-load, `at` inputs after the first of its file, in one transaction: counts.inputs says how many, the first
  /// of them at least; the others may be offered again. What the feed has said is newer than any history: of that nothing is corrected, and
  /// it is counted as known.
  Result<IntakeCounts> take_history(const std::string& file, const std::string& file_key, std::size_t at, std::span<const Input> inputs,
                                    const directory::Directory& directory, const policy::InForce& agreements, Instant now);
  /// The file is taken whole, and known as such: taken() says so with its greatest number.
  Result<int> finish_history(const std::string& file_key, Instant now);
  /// The input of a quarantine entry, read again as things are now. What it comes to and the end of the entry are one transaction;
  /// a failure becomes the entry's, whose age stays. Of an entry that holds several inputs (a file that could not be read) each is
  /// taken by itself, and those that fail are entries of their own.
  Result<ReadAgain> again(std::uint64_t entry, const directory::Directory& directory, const policy::InForce& agreements, Instant now);
  /// An input that was taken, read again: corrections of what it is still the newest word of, and withdrawals of what it yields no more.
  Result<ReadAgain> remap(const keep::TakenInput& input, const directory::Directory& directory, const policy::InForce& agreements, Instant now);
  /// From now on inputs are kept as they came, so that they can be read again. Off at first.
  void keep_inputs(bool on) { keeps_ = on; }
  /// How many inputs of the file were taken before.
  Result<std::size_t> taken(const std::string& file_key);
  /// The file is done with: forgets the place in it.
  Result<int> forget(const std::string& file_key, Instant now);

 private:
  /// What one input comes to: the transaction, and what is said of it once it is durable.
  struct Outcome {
    keep::Changes changes;
    IntakeCounts counts;
    struct Said {
      contract::Kind kind{};
      Fate fate{};
      EventId event;
      bool unreleasable = false;
      bool content_came_back = false;
    };
    std::vector<Said> said;
    std::set<std::string> stayed;  ///< References of which somebody else's word is newer.
    std::optional<Failure> failure;
  };
  /// In which way an input is taken that is not simply new.
  struct Way {
    bool history = false;
    std::uint64_t remap = 0;  ///< The input that was kept.
    std::optional<Instant> since{};  ///< It waited in quarantine since then: what was said later stays.
  };
  static Outcome quarantined(const std::string& file, const Input& input, Failure failure);
  Result<Outcome> outcome_of(const std::string& file, const Input& input, const directory::Directory& directory, const policy::InForce& agreements,
                             Instant now, const Way& way);
  Result<Outcome> sealed(const std::string& file, const Input& input, const directory::Directory& directory, const policy::InForce& agreements,
                             Instant now, const Way& way);
  Result<bool> stays(const std::string& reference, const Way& way);
  Result<bool> superseded(const Input& input, Instant since);
  Result<ReadAgain> again(const keep::Quarantined& entry, const std::vector<Input>& inputs, const directory::Directory& directory,
                          const policy::InForce& agreements, Instant now);
  static keep::Quarantine still(const keep::Quarantined& entry, const Failure& failure);
  static std::optional<keep::Quarantine> yields_nothing(const keep::Quarantined& entry, const IntakeCounts& counts);
  void keep_input(Outcome& outcome, const std::string& file, const Input& input) const;
  void add(Outcome& outcome, contract::Kind kind, std::uint64_t line, Prepared prepared);
  void say(const std::string& file, const Input& input, const Outcome& outcome);
  Result<int> say_what_gave_way();

  keep::Keep& keep_;
  Sealer& sealer_;
  observe::Log& log_;
  const Source* source_;
  bool keeps_ = false;
  std::uint64_t gave_way_ = 0;    ///< Entries of the quarantine of which that was said.
};

}  // namespace concordat::sdk
