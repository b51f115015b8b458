// A back-load: files of any length, taken as history beside the feed, no faster than is allowed and never before what is new.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sdk/intake.h"
#include "adapters/sdk/source.h"

namespace concordat::sdk {

/// A file off the disk. One thread.
class FilePieces final : public read::Pieces {
 public:
  /// E-INPUT if it is no file, or cannot be read.
  static Result<std::unique_ptr<FilePieces>> open(const std::string& path);
  ~FilePieces() override;
  Result<std::string_view> next() override;
  std::uint64_t size() const { return size_; }
  std::uint64_t done() const { return done_; }
  /// Which file it is and in which state, so that it is known again: place on the disk, size and time of change.
  const std::string& stamp() const { return stamp_; }

 private:
  FilePieces(int file, std::uint64_t size, std::string stamp) : file_(file), size_(size), stamp_(std::move(stamp)) {}
  int file_;
  std::uint64_t size_, done_ = 0;
  std::string stamp_, piece_;
};

/// Marks what a back-load yields as loaded in bulk, so that it is historic whatever its age.
void mark_in_bulk(Input& input);

class History {
 public:
  /// `progress` hears how far it is, for a person: every few seconds and at the end of each file. All must outlive it.
  History(std::vector<std::string> files, const Source& source, Intake& intake, keep::Keep& keep, std::uint32_t rate, observe::Log& log,
          std::function<void(const std::string&)> progress)
      : files_(std::move(files)), source_(source), intake_(intake), keep_(keep), rate_(rate), log_(log), progress_(std::move(progress)) {}

  /// Takes what the rate allows, a few at once; nothing while the outbox holds more than kOutboxMost without an answer, so that there is
  /// always room for what is new. The place in each file is kept: begun again it goes on, and a file that was taken whole is not taken
  /// again. E-INPUT if a file cannot be opened; a full outbox, and a disk that is away or fails in the middle of a file, are waited for.
  Result<int> look(const directory::Directory& directory, const policy::InForce& agreements, Instant now);
  /// All files are taken; the outbox may still hold some of it.
  bool taken() const { return next_ == files_.size() && !open_; }
  const IntakeCounts& counts() const { return counts_; }

  static constexpr std::uint64_t kOutboxMost = 2'000;

 private:
  struct Open {
    std::string name, key;
    std::unique_ptr<FilePieces> pieces;
    std::unique_ptr<Inputs> inputs;
    std::vector<Input> ahead;         ///< Read and not yet taken: those of the next turn.
    bool ended = false;               ///< There is nothing more to read.
    std::size_t at = 0, taken = 0;    ///< Inputs taken or passed by; those taken before.
  };
  Result<bool> open_next(Instant now);
  Result<int> read_ahead();
  Result<int> take_some(const directory::Directory& directory, const policy::InForce& agreements, Instant now);
  Result<int> finish(Instant now);
  void say_progress(Instant now, bool now_anyway);

  std::vector<std::string> files_;
  const Source& source_;
  Intake& intake_;
  keep::Keep& keep_;
  const std::uint32_t rate_;
  observe::Log& log_;
  std::function<void(const std::string&)> progress_;
  std::size_t next_ = 0;
  std::optional<Open> open_;
  bool interrupted_ = false;          ///< A file that had been open could not be read on.
  IntakeCounts counts_;
  std::optional<Instant> last_, said_;
  std::int64_t allowed_ = 0;          ///< Thousandths of an event.
};

}  // namespace concordat::sdk
