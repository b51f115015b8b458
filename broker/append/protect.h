// append, first half: a decided record becomes a row of the log – salted, committed to, chained and sealed – and back.
// DESIGN 2.3, 4.3, 5.1; the record's page is broker/append/README.md.
#pragma once

#include <string>

#include "broker/core/input.h"
#include "broker/store/engine.h"
#include "proto/base/entropy.h"
#include "proto/base/result.h"
#include "proto/seal/box.h"

namespace concordat::broker {

/// Bucket keys as this stage needs them; broker/keys has the key ring behind it, tests a map.
class BucketKeys {
 public:
  virtual ~BucketKeys() = default;
  /// The key of a bucket, made durable before it is returned if it is new. E-STORE if that fails.
  virtual Result<const seal::SymmetricKey*> key_for_writing(BucketId bucket) = 0;
  /// E-ERASED (Refused) if the bucket was destroyed; E-CHAIN (Corrupt) if it never existed.
  virtual Result<const seal::SymmetricKey*> key_for_reading(BucketId bucket) = 0;
  /// A snapshot's key is gone for good, durably; nothing is lost, since a newer snapshot and the log are there.
  virtual Result<int> destroy_snapshot_key(BucketId bucket) = 0;
};

/// Gives rows their place in the chain. One thread's.
class Protector {
 public:
  /// `head` is the mark of the last record in the log; `broker` is bound into every body.
  Protector(std::string broker, BucketKeys& keys, Entropy& entropy, wire::LogMark head)
      : broker_(std::move(broker)), keys_(keys), entropy_(entropy), head_(head) {}

  /// Records come in log order without gaps (INVARIANT).
  Result<store::Row> protect(const PendingRecord& record);
  const wire::LogMark& head() const { return head_; }

 private:
  std::string broker_;
  BucketKeys& keys_;
  Entropy& entropy_;
  wire::LogMark head_;
};

/// A record as it is read back.
struct OpenedRecord {
  wire::Stub stub;
  wire::Body body;
  Bytes content;         ///< Encoded wire::Content; empty if it was not read or there is none.
};
/// Opens a row: decrypts the body, checks commitment and content digest. E-CHAIN (Corrupt) if anything does not fit,
/// E-ERASED (Refused) if the bucket was destroyed.
Result<OpenedRecord> open_row(const store::Stored& stored, const std::string& broker, BucketKeys& keys);

}  // namespace concordat::broker
