// A file system for RocksDB in memory that remembers what was synced, and can lose the rest: power cuts, failing calls.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "proto/base/bytes.h"

namespace concordat::store {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

/// What one call fails with.
enum class Trouble : std::uint8_t { Eio, NoSpace, FailedSync };

/// What a cut leaves of bytes that were not synced.
enum class Tail : std::uint8_t {
  Cut,      ///< Some of them, ending anywhere: what a file system does that orders data before size.
  Garbled,  ///< Any sectors, others zero, the last one torn: what one does that does not.
};

/// A file: `synced` is how much of it would survive a cut. After a failed sync nothing more of it ever becomes durable,
/// whatever later syncs say: that is what Linux does with the pages that it could not write.
struct Node {
  std::string data;
  std::size_t synced = 0;
  bool forsaken = false;
};

/// Files in one directory. Durable are: synced bytes, and directory entries made before the directory's last sync.
class FaultFiles final : public rocksdb::FileSystem {
 public:
  explicit FaultFiles(std::uint64_t seed) : random_(seed) {}

  /// The power fails at the `call`-th call (from 1, counted from now). The process does not notice: what it does from then
  /// on goes nowhere. `seen` is called at that moment, on the thread that makes the call.
  void cut_at(std::uint64_t call, std::function<void()> seen);
  bool cut_off() const;
  /// The `call`-th call fails, and with `for_ever` every one of its sort after it. FailedSync counts syncs only.
  void fail_at(std::uint64_t call, Trouble trouble, bool for_ever);
  /// Back to the moment the power failed, or now: drops what was not synced, files and entries that never were, tails of
  /// files. No file may be open. Works again after.
  void cut(Tail tail);
  /// The files as a cut at this moment would leave them, for another process to load.
  Bytes save_as_cut(Tail tail);
  void load(ByteView saved);
  /// Ends every planned failure; nothing is lost.
  void heal();
  /// Whether a planned failure struck a write or sync of a write-ahead log.
  bool log_was_hit() const;
  bool struck() const;

  const char* Name() const override { return "FaultFiles"; }
  IOStatus NewSequentialFile(const std::string&, const rocksdb::FileOptions&, std::unique_ptr<rocksdb::FSSequentialFile>*,
                             IODebugContext*) override;
  IOStatus NewRandomAccessFile(const std::string&, const rocksdb::FileOptions&,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>*, IODebugContext*) override;
  IOStatus NewWritableFile(const std::string&, const rocksdb::FileOptions&, std::unique_ptr<rocksdb::FSWritableFile>*,
                           IODebugContext*) override;
  IOStatus ReopenWritableFile(const std::string&, const rocksdb::FileOptions&, std::unique_ptr<rocksdb::FSWritableFile>*,
                              IODebugContext*) override;
  IOStatus NewDirectory(const std::string&, const IOOptions&, std::unique_ptr<rocksdb::FSDirectory>*, IODebugContext*) override;
  IOStatus FileExists(const std::string&, const IOOptions&, IODebugContext*) override;
  IOStatus GetChildren(const std::string&, const IOOptions&, std::vector<std::string>*, IODebugContext*) override;
  IOStatus DeleteFile(const std::string&, const IOOptions&, IODebugContext*) override;
  IOStatus CreateDir(const std::string&, const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus CreateDirIfMissing(const std::string&, const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus DeleteDir(const std::string&, const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus GetFileSize(const std::string&, const IOOptions&, std::uint64_t*, IODebugContext*) override;
  IOStatus GetFileModificationTime(const std::string&, const IOOptions&, std::uint64_t*, IODebugContext*) override;
  IOStatus RenameFile(const std::string&, const std::string&, const IOOptions&, IODebugContext*) override;
  IOStatus LockFile(const std::string&, const IOOptions&, rocksdb::FileLock**, IODebugContext*) override;
  IOStatus UnlockFile(rocksdb::FileLock*, const IOOptions&, IODebugContext*) override;
  IOStatus GetTestDirectory(const IOOptions&, std::string*, IODebugContext*) override;
  IOStatus NewLogger(const std::string&, const IOOptions&, std::shared_ptr<rocksdb::Logger>*, IODebugContext*) override;
  IOStatus GetAbsolutePath(const std::string&, const IOOptions&, std::string*, IODebugContext*) override;
  IOStatus IsDirectory(const std::string&, const IOOptions&, bool*, IODebugContext*) override;

  // For the open files.
  enum class Call : std::uint8_t { Read, Write, Sync, Entry };
  IOStatus append(Node& node, const std::string& name, const rocksdb::Slice& data);
  IOStatus sync(Node& node, const std::string& name);
  IOStatus sync_entries();
  IOStatus read(const Node& node, const std::string& name, std::uint64_t offset, std::size_t size, rocksdb::Slice* result,
                char* scratch);
  IOStatus resize(Node& node, std::size_t size);
  std::size_t size_of(const Node& node);

 private:
  using Files = std::map<std::string, std::shared_ptr<Node>>;
  /// A change of the directory that is not durable yet; `node` is none for a removal.
  struct Entry {
    std::string name;
    std::shared_ptr<Node> node;
    std::string removed;  ///< A rename removes its old name in the same step.
  };
  /// What the disk has at one moment.
  struct Image {
    Files durable;
    std::vector<Entry> journal;
  };
  IOStatus gate(Call call, const std::string& name);
  bool due(Call call) const;
  Image image() const;
  Files after_cut(Image left, Tail tail);
  void enter(Entry entry);
  static void apply(Files& files, const Entry& entry);
  void damage(Node& node, Tail tail);
  std::uint64_t draw(std::uint64_t below) { return below == 0 ? 0 : random_() % below; }

  mutable std::mutex mutex_;
  std::mt19937_64 random_;
  Files live_;
  Files durable_;
  std::vector<Entry> journal_;
  std::set<std::string> locks_;
  std::uint64_t calls_ = 0;
  std::uint64_t syncs_ = 0;
  std::uint64_t cut_at_ = 0;
  std::function<void()> seen_;
  std::optional<Image> image_;
  std::uint64_t fail_at_ = 0;
  Trouble trouble_ = Trouble::Eio;
  bool for_ever_ = false;
  bool struck_ = false;
  bool log_hit_ = false;
};

/// The machine, but for its files and for RocksDB's habit of sleeping a second after each failed flush.
std::shared_ptr<rocksdb::Env> env_over(std::shared_ptr<FaultFiles> files);

}  // namespace concordat::store
