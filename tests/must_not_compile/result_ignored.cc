// A failure that nobody looked at does not compile.
// refused: ignoring return.*nodiscard|declared with attribute .nodiscard
#include "proto/base/result.h"

using namespace concordat;

Result<int> may_fail();

bool did() {
#ifdef FORBIDDEN
  may_fail();
  return true;
#else
  return may_fail().has_value();
#endif
}
