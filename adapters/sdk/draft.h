// An event being put together from a source's fields: people by role, the rest by path. What a mapping writes into.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "proto/base/result.h"
#include "proto/contract/vocabulary.h"

namespace google::protobuf {
class Message;
}
namespace concordat::v1 {
class Person;
}

namespace concordat::sdk {

class Draft {
 public:
  /// Precondition: the kind is built.
  explicit Draft(contract::Kind kind);
  ~Draft();
  Draft(Draft&&) noexcept;
  Draft& operator=(Draft&&) noexcept;

  /// "details.type" is of the event; "victim.name.family", "child[1].sex" of a person: the role's word and the number of that
  /// role's person from 0, which may be left out. Errors as set_path's.
  Result<int> set(std::string_view path, std::string_view text);
  /// The person of a role, made if it is not there yet.
  v1::Person& person(contract::Role role, std::size_t index);
  google::protobuf::Message& event() { return *event_; }

  /// The event with its people in the order of roles, numbered from 1. A relationship without `to` is to the first victim (of
  /// the victim: to the first alleged perpetrator); an offence without victims is against the only victim, if there is one.
  /// E-VALUE if a relationship has nobody to be to.
  Result<std::unique_ptr<google::protobuf::Message>> finish();

 private:
  using Key = std::pair<contract::Role, std::size_t>;
  Result<int> relate(v1::Person& person, std::uint32_t victim, std::uint32_t perpetrator);
  std::unique_ptr<google::protobuf::Message> event_;
  std::map<Key, std::unique_ptr<v1::Person>> people_;
};

/// Where a path begins: with a person's role, and which; nothing if it is of the event.
struct PersonPath {
  contract::Role role{};
  std::size_t index = 0;
  std::string_view rest;
};
std::optional<PersonPath> person_path(std::string_view path);

/// Gives people the numbers that `number` says, in the event and wherever an event names people by number.
/// Precondition: `number` maps every number of a person to one of its own.
void renumber(google::protobuf::Message& event, const std::map<std::uint32_t, std::uint32_t>& number);

}  // namespace concordat::sdk
