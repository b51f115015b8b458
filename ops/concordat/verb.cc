// Arguments of a verb: see verb.h.
#include "ops/concordat/verb.h"

namespace concordat::ops {

std::string Arguments::one(const std::string& name) const {
  const auto& values = all(name);
  return values.empty() ? std::string() : values.front();
}

const std::vector<std::string>& Arguments::all(const std::string& name) const {
  static const std::vector<std::string> kNone;
  const auto at = values_.find(name);
  return at != values_.end() ? at->second : kNone;
}

}  // namespace concordat::ops
