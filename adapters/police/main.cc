// concordat-police: incidents, DASH assessments and new cases of a police force, out of a watched folder and to the broker.
#include "adapters/police/columns.h"
#include "adapters/police/police.h"
#include "adapters/sdk/publisher.h"

namespace concordat::police {
namespace {

class Police final : public sdk::PublishingProgram {
 public:
  sdk::Program about() const override { return {"concordat-police", "Publishes a police force's incidents, DASH assessments and new cases.", true, false}; }

  Result<int> configure(text::Map* map, text::Map* feed, Environment environment) override {
    TRY(sdk::Mapping mapping, sdk::read_mapping(feed, column_names()));
    Reading reading{std::move(mapping), {}, environment, false};
    if (map != nullptr) {
      TRY(reading.areas, sdk::read_areas(*map));
    }
    TRY(reading.in_bulk, sdk::read_in_bulk(feed));
    source_.emplace(std::move(reading));
    return 0;
  }
  const sdk::Source& source() const override { return *source_; }
  std::string mapping_table() const override { return police::mapping_table(); }

 private:
  std::optional<PoliceSource> source_;
};

}  // namespace
}  // namespace concordat::police

int main(int argc, char** argv) {
  concordat::police::Police program;
  return concordat::sdk::publish(argc, argv, program);
}
