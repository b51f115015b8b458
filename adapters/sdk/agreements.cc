// Agreements on disk: see agreements.h.
#include "adapters/sdk/agreements.h"

#include <sys/stat.h>

#include "proto/base/durable_file.h"

namespace concordat::sdk {
namespace {

constexpr std::size_t kFileBytesMax = 2u << 20;
constexpr auto kSayAgain = std::chrono::hours(24);

std::string stamp_of(const std::filesystem::path& path) {
  struct stat file {};
  if (::stat(path.c_str(), &file) != 0) return "none";
  return std::to_string(file.st_ino) + " " + std::to_string(file.st_size) + " " + std::to_string(file.st_mtim.tv_sec) + "." + std::to_string(file.st_mtim.tv_nsec);
}

Result<Bytes> whole(const std::filesystem::path& path) {
  TRY(std::optional<Bytes> bytes, read_file(path.string(), kFileBytesMax));
  if (!bytes) return fail(Fault::Malformed, code::kConfig, path.string() + ": no such file");
  return std::move(*bytes);
}

}  // namespace

Agreements::Agreements(std::vector<Settings::Agreement> files, Beliefs& beliefs, observe::Log& log)
    : files_(std::move(files)), beliefs_(beliefs), log_(log), held_(stamps()), seen_(held_) {}

Agreements::Stamps Agreements::stamps() const {
  Stamps all;
  for (const Settings::Agreement& each : files_) {
    all.push_back(stamp_of(each.file));
    all.push_back(stamp_of(each.signatures));
  }
  return all;
}

Result<int> Agreements::adopt() {
  std::vector<AgreementFile> files;
  for (const Settings::Agreement& each : files_) {
    AgreementFile file{each.file.string(), {}, {}};
    TRY(file.file, whole(each.file));
    TRY(file.signatures, whole(each.signatures));
    files.push_back(std::move(file));
  }
  return beliefs_.adopt(files);
}

void Agreements::look(Instant now) {
  Stamps stamps_now = stamps();
  const bool rests = stamps_now == seen_;
  seen_ = std::move(stamps_now);
  if (rests && seen_ != held_) {
    held_ = seen_;
    if (const auto adopted = adopt(); adopted) {
      log_.info("agreements read again", {{"set", beliefs_.agreements().digest()}, {"clauses", beliefs_.agreements().clause_count()}});
      say_again_ = {};
    } else {
      log_.error("the agreements on disk cannot be adopted: those held before stay", adopted.error());
    }
  }
  if (say_again_ <= now) say_what_is_due(now);
}

void Agreements::say_what_is_due(Instant now) {
  say_again_ = now + kSayAgain;
  for (const std::string& name : beliefs_.agreements().ended(now)) {
    log_.error("an agreement has ended: nothing leaves under it", {{"agreement", name}, {"code", code::kNoClause.name}});
  }
  for (const std::string& name : beliefs_.agreements().overdue(now)) log_.warning("the review of an agreement is overdue", {{"agreement", name}});
}

}  // namespace concordat::sdk
