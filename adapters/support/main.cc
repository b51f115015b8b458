// concordat-support: victims' registrations, choices and consent, out of a watched folder and to the broker; or one record handed in.
#include "adapters/sdk/publisher.h"
#include "adapters/support/columns.h"
#include "adapters/support/command.h"

namespace concordat::support {
namespace {

class Support final : public sdk::PublishingProgram {
 public:
  sdk::Program about() const override {
    return {"concordat-support", "Publishes victims' registrations, choices and consent. register, prefer and consent hand in one record.", true, false};
  }

  Result<int> configure(text::Map*, text::Map* feed, sdk::Environment) override {
    TRY(sdk::Mapping mapping, sdk::read_mapping(feed, column_names()));
    Reading reading{std::move(mapping)};
    TRY(reading.purposes, read_purposes(feed));
    TRY(reading.in_bulk, sdk::read_in_bulk(feed));
    source_.emplace(std::move(reading));
    return 0;
  }
  const sdk::Source& source() const override { return *source_; }
  std::string mapping_table() const override { return support::mapping_table(); }

 private:
  std::optional<SupportSource> source_;
};

}  // namespace
}  // namespace concordat::support

int main(int argc, char** argv) {
  if (concordat::support::is_entry(argc, argv)) return concordat::support::enter(argc, argv);
  concordat::support::Support program;
  return concordat::sdk::publish(argc, argv, program);
}
