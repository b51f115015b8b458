// What a police force's files say, as a source.
#pragma once

#include "adapters/police/incidents.h"

namespace concordat::police {

class PoliceSource final : public sdk::Source {
 public:
  explicit PoliceSource(Reading reading) : reading_(std::move(reading)) {}
  std::vector<sdk::Input> read(const std::string& name, std::string_view text) const override { return read_file(name, text, reading_); }
  std::unique_ptr<sdk::Inputs> stream(const std::string& name, read::Pieces& pieces) const override;
  std::string version() const override { return reading_.mapping.version(); }

 private:
  Reading reading_;
};

}  // namespace concordat::police
