// The domain of a token: which identifiers can meet. Every adapter must make the same text, or nobody is linked to anybody.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace concordat::seal {

/// "cheshire-east/nhs-number/1": partnership, type of identifier, epoch of the linkage key in decimal. Precondition: a strong
/// type, 1 to 7 (wire::TokenType; README.md has the words).
std::string token_domain(std::string_view partnership, std::uint8_t identifier_type, std::uint32_t linkage_epoch);

}  // namespace concordat::seal
