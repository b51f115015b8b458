// concordat-courts: hearings and outcomes of the criminal courts, as they are posted, or out of a watched folder, to the broker.
#include "adapters/courts/courts.h"
#include "adapters/courts/fields.h"
#include "adapters/courts/post.h"
#include "adapters/sdk/publisher.h"

namespace concordat::courts {
namespace {

class Courts final : public sdk::PublishingProgram {
 public:
  sdk::Program about() const override { return {"concordat-courts", "Publishes hearings and outcomes of the criminal courts.", true, false}; }
  bool needs_folder() const override { return false; }

  Result<int> configure(text::Map* map, text::Map*, sdk::Environment environment) override {
    TRY(Tables tables, Tables::load());
    source_.emplace(std::move(tables), environment);
    if (map != nullptr) {
      TRY(listen_, read_listen(*map));
    }
    return 0;
  }
  const sdk::Source& source() const override { return *source_; }
  std::string mapping_table() const override { return courts::mapping_table(); }
  Result<int> check_listening() const override { return listen_ ? courts::check(*listen_) : 0; }
  Result<std::unique_ptr<sdk::Listening>> listen(sdk::Arrivals& arrivals, observe::Log& log) override {
    if (!listen_) return std::unique_ptr<sdk::Listening>();
    return courts::listen(*listen_, arrivals, log);
  }

 private:
  std::optional<CourtSource> source_;
  std::optional<Listen> listen_;
};

}  // namespace
}  // namespace concordat::courts

int main(int argc, char** argv) {
  concordat::courts::Courts program;
  return concordat::sdk::publish(argc, argv, program);
}
