// The world that the core decides in: directory and agreements as objects, built from the bytes that the log adopted.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "broker/core/input.h"
#include "broker/core/state.h"
#include "proto/base/result.h"
#include "proto/directory/version.h"

namespace concordat::broker {

/// What building a world needs besides the adopted bytes.
struct WorldParts {
  directory::Roots roots;
  bool production = false;
  std::shared_ptr<const Calendar> calendar;
};

/// From what is in force in `state`. Each agreement's signatures are verified against the directory again; those of a party
/// suspended since stand.
/// E-DIRECTORY, E-QUORUM, E-ROLLBACK, E-DEMONSTRATION; E-YAML, E-WORD, E-MEANING, E-LAW with file and line.
Result<World> build_world(const State& state, const WorldParts& parts);

/// The same as if a directory had been adopted: checked to follow `now` (the world in force), agreements compiled against it.
Result<AdoptDirectory> adopt_directory(const State& state, const World* now, const WorldParts& parts, Bytes bundle, std::string operator_name);
/// The same for an agreement file with its signatures: refused unless every party's signature that it asks for is there.
/// E-QUORUM names who is missing; E-MEANING if at `at` it has ended or not begun (a higher version takes the one before it
/// out of force at once). Without `at` its dates are not asked.
Result<AdoptAgreement> adopt_agreement(const State& state, const World& now, const WorldParts& parts, Bytes file, Bytes signatures,
                                       std::string operator_name, std::optional<Instant> at = {});

}  // namespace concordat::broker
