// A directory on paper: every party and desk of some agreements, as the agreements say, without keys. For questions that
// are asked of files alone; never for deciding about a real event.
#pragma once

#include <span>

#include "policy/agreement/agreement.h"
#include "policy/agreement/in_force.h"
#include "proto/directory/directory.h"

namespace concordat::policy::questions {

/// Parties and desks are numbered in the order of their names. Of a party or desk that several agreements name, the first
/// one's words hold; check() against the real directory says where they differ. Everybody may assert every kind, since who
/// may is the directory's to say.
directory::Directory on_paper(std::span<const Agreement> agreements);
/// Reads and binds files' agreements on paper. E-MEANING, E-LAW: the first finding of check().
Result<std::shared_ptr<const InForce>> in_force_on_paper(std::vector<Agreement> agreements, const directory::Directory& paper);

}  // namespace concordat::policy::questions
