// What every engine asks of a group: see engine.h.
#include "broker/store/engine.h"

#include "proto/base/invariant.h"

namespace concordat::store {

void require_well_formed(const Group& group) {
  INVARIANT(!group.rows.empty() && group.rows.size() <= kGroupRowsMax, "a group holds 1 to kGroupRowsMax rows");
  INVARIANT(group.first > 0 && !group.id.none(), "a group has a place and an id");
  Sequence expected = group.first;
  for (const Row& row : group.rows) {
    INVARIANT(row.sequence == expected++, "the rows of a group are numbered without gaps");
    INVARIANT(!row.stub.empty() && row.stub.size() <= wire::kStubBytesMax, "every row has a stub within its bound");
    INVARIANT(row.body.size() <= kPartBytesMax && row.content.size() <= kPartBytesMax, "bodies and contents are bounded");
  }
}

Result<int> require_bounded(const Bytes& sealed) {
  if (sealed.size() <= kSnapshotBytesMax) return 0;
  return fail(Fault::Malformed, code::kLimit, "a snapshot of " + std::to_string(sealed.size() >> 20) + " MiB, at most " + std::to_string(kSnapshotBytesMax >> 20));
}

std::size_t bytes_of(const Row& row) { return row.stub.size() + row.body.size() + row.content.size(); }

}  // namespace concordat::store
