// A back-load: see history.h.
#include "adapters/sdk/history.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace concordat::sdk {
namespace {

constexpr std::size_t kPieceBytes = 256u << 10;
/// At one look: in one synced transaction; and records that were taken before, which are only read.
constexpr std::size_t kTakenAtOnce = 32, kPassedAtOnce = 2'000;
constexpr Milliseconds kProgressEach{5'000};

bool passes(const Error& error) { return error.fault == Fault::Busy || error.fault == Fault::Unavailable; }

}  // namespace

Result<std::unique_ptr<FilePieces>> FilePieces::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat is {};
  if (file < 0 || ::fstat(file, &is) != 0 || !S_ISREG(is.st_mode)) {
    if (file >= 0) ::close(file);
    return fail(Fault::Malformed, code::kInput, path + ": no file that can be read");
  }
  Writer stamp;
  stamp.u64(is.st_dev).u64(is.st_ino).u64(static_cast<std::uint64_t>(is.st_size));
  stamp.u64(static_cast<std::uint64_t>(is.st_mtim.tv_sec)).u64(static_cast<std::uint64_t>(is.st_mtim.tv_nsec));
  return std::unique_ptr<FilePieces>(new FilePieces(file, static_cast<std::uint64_t>(is.st_size), stamp.take()));
}

FilePieces::~FilePieces() { ::close(file_); }

Result<std::string_view> FilePieces::next() {
  piece_.resize(kPieceBytes);
  ssize_t got = -1;
  do {
    got = ::read(file_, piece_.data(), piece_.size());
  } while (got < 0 && errno == EINTR);
  if (got < 0) return fail(Fault::Unavailable, code::kInput, "the file cannot be read any more");
  done_ += static_cast<std::uint64_t>(got);
  return std::string_view(piece_).substr(0, static_cast<std::size_t>(got));
}

void mark_in_bulk(Input& input) {
  for (TypedEvent& event : input.events) event.in_bulk = true;
}

void History::say_progress(Instant now, bool now_anyway) {
  if (!open_ || (!now_anyway && said_ && now - *said_ < kProgressEach)) return;
  said_ = now;
  const std::uint64_t size = open_->pieces->size();
  const std::uint64_t percent = size == 0 ? 100 : std::min<std::uint64_t>(open_->pieces->done() * 100 / size, 100);
  progress_(open_->name + ": " + std::to_string(open_->at) + " records read, " + std::to_string(percent) + " %; in all " + std::to_string(counts_.events) + " events, " +
            std::to_string(counts_.unchanged) + " unchanged, " + std::to_string(counts_.known) + " known from the feed, " + std::to_string(counts_.kept_home) +
            " kept home, " + std::to_string(counts_.quarantined) + " quarantined");
}

/// False if the file was taken before.
Result<bool> History::open_next(Instant now) {
  const std::string& path = files_[next_];
  TRY(auto pieces, FilePieces::open(path));
  Open opened;
  opened.name = std::filesystem::path(path).filename().string();
  opened.key = "history/" + keep_.content_hash(Writer().sized(opened.name).sized(pieces->stamp()).bytes()).hex();
  TRY(opened.taken, intake_.taken(opened.key));
  if (opened.taken == ~std::size_t{0}) {
    progress_(opened.name + ": was taken before, whole");
    return false;
  }
  opened.pieces = std::move(pieces);
  opened.inputs = source_.stream(opened.name, *opened.pieces);
  open_ = std::move(opened);
  if (open_->taken > 0) progress_(open_->name + ": goes on after " + std::to_string(open_->taken) + " records");
  said_ = now;
  return true;
}

Result<int> History::finish(Instant now) {
  say_progress(now, true);
  log_.info("history taken", {{"file", open_->name}, {"inputs", counts_.inputs}, {"events", counts_.events}, {"quarantined", counts_.quarantined}});
  TRY_VOID(intake_.finish_history(open_->key, now));
  open_.reset();
  ++next_;
  return 0;
}

/// What was taken before is passed by.
Result<int> History::read_ahead() {
  for (std::size_t passed_by = 0; passed_by < kPassedAtOnce && open_->ahead.size() < kTakenAtOnce && !open_->ended;) {
    TRY(std::optional<Input> input, open_->inputs->next());
    open_->ended = !input;
    if (open_->ended) break;
    if (open_->at < open_->taken) {
      ++open_->at;
      ++passed_by;
      continue;
    }
    mark_in_bulk(*input);
    open_->ahead.push_back(std::move(*input));
  }
  return 0;
}

/// As many of those ahead as the rate allows.
Result<int> History::take_some(const directory::Directory& directory, const policy::InForce& agreements, Instant now) {
  std::size_t most = 0;
  for (std::int64_t left = allowed_; most < open_->ahead.size() && left > 0; ++most) {
    left -= 1'000 * static_cast<std::int64_t>(std::max<std::size_t>(open_->ahead[most].events.size(), 1));
  }
  if (most == 0) return 0;
  TRY(const IntakeCounts counts, intake_.take_history(open_->name, open_->key, open_->at, std::span(open_->ahead).first(most), directory, agreements, now));
  counts_ += counts;
  allowed_ -= 1'000 * static_cast<std::int64_t>(std::max(counts.events, counts.inputs));
  open_->at += counts.inputs;
  open_->ahead.erase(open_->ahead.begin(), open_->ahead.begin() + static_cast<std::ptrdiff_t>(counts.inputs));
  return 0;
}

Result<int> History::look(const directory::Directory& directory, const policy::InForce& agreements, Instant now) {
  if (taken()) return 0;
  const std::int64_t second = 1'000 * static_cast<std::int64_t>(rate_);
  const std::int64_t passed = last_ && now > *last_ ? (now - *last_).count() : 0;
  allowed_ = std::min(second, allowed_ + std::min<std::int64_t>(passed, 1'000) * static_cast<std::int64_t>(rate_));
  last_ = now;
  while (!open_ && next_ < files_.size()) {
    const auto opened = open_next(now);
    if (!opened && interrupted_ && opened.error().code == code::kInput) {
      log_.error("the back-load waits", opened.error());
      return 0;
    }
    if (!opened) return tl::unexpected(opened.error());
    interrupted_ = false;
    if (!*opened) ++next_;
  }
  if (!open_) return 0;
  say_progress(now, false);
  TRY(const std::uint64_t outbox, keep_.without_answer());
  if (outbox > kOutboxMost) return 0;
  const auto read = read_ahead();
  if (!read && !passes(read.error())) return tl::unexpected(read.error());
  if (!read) {
    // What reads is done with after an error: the next look opens the file anew and goes on after what was taken.
    log_.error("the back-load waits", read.error());
    open_.reset();
    interrupted_ = true;
    return 0;
  }
  const auto took = take_some(directory, agreements, now);
  if (!took && !passes(took.error())) return tl::unexpected(took.error());
  if (!took) log_.error("the back-load waits", took.error());
  return open_->ended && open_->ahead.empty() ? finish(now) : 0;
}

}  // namespace concordat::sdk
