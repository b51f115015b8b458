// A verb of the tool as a value: its words, its help, and the function that does it. Adding one is a file and a line in verbs.cc.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ops/concordat/output.h"
#include "proto/base/result.h"

namespace concordat::ops {

/// One word of the command line.
struct Parameter {
  enum class Kind : std::uint8_t {
    Value,     ///< --name VALUE
    Values,    ///< --name VALUE..., any number
    Flag,      ///< --name
    Place,     ///< a word without dashes
    Places,    ///< one or more words without dashes
  };
  Kind kind = Kind::Value;
  std::string name;     ///< Without dashes.
  std::string help;
  bool required = false;
};

/// What was given for the parameters of one verb.
class Arguments {
 public:
  void set(const std::string& name, std::vector<std::string> values) { values_[name] = std::move(values); }
  bool has(const std::string& name) const { return values_.contains(name); }
  /// Empty if it was not given.
  std::string one(const std::string& name) const;
  const std::vector<std::string>& all(const std::string& name) const;

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

/// What a verb works with.
struct Call {
  const Arguments& arguments;
  Output& out;
};

enum class Exit : std::uint8_t {
  Done = 0,
  Failed = 1,  ///< The check failed, or an Error came.
  Usage = 2,
};

struct Verb {
  std::string noun;
  std::string name;                      ///< Empty: the noun alone, "concordat status".
  std::string summary;                   ///< One line.
  std::string details;                   ///< For its own --help.
  std::vector<Parameter> parameters;
  Result<Exit> (*run)(Call call) = nullptr;
};

/// Every verb, in the order in which help lists them.
std::vector<Verb> all_verbs();

}  // namespace concordat::ops
