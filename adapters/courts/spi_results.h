// SPI ResultedCase: what a magistrates' court tells the police of a case, defendant by defendant. It has no ids: a hearing is known
// again by case, date, time and court; a defendant by his prosecutor's reference.
#pragma once

#include <string_view>
#include <vector>

#include "adapters/courts/hearing.h"
#include "adapters/courts/tables.h"

namespace concordat::courts {

/// A case of a message: a hearing, or why it is none.
using SpiCase = tl::expected<Hearing, sdk::Failure>;

/// The cases of a message, so that what is wrong about one holds back no other; or why the message is none. `test` as in read::unwrap.
tl::expected<std::vector<SpiCase>, sdk::Failure> read_spi_results(std::string_view text, const Tables& tables, bool& test);

}  // namespace concordat::courts
