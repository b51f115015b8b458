// Small files that survive a power cut: see durable_file.h.
#include "proto/base/durable_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace concordat {
namespace {

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags, mode_t mode = 0) : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  bool ok() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  int fd_;
};

tl::unexpected<Error> failed(const std::string& what, const std::string& path) {
  return fail(Fault::Unavailable, code::kStore, what + " " + path + ": " + std::strerror(errno));
}

bool write_all(int fd, ByteView content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string directory_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

}  // namespace

Result<int> sync_directory(const std::string& path) {
  const Descriptor directory(path, O_RDONLY | O_DIRECTORY);
  if (!directory.ok() || ::fsync(directory.get()) != 0) return failed("sync directory", path);
  return 0;
}

Result<int> replace_file(const std::string& path, ByteView content) {
  const std::string beside = path + ".new";
  {
    const Descriptor file(beside, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (!file.ok()) return failed("create", beside);
    if (!write_all(file.get(), content)) return failed("write", beside);
    if (::fsync(file.get()) != 0) return failed("sync", beside);
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) return failed("rename to", path);
  return sync_directory(directory_of(path));
}

Result<std::optional<Bytes>> read_file(const std::string& path, std::size_t bytes_max) {
  const Descriptor file(path, O_RDONLY);
  if (!file.ok()) {
    if (errno == ENOENT) return std::optional<Bytes>();
    return failed("open", path);
  }
  Bytes content;
  char block[4096];
  while (true) {
    const ssize_t got = ::read(file.get(), block, sizeof(block));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("read", path);
    if (got == 0) return std::optional(std::move(content));
    content.append(block, static_cast<std::size_t>(got));
    if (content.size() > bytes_max) return fail(Fault::Corrupt, code::kStore, path + " is longer than it can be");
  }
}

Result<int> shred_file(const std::string& path) {
  {
    const Descriptor file(path, O_WRONLY);
    if (!file.ok()) {
      if (errno == ENOENT) return 0;
      return failed("open", path);
    }
    struct stat about {};
    if (::fstat(file.get(), &about) != 0) return failed("stat", path);
    if (!write_all(file.get(), Bytes(static_cast<std::size_t>(about.st_size), '\0'))) return failed("overwrite", path);
    if (::fsync(file.get()) != 0) return failed("sync", path);
  }
  if (::unlink(path.c_str()) != 0) return failed("unlink", path);
  return sync_directory(directory_of(path));
}

Result<int> make_directory(const std::string& path) {
  const std::filesystem::path whole(path);
  std::filesystem::path so_far;
  for (const auto& part : whole) {
    so_far /= part;
    if (::mkdir(so_far.c_str(), 0700) == 0) {
      TRY_VOID(sync_directory(directory_of(so_far.string())));
    } else if (errno != EEXIST && errno != EISDIR) {
      return failed("create directory", so_far.string());
    }
  }
  if (struct stat about {}; ::stat(path.c_str(), &about) != 0 || !S_ISDIR(about.st_mode)) {
    return fail(Fault::Unavailable, code::kStore, path + " is not a directory");
  }
  return 0;
}

}  // namespace concordat
