// Dry runs: see dry_run.h.
#include "adapters/sdk/dry_run.h"

#include <cstdio>
#include <filesystem>
#include <map>
#include <set>

#include "adapters/sdk/command.h"
#include "adapters/sdk/history.h"
#include "adapters/sdk/read/record.h"
#include "proto/base/durable_file.h"
#include "proto/contract/render.h"

namespace concordat::sdk {
namespace {

constexpr std::size_t kProgressEach = 100'000;

/// What a dry run keeps from file to file.
class KeptInMemory final : public Kept {
 public:
  Result<std::optional<Bytes>> state(std::string_view name) override {
    const auto found = values_.find(name);
    return found == values_.end() ? std::optional<Bytes>{} : found->second;
  }
  void take(const Input& input) {
    for (const auto& [name, what] : input.state) values_[name] = what.value;
  }

 private:
  std::map<std::string, std::optional<Bytes>, std::less<>> values_;
};

class DryRun {
 public:
  DryRun(const Source& source, Instant now) : source_(source), now_(now) {}

  Result<int> take(const std::string& name, Input& input) {
    if (!input.failure) {
      if (const auto followed = source_.follow(input, kept_, now_); !followed) input.failure = Failure{input.line, "record", followed.error()};
    }
    if (!input.failure) kept_.take(input);
    all_mapped_ = all_mapped_ && !input.failure;
    for (const std::string& line : dry_run_lines(name, input, now_)) TRY_VOID(print_more(line + "\n"));
    return withdrawals(name, input);
  }
  /// A file that cannot be read is a line like any other: the rest are read all the same.
  Result<int> refuse(const std::string& name, Error error) {
    Input input = failed_input(0, "file", std::move(error), {}, false);
    return take(name, input);
  }
  Result<int> file(const std::string& path, const std::string& name) {
    std::error_code gone;
    if (std::filesystem::is_directory(path, gone)) return refuse(name, {Fault::Malformed, code::kInput, "it is a folder: name its files"});
    if (std::filesystem::file_size(path, gone) > read::kFileBytesMax && !gone) return refuse(name, {Fault::Malformed, code::kLimit, "the file is over 32 MiB; --history takes it"});
    const auto text = concordat::read_file(path, read::kFileBytesMax);
    if (!text) return refuse(name, text.error());
    if (!*text) return refuse(name, {Fault::Malformed, code::kInput, "there is no such file"});
    for (Input& input : source_.read(name, **text)) TRY_VOID(take(name, input));
    return 0;
  }
  Result<int> history(const std::string& path, const std::string& name) {
    const auto pieces = FilePieces::open(path);
    if (!pieces) return refuse(name, pieces.error());
    const auto inputs = source_.stream(name, **pieces);
    for (std::size_t records = 1;; ++records) {
      auto input = inputs->next();
      if (!input) return refuse(name, input.error());
      if (!*input) return 0;
      mark_in_bulk(**input);
      TRY_VOID(take(name, **input));
      said_.clear();  // a history is of any length, and what is held is not
      if (records % kProgressEach == 0) std::fprintf(stderr, "%s: %zu records, %llu MB\n", name.c_str(), records, static_cast<unsigned long long>((*pieces)->done() / 1'000'000));
    }
  }
  bool all_mapped() const { return all_mapped_; }

 private:
  /// Of what an input says is no more, what was said before in this run.
  Result<int> withdrawals(const std::string& name, const Input& input) {
    if (input.failure) return 0;
    for (const NoMore& gone : input.no_more) {
      if (said_.erase({gone.kind, gone.reference}) == 0) continue;
      TRY_VOID(print_more("{\"input\":" + contract::json_text(name) + ",\"line\":" + std::to_string(input.line) + ",\"kind\":" + contract::json_text(contract::name_of(gone.kind)) +
                          ",\"reference\":" + contract::json_text(gone.reference) + ",\"withdrawn\":true}\n"));
    }
    for (const TypedEvent& event : input.events) said_.emplace(event.kind, event.reference);
    return 0;
  }

  const Source& source_;
  const Instant now_;
  std::set<std::pair<contract::Kind, std::string>> said_;
  KeptInMemory kept_;
  bool all_mapped_ = true;
};

}  // namespace

Result<bool> dry_run(const std::vector<std::string>& files, const Source& source, bool history, Instant now) {
  DryRun run(source, now);
  for (const std::string& path : files) {
    const std::string name = std::filesystem::path(path).filename().string();
    if (history) {
      TRY_VOID(run.history(path, name));
    } else {
      TRY_VOID(run.file(path, name));
    }
  }
  TRY_VOID(print({}));
  return run.all_mapped();
}

}  // namespace concordat::sdk
