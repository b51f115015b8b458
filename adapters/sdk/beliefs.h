// What a client believes: the directory that its pinned roots prove, and the agreements whose signatures it has checked.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "policy/agreement/in_force.h"
#include "proto/directory/bundle.h"
#include "proto/directory/directory.h"

namespace concordat::sdk {

/// An agreement as it lies on disk: its file, and the file of signature lines beside it.
struct AgreementFile {
  std::string name;  ///< In errors.
  Bytes file;
  Bytes signatures;
};

class Beliefs {
 public:
  /// E-DIRECTORY, E-QUORUM, E-ROLLBACK, E-DEMONSTRATION; for agreements also E-QUORUM naming who has not signed, and what
  /// InForce::compile refuses. `production` refuses demonstration keys.
  static Result<Beliefs> make(directory::Roots roots, ByteView bundle, const std::vector<AgreementFile>& agreements, bool production);

  const directory::Directory& directory() const { return *directory_; }
  const policy::InForce& agreements() const { return *agreements_; }
  /// Takes a newer directory. False if it is the one held. An error leaves everything as it was: rollback is refused here.
  Result<bool> update(ByteView bundle);
  /// Takes these agreements instead of those held. Errors as make(); one leaves everything as it was.
  Result<int> adopt(const std::vector<AgreementFile>& agreements);

 private:
  Beliefs() = default;
  directory::Roots roots_;
  directory::Demands demands_;
  std::unique_ptr<const directory::Directory> directory_;
  std::shared_ptr<const policy::InForce> agreements_;
};

/// A broker's signature: by any of its keys that the directory lists.
bool broker_signed(const directory::Directory& directory, std::string_view context, ByteView message, const seal::Signature& signature);

}  // namespace concordat::sdk
