// How a function says that it failed: a Fault named by what the caller does next, a stable code, and a remedy.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "proto/base/catalogue.h"

namespace concordat {

/// Why an operation failed, named by what the caller should do next.
enum class Fault : std::uint8_t {
  Malformed,        ///< Can never succeed as sent. Reject; do not retry.
  Unauthenticated,  ///< The sender is not proven. Reject and record.
  Refused,          ///< An agreement forbids it. Reject, record, name the clause.
  Busy,             ///< A bound was reached; nothing was done. Retry after a pause.
  Unavailable,      ///< A dependency is away; the outcome is unknown. Re-read before retrying.
  Corrupt,          ///< Stored bytes fail their check. Stop; page a person.
};

/// An expected failure. `detail` names what exactly failed (file, line, field, clause); it never holds personal data or
/// secrets, so that it may be logged. The general meaning and remedy are the code's, in the catalogue.
struct Error {
  Fault fault;
  Code code;
  std::string detail;
};

/// One line for a person: "E-PROOF batch signature does not verify: <detail>. <remedy>".
std::string describe(const Error& error);

/// A value or an Error. Never ignored: discarding one does not compile.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

/// Makes the failing side of any Result: `return fail(Fault::Malformed, code::kFrame, "field 3")`.
inline tl::unexpected<Error> fail(Fault fault, Code code, std::string detail = {}) {
  return tl::unexpected<Error>(Error{fault, code, std::move(detail)});
}

}  // namespace concordat

#define CONCORDAT_JOIN_(a, b) a##b
#define CONCORDAT_JOIN(a, b) CONCORDAT_JOIN_(a, b)

/// TRY(auto value, expression): declares `value` from a Result, or returns its Error from the enclosing function.
#define TRY(declaration, ...) TRY_AT(CONCORDAT_JOIN(try_result_, __LINE__), declaration, __VA_ARGS__)
#define TRY_AT(name, declaration, ...)                           \
  auto name = (__VA_ARGS__);                                     \
  if (!name) return ::tl::unexpected(std::move(name).error()); \
  declaration = *std::move(name)

/// TRY_VOID(expression): the same where the Result carries no value that is wanted.
#define TRY_VOID(...)                                                                   \
  do {                                                                                  \
    if (auto try_void = (__VA_ARGS__); !try_void) {                                     \
      return ::tl::unexpected(std::move(try_void).error());                             \
    }                                                                                   \
  } while (false)
