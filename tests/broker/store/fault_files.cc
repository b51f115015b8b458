// A file system that can lose what was not synced: see fault_files.h.
#include "tests/broker/store/fault_files.h"

#include <rocksdb/system_clock.h>

#include <algorithm>
#include <cstdarg>
#include <cstring>

namespace concordat::store {
namespace {

using rocksdb::Slice;
constexpr std::size_t kSector = 512;

class Sequential final : public rocksdb::FSSequentialFile {
 public:
  Sequential(FaultFiles& files, std::string name, std::shared_ptr<Node> node)
      : files_(files), name_(std::move(name)), node_(std::move(node)) {}
  IOStatus Read(std::size_t size, const IOOptions&, Slice* result, char* scratch, IODebugContext*) override {
    const IOStatus status = files_.read(*node_, name_, at_, size, result, scratch);
    if (status.ok()) at_ += result->size();
    return status;
  }
  IOStatus Skip(std::uint64_t size) override {
    at_ = std::min<std::uint64_t>(at_ + size, files_.size_of(*node_));
    return IOStatus::OK();
  }

 private:
  FaultFiles& files_;
  std::string name_;
  std::shared_ptr<Node> node_;
  std::uint64_t at_ = 0;
};

class Random final : public rocksdb::FSRandomAccessFile {
 public:
  Random(FaultFiles& files, std::string name, std::shared_ptr<Node> node)
      : files_(files), name_(std::move(name)), node_(std::move(node)) {}
  IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions&, Slice* result, char* scratch,
                IODebugContext*) const override {
    return files_.read(*node_, name_, offset, size, result, scratch);
  }

 private:
  FaultFiles& files_;
  std::string name_;
  std::shared_ptr<Node> node_;
};

class Writable final : public rocksdb::FSWritableFile {
 public:
  Writable(FaultFiles& files, std::string name, std::shared_ptr<Node> node)
      : files_(files), name_(std::move(name)), node_(std::move(node)) {}
  using FSWritableFile::Append;
  IOStatus Append(const Slice& data, const IOOptions&, IODebugContext*) override { return files_.append(*node_, name_, data); }
  IOStatus Truncate(std::uint64_t size, const IOOptions&, IODebugContext*) override { return files_.resize(*node_, size); }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return files_.sync(*node_, name_); }
  bool IsSyncThreadSafe() const override { return true; }
  std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return files_.size_of(*node_); }

 private:
  FaultFiles& files_;
  std::string name_;
  std::shared_ptr<Node> node_;
};

class Directory final : public rocksdb::FSDirectory {
 public:
  explicit Directory(FaultFiles& files) : files_(files) {}
  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return files_.sync_entries(); }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

 private:
  FaultFiles& files_;
};

class Lock final : public rocksdb::FileLock {
 public:
  explicit Lock(std::string of) : name(std::move(of)) {}
  std::string name;
};

class Silence final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
  std::size_t GetLogFileSize() const override { return 0; }
};

class Restless final : public rocksdb::SystemClockWrapper {
 public:
  using SystemClockWrapper::SystemClockWrapper;
  const char* Name() const override { return "Restless"; }
  void SleepForMicroseconds(int) override { target_->SleepForMicroseconds(100); }
};

class FaultEnv final : public rocksdb::EnvWrapper {
 public:
  explicit FaultEnv(const std::shared_ptr<FaultFiles>& files) : EnvWrapper(rocksdb::NewCompositeEnv(files)) {
    system_clock_ = std::make_shared<Restless>(rocksdb::SystemClock::Default());
  }
};

IOStatus absent(const std::string& name) { return IOStatus::PathNotFound(name); }

}  // namespace

std::shared_ptr<rocksdb::Env> env_over(std::shared_ptr<FaultFiles> files) { return std::make_shared<FaultEnv>(files); }

void FaultFiles::cut_at(std::uint64_t call, std::function<void()> seen) {
  const std::lock_guard lock(mutex_);
  calls_ = syncs_ = 0;
  cut_at_ = call;
  seen_ = std::move(seen);
  image_.reset();
}

bool FaultFiles::cut_off() const {
  const std::lock_guard lock(mutex_);
  return image_.has_value();
}

void FaultFiles::fail_at(std::uint64_t call, Trouble trouble, bool for_ever) {
  const std::lock_guard lock(mutex_);
  calls_ = syncs_ = 0;
  fail_at_ = call;
  trouble_ = trouble;
  for_ever_ = for_ever;
  struck_ = log_hit_ = false;
}

void FaultFiles::heal() {
  const std::lock_guard lock(mutex_);
  cut_at_ = fail_at_ = 0;
}

bool FaultFiles::log_was_hit() const {
  const std::lock_guard lock(mutex_);
  return log_hit_;
}

bool FaultFiles::struck() const {
  const std::lock_guard lock(mutex_);
  return struck_;
}

// Called with the mutex held.
IOStatus FaultFiles::gate(Call call, const std::string& name) {
  ++calls_;
  if (call == Call::Sync) ++syncs_;
  if (cut_at_ != 0 && calls_ >= cut_at_ && !image_) {
    image_ = image();
    seen_();
  }
  if (!due(call)) return IOStatus::OK();
  struck_ = true;
  if (name.ends_with(".log") && (call == Call::Write || call == Call::Sync)) log_hit_ = true;
  return trouble_ == Trouble::NoSpace ? IOStatus::NoSpace("planned") : IOStatus::IOError("planned");
}

bool FaultFiles::due(Call call) const {
  if (fail_at_ == 0 || (struck_ && !for_ever_)) return false;
  switch (trouble_) {
    case Trouble::FailedSync: return call == Call::Sync && syncs_ >= fail_at_;
    case Trouble::NoSpace: return (call == Call::Write || call == Call::Entry) && calls_ >= fail_at_;
    case Trouble::Eio: return calls_ >= fail_at_;
  }
  return false;
}

// Deep: the process goes on writing into its own nodes.
FaultFiles::Image FaultFiles::image() const {
  std::map<const Node*, std::shared_ptr<Node>> copies;
  const auto copy = [&](const std::shared_ptr<Node>& node) -> std::shared_ptr<Node> {
    if (!node) return nullptr;
    auto& made = copies[node.get()];
    if (!made) made = std::make_shared<Node>(*node);
    return made;
  };
  Image out;
  for (const auto& [name, node] : durable_) out.durable[name] = copy(node);
  for (const Entry& entry : journal_) out.journal.push_back({entry.name, copy(entry.node), entry.removed});
  return out;
}

void FaultFiles::apply(Files& files, const Entry& entry) {
  if (!entry.removed.empty()) files.erase(entry.removed);
  if (entry.node) {
    files[entry.name] = entry.node;
  } else {
    files.erase(entry.name);
  }
}

void FaultFiles::enter(Entry entry) {
  apply(live_, entry);
  journal_.push_back(std::move(entry));
}

// A journalling file system keeps a prefix of the entries it was told of; of the data it may keep any sector.
FaultFiles::Files FaultFiles::after_cut(Image left, Tail tail) {
  const std::size_t kept = draw(2) == 0 ? 0 : draw(left.journal.size() + 1);
  for (std::size_t n = 0; n < kept; ++n) apply(left.durable, left.journal[n]);
  for (auto& [name, node] : left.durable) damage(*node, tail);
  return std::move(left.durable);
}

void FaultFiles::cut(Tail tail) {
  const std::lock_guard lock(mutex_);
  durable_ = after_cut(image_ ? *std::move(image_) : image(), tail);
  live_ = durable_;
  image_.reset();
  journal_.clear();
  locks_.clear();
  cut_at_ = fail_at_ = 0;
}

Bytes FaultFiles::save_as_cut(Tail tail) {
  const std::lock_guard lock(mutex_);
  Writer out;
  for (const auto& [name, node] : after_cut(image(), tail)) out.sized(name).sized(node->data);
  return out.take();
}

void FaultFiles::load(ByteView saved) {
  const std::lock_guard lock(mutex_);
  for (Reader in(saved); in.left() > 0;) {
    const ByteView name = in.sized();
    const ByteView data = in.sized();
    durable_[std::string(name)] = std::make_shared<Node>(Node{std::string(data), data.size(), false});
  }
  live_ = durable_;
}

void FaultFiles::damage(Node& node, Tail tail) {
  const std::size_t unsynced = node.data.size() - node.synced;
  node.data.resize(node.synced + (draw(3) == 0 ? 0 : draw(unsynced + 1)));
  for (std::size_t at = node.synced; tail == Tail::Garbled && at < node.data.size();) {
    const std::size_t end = std::min(node.data.size(), (at / kSector + 1) * kSector);
    if (draw(3) == 0) std::memset(&node.data[at], 0, end - at);
    if (end == node.data.size()) {
      for (std::size_t byte = at + draw(end - at); byte < end; ++byte) node.data[byte] = static_cast<char>(draw(256));
    }
    at = end;
  }
  node.synced = node.data.size();
  node.forsaken = false;
}

IOStatus FaultFiles::append(Node& node, const std::string& name, const Slice& data) {
  const std::lock_guard lock(mutex_);
  const IOStatus status = gate(Call::Write, name);
  // A write that fails may have written a part.
  node.data.append(data.data(), status.ok() ? data.size() : draw(data.size() + 1));
  return status;
}

IOStatus FaultFiles::sync(Node& node, const std::string& name) {
  const std::lock_guard lock(mutex_);
  const IOStatus status = gate(Call::Sync, name);
  if (!status.ok()) node.forsaken = true;
  if (!node.forsaken) node.synced = node.data.size();
  return status;
}

IOStatus FaultFiles::sync_entries() {
  const std::lock_guard lock(mutex_);
  if (IOStatus status = gate(Call::Sync, "directory"); !status.ok()) return status;
  for (const Entry& entry : journal_) apply(durable_, entry);
  journal_.clear();
  return IOStatus::OK();
}

IOStatus FaultFiles::read(const Node& node, const std::string& name, std::uint64_t offset, std::size_t size, Slice* result,
                          char* scratch) {
  const std::lock_guard lock(mutex_);
  *result = Slice();
  if (IOStatus status = gate(Call::Read, name); !status.ok()) return status;
  if (offset >= node.data.size()) return IOStatus::OK();
  const std::size_t there = std::min<std::size_t>(size, node.data.size() - offset);
  std::memcpy(scratch, node.data.data() + offset, there);
  *result = Slice(scratch, there);
  return IOStatus::OK();
}

IOStatus FaultFiles::resize(Node& node, std::size_t size) {
  const std::lock_guard lock(mutex_);
  node.data.resize(std::min(size, node.data.size()));
  node.synced = std::min(node.synced, node.data.size());
  return IOStatus::OK();
}

std::size_t FaultFiles::size_of(const Node& node) {
  const std::lock_guard lock(mutex_);
  return node.data.size();
}

IOStatus FaultFiles::NewSequentialFile(const std::string& name, const rocksdb::FileOptions&,
                                       std::unique_ptr<rocksdb::FSSequentialFile>* out, IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (IOStatus status = gate(Call::Read, name); !status.ok()) return status;
  const auto found = live_.find(name);
  if (found == live_.end()) return absent(name);
  *out = std::make_unique<Sequential>(*this, name, found->second);
  return IOStatus::OK();
}

IOStatus FaultFiles::NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions&,
                                         std::unique_ptr<rocksdb::FSRandomAccessFile>* out, IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (IOStatus status = gate(Call::Read, name); !status.ok()) return status;
  const auto found = live_.find(name);
  if (found == live_.end()) return absent(name);
  *out = std::make_unique<Random>(*this, name, found->second);
  return IOStatus::OK();
}

IOStatus FaultFiles::NewWritableFile(const std::string& name, const rocksdb::FileOptions&,
                                     std::unique_ptr<rocksdb::FSWritableFile>* out, IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (IOStatus status = gate(Call::Entry, name); !status.ok()) return status;
  auto node = std::make_shared<Node>();
  enter({name, node, {}});
  *out = std::make_unique<Writable>(*this, name, std::move(node));
  return IOStatus::OK();
}

IOStatus FaultFiles::ReopenWritableFile(const std::string& name, const rocksdb::FileOptions&,
                                        std::unique_ptr<rocksdb::FSWritableFile>* out, IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (IOStatus status = gate(Call::Entry, name); !status.ok()) return status;
  const auto found = live_.find(name);
  if (found == live_.end()) return absent(name);
  *out = std::make_unique<Writable>(*this, name, found->second);
  return IOStatus::OK();
}

IOStatus FaultFiles::NewDirectory(const std::string&, const IOOptions&, std::unique_ptr<rocksdb::FSDirectory>* out,
                                  IODebugContext*) {
  *out = std::make_unique<Directory>(*this);
  return IOStatus::OK();
}

IOStatus FaultFiles::FileExists(const std::string& name, const IOOptions&, IODebugContext*) {
  const std::lock_guard lock(mutex_);
  return live_.contains(name) ? IOStatus::OK() : IOStatus::NotFound(name);
}

IOStatus FaultFiles::GetChildren(const std::string& directory, const IOOptions&, std::vector<std::string>* out, IODebugContext*) {
  const std::lock_guard lock(mutex_);
  out->clear();
  for (const auto& [name, node] : live_) {
    if (name.starts_with(directory + "/")) out->push_back(name.substr(directory.size() + 1));
  }
  return IOStatus::OK();
}

IOStatus FaultFiles::DeleteFile(const std::string& name, const IOOptions&, IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (IOStatus status = gate(Call::Entry, name); !status.ok()) return status;
  if (!live_.contains(name)) return absent(name);
  enter({name, nullptr, {}});
  return IOStatus::OK();
}

IOStatus FaultFiles::GetFileSize(const std::string& name, const IOOptions&, std::uint64_t* size, IODebugContext*) {
  const std::lock_guard lock(mutex_);
  const auto found = live_.find(name);
  if (found == live_.end()) return absent(name);
  *size = found->second->data.size();
  return IOStatus::OK();
}

IOStatus FaultFiles::GetFileModificationTime(const std::string&, const IOOptions&, std::uint64_t* time, IODebugContext*) {
  *time = 1;
  return IOStatus::OK();
}

IOStatus FaultFiles::RenameFile(const std::string& from, const std::string& to, const IOOptions&, IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (IOStatus status = gate(Call::Entry, to); !status.ok()) return status;
  const auto found = live_.find(from);
  if (found == live_.end()) return absent(from);
  const auto node = found->second;
  enter({to, node, from});
  return IOStatus::OK();
}

IOStatus FaultFiles::LockFile(const std::string& name, const IOOptions&, rocksdb::FileLock** out, IODebugContext*) {
  const std::lock_guard lock(mutex_);
  if (!locks_.insert(name).second) return IOStatus::IOError("lock hold by current process");
  *out = new Lock(name);
  return IOStatus::OK();
}

IOStatus FaultFiles::UnlockFile(rocksdb::FileLock* held, const IOOptions&, IODebugContext*) {
  const std::lock_guard lock(mutex_);
  const std::unique_ptr<Lock> owned(static_cast<Lock*>(held));
  locks_.erase(owned->name);
  return IOStatus::OK();
}

IOStatus FaultFiles::GetTestDirectory(const IOOptions&, std::string* path, IODebugContext*) {
  *path = "/test";
  return IOStatus::OK();
}

IOStatus FaultFiles::NewLogger(const std::string&, const IOOptions&, std::shared_ptr<rocksdb::Logger>* out, IODebugContext*) {
  *out = std::make_shared<Silence>();
  return IOStatus::OK();
}

IOStatus FaultFiles::GetAbsolutePath(const std::string& path, const IOOptions&, std::string* out, IODebugContext*) {
  *out = path;
  return IOStatus::OK();
}

IOStatus FaultFiles::IsDirectory(const std::string& path, const IOOptions&, bool* is_directory, IODebugContext*) {
  const std::lock_guard lock(mutex_);
  *is_directory = !live_.contains(path);
  return IOStatus::OK();
}

}  // namespace concordat::store
