// concordat-notify: a desk that tells victims what they chose to hear; or takes down what one of its people did with a task.
#include <optional>

#include "adapters/notify/callbacks.h"
#include "adapters/notify/client.h"
#include "adapters/notify/notifier.h"
#include "adapters/notify/settings.h"
#include "adapters/notify/tasks.h"
#include "adapters/sdk/desk_program.h"
#include "adapters/sdk/http/bearer.h"

namespace concordat::notify {
namespace {

constexpr Milliseconds kDay{24 * 3'600'000};

class NotifyProgram final : public sdk::DeskProgram {
 public:
  sdk::Program about() const override { return {"concordat-notify", "A desk: tells victims what they chose to hear, by text, e-mail, letter or a person.", false, true}; }

  Result<Configured> configure(const std::string& file) override {
    TRY(settings_, read_settings(file));
    return Configured{settings_.shared, settings_.desk};
  }
  Result<int> fits(bool live) const override { return check_environment(settings_.service.base, live); }
  Result<std::string> check() const override {
    TRY_VOID(read_api_key(settings_.key));
    if (settings_.callbacks) TRY_VOID(http::read_token(settings_.token));
    TRY_VOID(http::Client::open(settings_.service));
    return std::string("configuration, templates, calendar, keys and directory");
  }
  Result<int> step(const sdk::Command& command, keep::Keep& keep, Instant now) override {
    return take_step({command.step, command.event, command.person, command.reason}, settings_.tasks.string(), keep, now, sdk::print);
  }

  Result<sdk::Desk*> open(const With& with) override {
    log_ = &with.log;
    TRY(ApiKey key, read_api_key(settings_.key));
    TRY(auto over, http::Client::open(settings_.service));
    service_.emplace(std::move(over), std::move(key), with.clock);
    const Place place{settings_.tasks.string(), settings_.done.string(), with.live, settings_.a_minute};
    TRY(notifier_, Notifier::open(place, settings_.rules, *service_, with.keep, with.entropy, with.clock, with.log));
    if (settings_.callbacks) {
      TRY(SecretBytes token, http::read_token(settings_.token));
      callbacks_.emplace(std::move(token));
      TRY(server_, http::Server::listen(settings_.listen, [this](const http::Request& request) { return callbacks_->answer(request); }));
    }
    return notifier_.get();
  }
  Result<bool> work() override {
    take_receipts();
    return notifier_->work();
  }
  /// Whether the calendar still knows the days that deadlines fall on.
  void daily(Instant now) override {
    if (settings_.rules.calendar.last() >= now + 60 * kDay) return;
    log_->error("the list of bank holidays ends soon: deadlines after it count them as working days", {{"code", code::kConfig.name}});
  }
  void close() override {
    if (callbacks_) callbacks_->close();
  }

 private:
  void take_receipts() {
    while (auto receipt = callbacks_ ? callbacks_->next() : std::nullopt) {
      const auto taken = notifier_->receipt(receipt->reference, receipt->id, receipt->status);
      if (!taken) log_->error("a delivery receipt waits", taken.error());
      receipt->durable->try_send(taken.has_value());
    }
  }

  NotifySettings settings_;
  observe::Log* log_ = nullptr;
  std::optional<Client> service_;
  std::unique_ptr<Notifier> notifier_;
  std::optional<Callbacks> callbacks_;
  std::unique_ptr<http::Server> server_;   ///< Its threads end before what they answer from.
};

}  // namespace
}  // namespace concordat::notify

int main(int argc, char** argv) {
  concordat::notify::NotifyProgram program;
  return concordat::sdk::serve_desk(argc, argv, program);
}
