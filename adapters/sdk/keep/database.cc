// SQLite behind one door: preparing, binding, stepping, and the meaning of its error codes.
#include "adapters/sdk/keep/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <memory>

namespace concordat::keep {
namespace {

constexpr int kBusyMs = 5000;

Fault fault_of(int code) {
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Fault::Corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return Fault::Busy;
    default: return Fault::Unavailable;
  }
}

int bind_one(sqlite3_stmt* statement, int place, const Bind& bind) {
  switch (bind.type) {
    case Bind::Type::Number: return sqlite3_bind_int64(statement, place, bind.number);
    case Bind::Type::Blob:
      return sqlite3_bind_blob64(statement, place, bind.bytes.empty() ? "" : bind.bytes.data(), bind.bytes.size(), SQLITE_STATIC);
    case Bind::Type::Text:
      return sqlite3_bind_text64(statement, place, bind.bytes.empty() ? "" : bind.bytes.data(), bind.bytes.size(), SQLITE_STATIC,
                                 SQLITE_UTF8);
  }
  return SQLITE_MISUSE;
}

/// Gives the prepared statement back clean however the call ends.
struct Rewind {
  sqlite3_stmt* statement;
  ~Rewind() {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }
};

/// SQLite creates files by umask; ours are for their owner alone.
Result<int> create_private(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return fail(Fault::Unavailable, code::kKeep, path + ": cannot be created or opened");
  ::close(file);
  return 0;
}

}  // namespace

Result<std::unique_ptr<FileLock>> FileLock::on(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return fail(Fault::Unavailable, code::kKeep, path + ": cannot be opened");
  return std::unique_ptr<FileLock>(new FileLock(file, path));
}

Result<int> FileLock::take() {
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0) return fail(Fault::Refused, code::kServed, path_);
  return 0;
}

FileLock::~FileLock() { ::close(file_); }

std::uint64_t Row::number(int column) const { return static_cast<std::uint64_t>(sqlite3_column_int64(statement_, column)); }

ByteView Row::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return data == nullptr ? ByteView{} : ByteView{static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, FaultHook hook) {
  TRY_VOID(create_private(path));
  sqlite3* handle = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<Database> database(new Database(handle, std::move(hook)));
  if (opened != SQLITE_OK) return fail(fault_of(opened), code::kKeep, path + ": " + sqlite3_errstr(opened));
  sqlite3_busy_timeout(handle, kBusyMs);
  for (const char* pragma : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA secure_delete=ON", "PRAGMA trusted_schema=OFF",
                             "PRAGMA temp_store=MEMORY"}) {
    TRY_VOID(database->run(pragma));
  }
  return database;
}

Database::~Database() {
  for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(handle_);
}

tl::unexpected<Error> Database::failure(std::string_view sql) const {
  // SQLite's own message could quote a value; its code's words cannot.
  return fail(fault_of(sqlite3_errcode(handle_)), code::kKeep,
              std::string(sql.substr(0, sql.find(' '))) + ": " + sqlite3_errstr(sqlite3_extended_errcode(handle_)));
}

Result<sqlite3_stmt*> Database::prepared(std::string_view sql) {
  if (const auto found = statements_.find(sql); found != statements_.end()) return found->second;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
    return failure(sql);
  }
  statements_.emplace(std::string(sql), statement);
  return statement;
}

Result<int> Database::run(std::string_view sql, std::vector<Bind> binds) {
  return each(sql, std::move(binds), [](const Row&) {});
}

Result<int> Database::each(std::string_view sql, std::vector<Bind> binds, const std::function<void(const Row&)>& row) {
  if (hook_ && sql != "ROLLBACK" && !hook_(sql)) return fail(Fault::Unavailable, code::kKeep, "a fault was injected");
  TRY(sqlite3_stmt* const statement, prepared(sql));
  const Rewind rewind{statement};
  int place = 0;
  for (const Bind& bind : binds) {
    if (bind_one(statement, ++place, bind) != SQLITE_OK) return failure(sql);
  }
  int step;
  int rows = 0;
  while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
    row(Row(statement));
    ++rows;
  }
  if (step != SQLITE_DONE) return failure(sql);
  return rows;
}

std::uint64_t Database::changed() const { return static_cast<std::uint64_t>(sqlite3_changes64(handle_)); }
std::uint64_t Database::last_rowid() const { return static_cast<std::uint64_t>(sqlite3_last_insert_rowid(handle_)); }

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

Result<Transaction> Transaction::begin(Database& database) {
  const bool part = database.in_transaction();
  TRY_VOID(database.run(part ? "SAVEPOINT part" : "BEGIN IMMEDIATE"));
  return Transaction(database, part);
}

Result<int> Transaction::commit() {
  TRY_VOID(database_->run(part_ ? "RELEASE part" : "COMMIT"));
  database_ = nullptr;
  return 0;
}

Transaction::~Transaction() {
  if (database_ == nullptr) return;
  // A failed COMMIT may have rolled back by itself, and a full disk everything; then these fail harmlessly.
  static_cast<void>(database_->run(part_ ? "ROLLBACK TO part" : "ROLLBACK").has_value());
  if (part_) static_cast<void>(database_->run("RELEASE part").has_value());
}

}  // namespace concordat::keep
