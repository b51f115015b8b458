// How a function says that it failed: see result.h.
#include "proto/base/result.h"

namespace concordat {

std::string describe(const Error& error) {
  std::string line = std::string(error.code.name) + " " + std::string(error.code.meaning);
  if (!error.detail.empty()) line += ": " + error.detail;
  line += ". " + std::string(error.code.remedy);
  return line;
}

}  // namespace concordat
