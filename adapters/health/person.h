// The patient as a person of the contract: name, birth, address, ways to reach her, NHS number. Never the next of kin.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/health/adt.h"

namespace google::protobuf {
class Message;
}
namespace concordat::v1 {
class Person;
}

namespace concordat::health {

/// Sets fields from a message's texts and remembers the first that could not be.
class Filler {
 public:
  explicit Filler(std::uint64_t line) : line_(line) {}
  /// Nothing if `text` is empty. `field` is HL7's: "PID-7".
  void set(google::protobuf::Message& message, std::string_view path, std::string_view text, std::string_view field);
  /// A time in HL7's writing; the source's text is kept. `must`: one that cannot be read fails; else it is left out.
  void time(google::protobuf::Message& message, const std::string& path, const std::string& text, std::string_view field, bool must);
  void refuse(std::string_view field, Error error);
  const std::optional<sdk::Failure>& failure() const { return failure_; }

 private:
  std::uint64_t line_;
  std::optional<sdk::Failure> failure_;
};

void put_patient(v1::Person& person, const Attendance& attendance, const read::Areas& areas, Filler& fill);

}  // namespace concordat::health
