// concordat-police: incidents, DASH assessments and new cases of a police force, out of a watched folder and to the broker.
#include "adapters/police/columns.h"
#include "adapters/police/police.h"
#include "adapters/sdk/publisher.h"
#include "adapters/sdk/read/record.h"
#include "proto/base/durable_file.h"

namespace concordat::police {
namespace {

Result<read::Areas> areas_of(const std::filesystem::path& file) {
  if (file.empty()) return read::Areas();
  TRY(const std::optional<Bytes> text, concordat::read_file(file.string(), read::kFileBytesMax));
  if (!text) return fail(Fault::Malformed, code::kConfig, file.string() + ": no such file");
  return read::Areas::parse(*text);
}

class Police final : public sdk::PublishingProgram {
 public:
  sdk::Program about() const override { return {"concordat-police", "Publishes a police force's incidents, DASH assessments and new cases.", true, false}; }

  Result<int> configure(text::Map* map, text::Map* feed, Environment environment) override {
    Reading reading{sdk::Mapping::identity(column_names()), {}, environment, false};
    if (map != nullptr) {
      TRY(const std::filesystem::path areas, map->path_or("areas", {}));
      TRY(reading.areas, areas_of(areas));
    }
    if (feed != nullptr) {
      TRY(const std::filesystem::path mapping, feed->path_or("mapping", {}));
      TRY(reading.in_bulk, feed->boolean_or("in_bulk", false));
      if (!mapping.empty()) {
        TRY(reading.mapping, sdk::Mapping::load(mapping, column_names()));
      }
    }
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
