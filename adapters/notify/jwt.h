// JSON Web Tokens as GOV.UK Notify wants them: HS256 over issuer and time of issue. The only user of libjwt.
#pragma once

#include <string>

#include "proto/base/result.h"
#include "proto/base/time.h"

namespace concordat::notify {

/// Header {"typ":"JWT","alg":"HS256"}, claims {"iat":seconds,"iss":issuer}. E-KEY-FILE if the library refuses the secret.
Result<std::string> make_token(const std::string& issuer, const std::string& secret, Instant now);

}  // namespace concordat::notify
