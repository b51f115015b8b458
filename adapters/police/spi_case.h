// The case of an SPI NewCase message as typed events. Private to this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/police/incidents.h"
#include "adapters/sdk/read/xml.h"

namespace concordat::police {

class SpiCase {
 public:
  /// `line_before`: lines of the file before the message's first. `dated`: when the message was made, or empty.
  SpiCase(const read::Xml& a_case, std::uint64_t line_before, std::string dated)
      : case_(a_case), line_before_(line_before), dated_(std::move(dated)) {}

  using Events = tl::expected<std::vector<sdk::TypedEvent>, sdk::Failure>;
  /// One Incident: of all defendants, or of the n-th alone. Its reference is the URN and the lowest prosecutor's reference of
  /// its defendants, because a later message may bring further defendants of the same case.
  Events events(std::optional<std::size_t> defendant, const Reading& reading) const;
  Events events_by_defendant(const Reading& reading) const;
  std::size_t defendants() const { return case_.all("Defendant").size(); }

 private:
  const read::Xml& case_;
  std::uint64_t line_before_;
  std::string dated_;
};

}  // namespace concordat::police
