// Watched folders by looking: a poll a second costs nothing beside what a feed brings, and works on network shares too.
#include "adapters/sdk/folder.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "proto/base/durable_file.h"

namespace concordat::sdk {
namespace {

namespace fs = std::filesystem;

bool is_ready_name(const std::string& name) {
  return !name.starts_with('.') && !name.ends_with(".part") && !name.ends_with(".tmp") && !name.ends_with("~");
}

fs::path free_name(const fs::path& folder, const std::string& name) {
  fs::path target = folder / name;
  for (int copy = 2; fs::exists(target); ++copy) target = folder / (name + "." + std::to_string(copy));
  return target;
}

}  // namespace

Result<Folder> Folder::open(fs::path in, fs::path done, fs::path quarantine) {
  std::error_code error;
  if (!fs::is_directory(in, error)) return fail(Fault::Malformed, code::kConfig, in.string() + ": no such folder");
  for (const fs::path* folder : {&done, &quarantine}) {
    fs::create_directories(*folder, error);
    if (error) return fail(Fault::Malformed, code::kConfig, folder->string() + ": cannot be made");
  }
  Folder folder;
  folder.in_ = std::move(in);
  folder.done_ = std::move(done);
  folder.quarantine_ = std::move(quarantine);
  return folder;
}

Result<std::vector<std::string>> Folder::complete() {
  std::error_code error;
  std::map<std::string, Look> now;
  std::vector<std::string> names;
  for (fs::directory_iterator entry(in_, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code gone;
    const std::string name = entry->path().filename().string();
    if (!entry->is_regular_file(gone) || !is_ready_name(name)) continue;
    const Look look{entry->file_size(gone), entry->last_write_time(gone)};
    if (gone) continue;
    const auto before = seen_.find(name);
    if (before != seen_.end() && before->second == look) names.push_back(name);
    now.emplace(name, look);
  }
  if (error) return fail(Fault::Unavailable, code::kInput, in_.string() + ": cannot be read");
  seen_ = std::move(now);
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::string> Folder::read(const std::string& name, std::size_t bytes_max) const {
  std::error_code error;
  if (fs::file_size(in_ / name, error) > bytes_max || error) return fail(Fault::Malformed, code::kLimit, "the file is too long or cannot be read");
  std::ifstream file(in_ / name, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) return fail(Fault::Malformed, code::kInput, "the file cannot be read");
  return text;
}

Result<int> Folder::finish(const std::string& name, bool quarantined) const {
  const fs::path& folder = quarantined ? quarantine_ : done_;
  std::error_code error;
  fs::rename(in_ / name, free_name(folder, name), error);
  if (error) return fail(Fault::Unavailable, code::kInput, name + ": cannot be moved to " + folder.string());
  TRY_VOID(sync_directory(folder.string()));
  return sync_directory(in_.string());
}

}  // namespace concordat::sdk
