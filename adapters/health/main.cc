// concordat-health: what a hospital's engine sends of attendances, over MLLP or out of a watched folder, and to the broker.
#include "adapters/health/mllp.h"
#include "adapters/health/source.h"
#include "adapters/sdk/publisher.h"

namespace concordat::health {
namespace {

Result<MllpOptions> options_of(text::Map& map) {
  MllpOptions options;
  TRY(text::Map listen, map.map("listen"));
  TRY(static_cast<sdk::ListenSettings&>(options), sdk::read_listen(listen, map.key("listen")));
  TRY(const std::int64_t connections, listen.integer_or("connections_max", 1, 256, 32));
  options.connections_max = static_cast<std::size_t>(connections);
  TRY_VOID(listen.finish());
  return options;
}

class Health final : public sdk::PublishingProgram {
 public:
  sdk::Program about() const override { return {"concordat-health", "Publishes a hospital's attendances in which abuse was disclosed.", true, false}; }
  bool needs_folder() const override { return false; }

  Result<int> configure(text::Map* map, text::Map* feed, sdk::Environment environment) override {
    Reading reading;
    reading.environment = environment;
    if (map != nullptr) TRY_VOID(configure_from(*map, reading));
    TRY(reading.in_bulk, sdk::read_in_bulk(feed));
    source_.emplace(std::move(reading));
    return 0;
  }
  const sdk::Source& source() const override { return *source_; }
  std::string mapping_table() const override { return health::mapping_table(); }

  Result<int> check_listening() const override { return listen_ ? Mllp::check(*listen_) : 0; }
  Result<std::unique_ptr<sdk::Listening>> listen(sdk::Arrivals& arrivals, observe::Log& log) override {
    if (!listen_) return std::unique_ptr<sdk::Listening>();
    const auto take = [&arrivals](std::string text) { return arrivals.hand_in(kFrameName, std::move(text)).durable; };
    TRY(std::unique_ptr<Mllp> mllp, Mllp::listen(*listen_, take, log.sink()));
    log.info("listening", {{"address", listen_->address}, {"port", mllp->port()}, {"tls", !listen_->certificate.empty()}, {"senders", listen_->senders.size()}});
    if (!listen_->network_protected_by.empty()) {
      log.warning("nobody who sends is asked who it is: the network protects this, somebody decided", {{"network_protected_by", listen_->network_protected_by}});
    }
    return std::unique_ptr<sdk::Listening>(std::move(mllp));
  }

 private:
  Result<int> configure_from(text::Map& map, Reading& reading) {
    TRY(reading.areas, sdk::read_areas(map));
    TRY(const std::filesystem::path table, map.path("disclosures"));
    TRY(reading.rules, Rules::load(table));
    TRY(const text::Duration kept, map.duration_or("kept_for", {60, text::Duration::Unit::Days}));
    if (kept.days() < 1 || kept.days() > 366) return map.key("kept_for").refuse("from a day to a year");
    reading.kept = std::chrono::days(kept.days());
    if (map.find("listen")) {
      TRY(listen_, options_of(map));
    }
    return 0;
  }

  std::optional<HealthSource> source_;
  std::optional<MllpOptions> listen_;
};

}  // namespace
}  // namespace concordat::health

int main(int argc, char** argv) {
  concordat::health::Health program;
  return concordat::sdk::publish(argc, argv, program);
}
