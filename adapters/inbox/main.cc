// concordat-inbox: a desk. Runs and files what its clauses grant; or takes down what one of its people did.
#include <filesystem>
#include <optional>

#include "adapters/inbox/inbox.h"
#include "adapters/inbox/people.h"
#include "adapters/sdk/desk_program.h"

namespace concordat::inbox {
namespace {

class InboxProgram final : public sdk::DeskProgram {
 public:
  sdk::Program about() const override { return {"concordat-inbox", "A desk: files what its clauses grant, and says what its people did.", false, true}; }

  Result<Configured> configure(const std::string& file) override {
    TRY(const text::Document document, text::Document::load(file));
    TRY(text::Map map, document.map());
    Configured configured;
    TRY(configured.desk, map.text("desk"));
    TRY(folder_, map.path("folder"));
    TRY(history_, map.path("history"));
    TRY(conflicts_, map.path_or("conflicts", {}));
    TRY(configured.shared, sdk::read_settings(map, {.reads = true}));
    TRY_VOID(map.finish());
    if (!conflicts_.empty()) {
      TRY(declared_, read_conflicts(conflicts_.string()));
    }
    return configured;
  }
  Result<std::string> check() const override { return std::string("configuration, keys and directory"); }
  Result<int> step(const sdk::Command& command, keep::Keep& keep, Instant now) override {
    TRY_VOID(take_step({command.step, command.event, command.person, command.reason}, folder_.string(), declared_, keep, now, sdk::print));
    return 0;
  }
  Result<sdk::Desk*> open(const With& with) override {
    keep_ = &with.keep;
    log_ = &with.log;
    TRY(Inbox inbox, Inbox::open(folder_.string(), history_.string(), with.keep, with.clock.now()));
    inbox_.emplace(std::move(inbox));
    return &*inbox_;
  }
  Result<bool> work() override {
    TRY_VOID(report_conflicts(*keep_, *log_));
    return false;
  }

 private:
  std::filesystem::path folder_, history_, conflicts_;
  std::vector<Declared> declared_;
  std::optional<Inbox> inbox_;
  keep::Keep* keep_ = nullptr;
  observe::Log* log_ = nullptr;
};

}  // namespace
}  // namespace concordat::inbox

int main(int argc, char** argv) {
  concordat::inbox::InboxProgram program;
  return concordat::sdk::serve_desk(argc, argv, program);
}
