// concordat-health: what a hospital's engine sends of attendances, over MLLP or out of a watched folder, and to the broker.
#include "adapters/health/mllp.h"
#include "adapters/health/source.h"
#include "adapters/sdk/publisher.h"
#include "adapters/sdk/read/record.h"
#include "proto/base/durable_file.h"

namespace concordat::health {
namespace {

Result<read::Areas> areas_of(const std::filesystem::path& file) {
  if (file.empty()) return read::Areas();
  TRY(const std::optional<Bytes> text, concordat::read_file(file.string(), read::kFileBytesMax));
  if (!text) return fail(Fault::Malformed, code::kConfig, file.string() + ": no such file");
  return read::Areas::parse(*text);
}

Result<MllpOptions> options_of(text::Map& map) {
  MllpOptions options;
  TRY(text::Map listen, map.map("listen"));
  TRY(options.address, listen.text_or("address", options.address));
  TRY(const std::int64_t port, listen.integer("port", 0, 65'535));
  options.port = static_cast<std::uint16_t>(port);
  TRY(const std::int64_t connections, listen.integer_or("connections_max", 1, 256, 32));
  options.connections_max = static_cast<std::size_t>(connections);
  TRY(options.certificate, listen.path_or("certificate", {}));
  TRY(options.key, listen.path_or("key", {}));
  TRY_VOID(listen.finish());
  if (options.certificate.empty() != options.key.empty()) return map.key("listen").refuse("TLS needs both `certificate` and `key`");
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
    if (feed != nullptr) {
      TRY(reading.in_bulk, feed->boolean_or("in_bulk", false));
    }
    source_.emplace(std::move(reading));
    return 0;
  }
  const sdk::Source& source() const override { return *source_; }
  std::string mapping_table() const override { return health::mapping_table(); }

  Result<std::unique_ptr<sdk::Listening>> listen(sdk::Arrivals& arrivals, observe::Log& log) override {
    if (!listen_) return std::unique_ptr<sdk::Listening>();
    const auto take = [&arrivals](std::string text) { return arrivals.hand_in(kFrameName, std::move(text)).durable; };
    TRY(std::unique_ptr<Mllp> mllp, Mllp::listen(*listen_, take, log.sink()));
    log.info("listening", {{"address", listen_->address}, {"port", mllp->port()}, {"tls", !listen_->certificate.empty()}});
    return std::unique_ptr<sdk::Listening>(std::move(mllp));
  }

 private:
  Result<int> configure_from(text::Map& map, Reading& reading) {
    TRY(const std::filesystem::path areas, map.path_or("areas", {}));
    TRY(reading.areas, areas_of(areas));
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
