// concordat-hmpps: who left prison, came back, or is to leave, out of a watched folder of HMPPS domain events and to the broker.
#include "adapters/hmpps/events.h"
#include "adapters/sdk/publisher.h"

namespace concordat::hmpps {
namespace {

class Hmpps final : public sdk::PublishingProgram {
 public:
  sdk::Program about() const override { return {"concordat-hmpps", "Publishes custody changes of prisons and links of prison and probation numbers.", true, false}; }

  Result<int> configure(text::Map* map, text::Map* feed, sdk::Environment) override {
    Reading reading;
    if (map != nullptr) {
      TRY(const std::filesystem::path movements, map->path_or("movements", {}));
      TRY(const std::filesystem::path types, map->path_or("event_types", {}));
      if (!movements.empty()) {
        TRY(reading.movements, Movements::load(movements));
      }
      if (!types.empty()) {
        TRY(reading.types, EventTypes::load(types));
      }
    }
    TRY(reading.in_bulk, sdk::read_in_bulk(feed));
    source_.emplace(std::move(reading));
    return 0;
  }
  const sdk::Source& source() const override { return *source_; }
  std::string mapping_table() const override { return hmpps::mapping_table(); }

 private:
  std::optional<HmppsSource> source_;
};

}  // namespace
}  // namespace concordat::hmpps

int main(int argc, char** argv) {
  concordat::hmpps::Hmpps program;
  return concordat::sdk::publish(argc, argv, program);
}
