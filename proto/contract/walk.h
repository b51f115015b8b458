// The rules of the schema as a walk over its descriptors, and its baseline. Run by the build (check_schema) and by the
// tests. Includes protobuf: for check_schema and tests only.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <memory>
#include <string>
#include <vector>

namespace concordat::contract {

using Files = std::vector<const google::protobuf::FileDescriptor*>;

/// The schema as protoc read it (--descriptor_set_out --include_imports).
class Schema {
 public:
  /// Builds the files of a set that are in concordat/v1, with all that they import. Nothing if one is not consistent.
  static std::unique_ptr<Schema> build(const google::protobuf::FileDescriptorSet& set);
  /// In the order of the set.
  const Files& files() const { return files_; }

 private:
  google::protobuf::DescriptorPool pool_;
  Files files_;
};

/// A descriptor set from its file; nothing if it cannot be read.
std::unique_ptr<google::protobuf::FileDescriptorSet> read_descriptor_set(const std::string& path);

/// What is wrong with the kinds in these files and everything they hold: one line each, "Message.field: rule". Empty:
/// nothing is.
///   header-or-item  every field of a kind and of Person has exactly one of (header) and (item); nested fields have
///   neither frame           fields 1 to 4 of every kind are the frame; only Person and the frame's people are headers;
///   a kind is there once presence        every singular scalar is `optional` enum-zero       value 0 is
///   <ENUM>_UNSPECIFIED and every value has the enum's prefix; values rise no-map, oneof   no maps; no oneof whose
///   members have different items type            string, bytes, bool, uint32, int64 named _utc_ms, enum or message; a
///   message does not contain itself fact            a fact's sources are singular, of the fact's own item and scope,
///   and a fact with an item has one item            every item has a class in law; free text has all and reveals
///   whereabouts numbers         fields, enum values and so facts go to 63, roles to 8 arena           arenas are on
std::vector<std::string> walk(const Files& files);

/// One line for every field and enum value of the files: name, number, label, type, item, facts; sorted.
std::vector<std::string> baseline(const Files& files);

/// How `now` differs from a committed baseline: removed or changed lines first, then added ones, each with what to do.
std::vector<std::string> compare_baseline(const std::vector<std::string>& committed,
                                          const std::vector<std::string>& now);

}  // namespace concordat::contract
