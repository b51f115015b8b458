// A long text as it comes off a disk, piece by piece.
#pragma once

#include <string_view>

#include "proto/base/result.h"

namespace concordat::read {

class Pieces {
 public:
  virtual ~Pieces() = default;
  /// The next bytes, valid until the next call; none at the end. E-INPUT if the text cannot be read.
  virtual Result<std::string_view> next() = 0;
};

}  // namespace concordat::read
