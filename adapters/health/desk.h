// The attendances that one message is about, loaded as they were kept, found by reference, by patient, by the same stay, and put
// back with the input: for one call of HealthSource::follow.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/health/adt.h"
#include "adapters/sdk/input.h"
#include "adapters/sdk/source.h"

namespace concordat::health {

class Desk {
 public:
  Desk(sdk::Kept& kept, std::chrono::days for_days, Instant now) : kept_(kept), until_(now + for_days), now_(now) {}

  /// The attendance under a reference, or under the one that it moved to; null if nothing is kept of it.
  Result<Attendance*> find(const std::string& reference);
  /// A new one.
  Attendance& begin(std::string reference, const std::string& facility);
  /// From now on `reference` leads to `kept`.
  void lead(const std::string& reference, const Attendance& kept);
  void forget(const std::string& reference);
  /// All that are kept of a patient: those whose PID-3 has one of the numbers.
  Result<std::vector<Attendance*>> of_patient(const std::string& facility, const std::vector<Identifier>& patient);
  /// Remembers that the patient has the attendance.
  Result<int> index(const std::string& facility, const std::vector<Identifier>& patient, const std::string& reference);
  /// What is to be kept of all that was begun or changed. E-LIMIT if one of them is too long.
  Result<int> put_back(sdk::Input& input);
  void change(const Attendance& kept) { changed_.insert(kept.reference); }

 private:
  struct Stays {
    Instant until{};
    std::vector<std::string> references;  ///< The newest last.
    bool changed = false;
  };
  Result<Stays*> stays(const std::string& name);

  sdk::Kept& kept_;
  Instant until_, now_;
  std::map<std::string, std::optional<Attendance>> attendances_;
  std::map<std::string, Stays> stays_;
  std::set<std::string> changed_;
};

}  // namespace concordat::health
