// Key files on the disk: see keys.h.
#include "proto/seal/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace concordat::seal {
namespace {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }
  bool ok() const { return number_ >= 0; }

 private:
  int number_;
};

auto wrong(const std::string& path, const std::string& why) {
  return fail(Fault::Malformed, code::kKeyFile, path + ": " + why);
}

auto failed(const std::string& path, const char* doing) {
  return fail(Fault::Unavailable, code::kKeyFile, path + ": " + doing + ": " + std::strerror(errno));
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

bool write_all(int file, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(file, bytes.data(), bytes.size());
    if (wrote < 0 && errno != EINTR) return false;
    if (wrote > 0) bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

bool sync_directory(const std::string& path) {
  const Descriptor directory(::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return directory.ok() && ::fsync(directory.get()) == 0;
}

/// Reads until the end or until `text` is full; false if the system fails.
bool read_all(int file, KeyText& text) {
  std::size_t size = 0;
  while (size < text.room().size()) {
    const ssize_t got = ::read(file, text.room().data() + size, text.room().size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return true;
}

Result<int> check_private(const std::string& path, int file) {
  struct stat about {};
  if (::fstat(file, &about) != 0) return failed(path, "cannot be examined");
  if (!S_ISREG(about.st_mode)) return wrong(path, "it is no plain file");
  if (about.st_uid != ::geteuid())
    return wrong(path, "it belongs to another user; chown it to the one that runs this program");
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return wrong(path, "others may use it; chmod 600 it, and make a new key if it was so for long");
  return 0;
}

/// A key that render() and parse() agree on.
Result<int> check_whole(const std::string& path, const KeyFile& key) {
  if (name_of(key.purpose).empty()) return wrong(path, "the key has no purpose");
  if (const auto owner = check_owner(key.owner); !owner) return wrong(path, owner.error().detail);
  if (const auto same = parse(render(key).view()); !same) return wrong(path, same.error().detail);
  return 0;
}

}  // namespace

Result<int> write_key_file(const std::string& path, const KeyFile& key) {
  TRY_VOID(check_whole(path, key));
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.ok() && errno == EEXIST)
    return wrong(path, "it is there already; a key is never written over, so choose another name");
  if (!file.ok()) return failed(path, "cannot be created");
  if (::fchmod(file.get(), S_IRUSR | S_IWUSR) != 0 || !write_all(file.get(), render(key).view()) ||
      ::fsync(file.get()) != 0 || !sync_directory(path)) {
    auto error = failed(path, "cannot be written");
    ::unlink(path.c_str());
    return error;
  }
  return 0;
}

Result<KeyFile> read_key_file(const std::string& path, KeyPurpose purpose) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!file.ok() && errno == ELOOP) return wrong(path, "it is a symbolic link; name the file itself");
  if (!file.ok()) return failed(path, "cannot be opened");
  TRY_VOID(check_private(path, file.get()));
  KeyText text;
  if (!read_all(file.get(), text)) return failed(path, "cannot be read");
  auto key = parse(text.view());
  if (!key) return wrong(path, key.error().detail);
  if (key->purpose != purpose) {
    return wrong(
        path, "it is a key for " + std::string(name_of(key->purpose)) + ", not for " + std::string(name_of(purpose)));
  }
  return *std::move(key);
}

}  // namespace concordat::seal
