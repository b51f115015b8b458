// What movement codes and event types are to us: data, read from files, with ours built in.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.h"

namespace concordat::hmpps {

enum class Direction : std::uint8_t { Out, In };

/// A merge of records is no movement: nobody went anywhere.
inline constexpr std::string_view kMerge = "merge";

/// What somebody's movement is, by the source's code and word. Codes and words are compared in capitals.
class Movements {
 public:
  /// E-CONFIG with file, line and column: an unknown movement, a code twice.
  static Result<Movements> parse(std::string file, std::string_view yaml);
  static Result<Movements> load(const std::filesystem::path& file);
  static Movements built_in();

  struct Question {
    Direction direction{};
    std::string_view code, word;
    std::string_view location;  ///< "IN_PRISON", "OUTSIDE_PRISON".
  };
  /// A word of the schema's CustodyMovement, or kMerge. The code decides; the word `RELEASED` never does. "other": an unknown code,
  /// none, or a word or place that contradicts a release or a reception.
  std::string of(const Question& question) const;
  /// The README's table: code, movement, meaning.
  std::string table() const;

 private:
  struct Row {
    std::string code, movement, means;
  };
  struct Side {
    std::vector<Row> codes;
    std::map<std::string, std::string, std::less<>> words;
  };
  std::string out(const Question& question) const;
  std::string in(const Question& question) const;
  Side out_, in_;
};

/// What an event type is to us.
struct EventType {
  enum class Is : std::uint8_t { Movement, Merge, Unmerge, Pair, Nothing };
  Is is{};
  std::string type;               ///< Ends with * if it stands for all that begin so.
  Direction direction{};          ///< Of a movement.
  bool probation = false;         ///< A merge of CRNs, not of NOMS numbers.
  std::string remaining, removed; ///< Members of additionalInformation.
};

class EventTypes {
 public:
  static Result<EventTypes> parse(std::string file, std::string_view yaml);
  static Result<EventTypes> load(const std::filesystem::path& file);
  static EventTypes built_in();

  /// The longest that fits; nothing if the type is not known.
  const EventType* find(std::string_view type) const;
  /// A code that is known by itself, whatever its event yields: "marac-contact". `member` names where it stands.
  struct Recognised {
    std::vector<std::string> types;
    std::string member;
    std::vector<std::string> codes;
    std::string as;
    bool is_for(std::string_view type) const;
    bool has(std::string_view code) const;
  };
  const std::vector<Recognised>& recognised() const { return recognised_; }
  std::string table() const;

 private:
  std::vector<EventType> types_;
  std::vector<Recognised> recognised_;
};

}  // namespace concordat::hmpps
