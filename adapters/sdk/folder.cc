// Watched folders by looking: a poll a second costs nothing beside what a feed brings, and works on network shares too.
#include "adapters/sdk/folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "proto/base/durable_file.h"

namespace concordat::sdk {
namespace {

namespace fs = std::filesystem;

bool is_ready_name(const std::string& name) {
  return !name.starts_with('.') && !name.ends_with(".part") && !name.ends_with(".tmp") && !name.ends_with("~");
}

/// Of a file's name, in bytes, so that a number and an ending still fit behind it: no file system has longer names than 255.
constexpr std::size_t kStemMost = 200;

fs::path free_name(const fs::path& folder, const std::string& name) {
  fs::path target = folder / name;
  std::error_code error;
  for (int copy = 2; fs::exists(target, error); ++copy) target = folder / (name.substr(0, kStemMost) + "." + std::to_string(copy));
  return target;
}

constexpr std::size_t kLookedAtMost = 256;

Stamp stamp_of(const struct stat& file) {
  return {file.st_dev, file.st_ino, static_cast<std::uint64_t>(file.st_size), file.st_mtim.tv_sec * 1'000'000'000 + file.st_mtim.tv_nsec};
}

/// Nothing if there is no plain file of that name; then `other` says whether something else has it.
std::optional<Stamp> stamp_at(const fs::path& path, bool* other = nullptr) {
  struct stat file {};
  if (::lstat(path.c_str(), &file) != 0) return std::nullopt;
  if (S_ISREG(file.st_mode)) return stamp_of(file);
  if (other != nullptr) *other = true;
  return std::nullopt;
}

struct Descriptor {
  int file;
  ~Descriptor() {
    if (file >= 0) ::close(file);
  }
};

bool read_all(int file, std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t got = ::read(file, text.data() + done, text.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += static_cast<std::size_t>(got);
  }
  return true;
}

/// "1.csv", else "1.2.csv": the ending says what it is.
fs::path free_name_to_read(const fs::path& folder, const std::string& name) {
  const fs::path plain(name);
  fs::path target = folder / plain;
  std::error_code error;
  for (int copy = 2; fs::exists(target, error); ++copy) {
    target = folder / (plain.stem().string().substr(0, kStemMost) + "." + std::to_string(copy) + plain.extension().string());
  }
  return target;
}

}  // namespace

Result<Folder> Folder::open(fs::path in, fs::path done, fs::path quarantine) {
  std::error_code error;
  struct stat here {}, there {};
  if (!fs::is_directory(in, error) || ::stat(in.c_str(), &here) != 0) return fail(Fault::Malformed, code::kConfig, in.string() + ": no such folder");
  for (const fs::path* folder : {&done, &quarantine}) {
    fs::create_directories(*folder, error);
    if (error || ::stat(folder->c_str(), &there) != 0) return fail(Fault::Malformed, code::kConfig, folder->string() + ": cannot be made");
    if (there.st_dev != here.st_dev) return fail(Fault::Malformed, code::kConfig, folder->string() + ": not on the file system of " + in.string());
  }
  Folder folder;
  folder.in_ = std::move(in);
  folder.done_ = std::move(done);
  folder.quarantine_ = std::move(quarantine);
  return folder;
}

/// A file that went on growing where it was moved to comes back under its own name, and before all that has come since.
void Folder::bring_back(Instant now) {
  std::erase_if(finished_, [&](Finished& each) {
    const auto stamp = stamp_at(each.where);
    if (!stamp) return each.until < now;  // moved away by somebody, or its disk is
    if (stamp->inode != each.stamp.inode) return true;
    // However late the look comes: what grew is not left behind.
    if (*stamp == each.stamp) return each.until < now;
    std::error_code error;
    const fs::path target = free_name_to_read(in_, each.name);
    fs::rename(each.where, target, error);
    if (error) return false;  // tried again at the next look
    seen_[target.filename().string()] = Seen{each.stamp, 0, now, false};
    return true;
  });
}

/// What is known of a file after this look.
Folder::Seen Folder::seen_now(const std::string& name, const Stamp& stamp, Instant now) const {
  const auto before = seen_.find(name);
  if (before == seen_.end()) return {stamp, looks_, now, false};
  Seen seen = before->second;
  seen.rests = seen.stamp == stamp;
  if (seen.rests || seen.moved > now) seen.moved = now;  // or the clock was set back
  seen.stamp = stamp;
  return seen;
}

Result<Folder::Look> Folder::look(Instant now) {
  bring_back(now);
  ++looks_;
  std::error_code error;
  Look found;
  std::map<std::string, Seen> seen;
  for (fs::directory_iterator entry(in_, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!is_ready_name(name)) continue;
    bool other = false;
    const auto stamp = stamp_at(entry->path(), &other);
    if (other && passed_over_.size() < kLookedAtMost && passed_over_.insert(name).second) found.passed_over.push_back(name);
    if (stamp) seen.emplace(name, seen_now(name, *stamp, now));
  }
  if (error) return fail(Fault::Unavailable, code::kInput, in_.string() + ": cannot be read");
  seen_ = std::move(seen);
  std::uint64_t held_from = ~std::uint64_t{0};
  for (const auto& [name, each] : seen_) {
    if (!each.rests && now - each.moved < kHeldBack) held_from = std::min(held_from, each.first);
    if (each.rests && each.first < held_from) found.files.push_back({name, each.stamp});
  }
  return found;
}

Result<Folder::Text> Folder::read(const std::string& name, std::size_t bytes_max) const {
  const Descriptor file{::open((in_ / name).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
  struct stat before {}, after {};
  if (file.file < 0 || ::fstat(file.file, &before) != 0) return fail(Fault::Malformed, code::kInput, "the file cannot be read");
  if (static_cast<std::uint64_t>(before.st_size) > bytes_max) return fail(Fault::Malformed, code::kLimit, "the file is too long");
  Text out{std::string(static_cast<std::size_t>(before.st_size), '\0'), stamp_of(before)};
  const bool whole = read_all(file.file, out.text);
  if (::fstat(file.file, &after) != 0 || stamp_of(after) != out.stamp) return fail(Fault::Busy, code::kInput, "the file changed while it was read");
  if (!whole) return fail(Fault::Malformed, code::kInput, "the file cannot be read");
  return out;
}

Result<bool> Folder::finish(const std::string& name, const Stamp& read, bool quarantined, Instant now) {
  if (stamp_at(in_ / name) != read) return false;
  const fs::path& folder = quarantined ? quarantine_ : done_;
  const fs::path target = free_name(folder, name);
  std::error_code error;
  fs::rename(in_ / name, target, error);
  if (error) return fail(Fault::Unavailable, code::kInput, name + ": cannot be moved to " + folder.string());
  if (finished_.size() >= kLookedAtMost) finished_.erase(finished_.begin());
  finished_.push_back({target, name, read, now + kLookedAfter});
  TRY_VOID(sync_directory(folder.string()));
  TRY_VOID(sync_directory(in_.string()));
  return true;
}

}  // namespace concordat::sdk
