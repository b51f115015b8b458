// Incidents and DASH assessments from CSV and JSON; what all police inputs have in common once their fields are set.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/sdk/draft.h"
#include "adapters/sdk/input.h"
#include "adapters/sdk/mapping.h"
#include "adapters/sdk/source.h"
#include "adapters/sdk/read/areas.h"

namespace concordat::police {

using sdk::Environment;

/// What the readers need to know beside the file.
struct Reading {
  sdk::Mapping mapping;
  read::Areas areas;
  Environment environment = Environment::Unstated;  ///< Live refuses what its source marks as test.
  bool in_bulk = false;  ///< The feed is loaded in bulk: historic.
};

/// A file by what it is: `.csv`, `.json` or `.jsonl`, `.xml`. Every record of it is one Input. Never fails: what cannot be
/// read is an Input with its failure. Pure.
std::vector<sdk::Input> read_file(const std::string& name, std::string_view text, const Reading& reading);

/// A CSV file or JSON, one object a line, of any length; null of any other. `reading` and `pieces` must outlive it.
std::unique_ptr<sdk::Inputs> stream_file(const std::string& name, read::Pieces& pieces, const Reading& reading);

std::vector<sdk::Input> read_incidents_csv(std::string_view text, const Reading& reading);
std::vector<sdk::Input> read_incidents_json(std::string_view text, const Reading& reading);

/// Fills areas from postcodes where the source names none, and puts case references into their normal form.
void complete(google::protobuf::Message& incident, const read::Areas& areas);

}  // namespace concordat::police
