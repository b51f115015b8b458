// SQLite behind one door: a connection, statements kept prepared, transactions that roll back unless committed.
// Private to this folder; everything above speaks keep.h.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace concordat::keep {

/// An exclusive lock on the database's own file, which nobody can take away unnoticed, held until the object is gone; the kernel gives it
/// up when the process ends, however it ends. It is no lock that SQLite knows of. The object must outlive the Database: closing any
/// descriptor of the file gives up the locks that SQLite holds on it.
class FileLock {
 public:
  /// E-KEEP if the file cannot be opened.
  static Result<std::unique_ptr<FileLock>> on(const std::string& path);
  /// E-SERVED if another process, or another object of this one, holds it.
  Result<int> take();
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  FileLock(int file, std::string path) : file_(file), path_(std::move(path)) {}
  int file_;
  std::string path_;
};

/// Asked before every statement with its text; false makes the statement fail as a disk would. Tests may also end the
/// process inside. Empty in programs.
using FaultHook = std::function<bool(std::string_view statement)>;

/// A parameter of a statement. Borrowed bytes live until the statement has run.
struct Bind {
  enum class Type : std::uint8_t { Number, Blob, Text } type;
  std::int64_t number = 0;
  ByteView bytes;

  static Bind of(std::uint64_t value) { return {Type::Number, static_cast<std::int64_t>(value), {}}; }
  static Bind blob(ByteView value) { return {Type::Blob, 0, value}; }
  static Bind text(ByteView value) { return {Type::Text, 0, value}; }
};

/// The current row while `each` calls back.
class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  std::uint64_t number(int column) const;
  /// Valid until the callback returns.
  ByteView bytes(int column) const;

 private:
  sqlite3_stmt* statement_;
};

/// One connection, one thread. Errors are E-KEEP: Corrupt if SQLite says the file is not whole, Busy if another process
/// holds it, Unavailable otherwise.
class Database {
 public:
  /// Opens or creates `path` (mode 0600) with WAL, synchronous=FULL and secure_delete.
  static Result<std::unique_ptr<Database>> open(const std::string& path, FaultHook hook);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  Result<int> run(std::string_view sql, std::vector<Bind> binds = {});
  Result<int> each(std::string_view sql, std::vector<Bind> binds, const std::function<void(const Row&)>& row);
  /// Rows changed by the last statement.
  std::uint64_t changed() const;
  std::uint64_t last_rowid() const;
  bool in_transaction() const;

 private:
  Database(sqlite3* handle, FaultHook hook) : handle_(handle), hook_(std::move(hook)) {}
  Result<sqlite3_stmt*> prepared(std::string_view sql);
  tl::unexpected<Error> failure(std::string_view sql) const;

  sqlite3* handle_;
  FaultHook hook_;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;
};

/// BEGIN IMMEDIATE … COMMIT; the destructor rolls back what was not committed. Inside of another one it is a part of it (a savepoint): committed,
/// it is on the disk when the outer one is.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  ~Transaction();
  Transaction(Transaction&& other) noexcept : database_(other.database_), part_(other.part_) { other.database_ = nullptr; }
  Transaction& operator=(Transaction&&) = delete;
  Result<int> commit();

 private:
  Transaction(Database& database, bool part) : database_(&database), part_(part) {}
  Database* database_;
  bool part_;
};

}  // namespace concordat::keep
