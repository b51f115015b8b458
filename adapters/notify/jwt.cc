// JSON Web Tokens by libjwt. Its only user.
#include "adapters/notify/jwt.h"

#include <jwt.h>

#include <cstdlib>
#include <memory>

namespace concordat::notify {

Result<std::string> make_token(const std::string& issuer, const std::string& secret, Instant now) {
  jwt_t* raw = nullptr;
  if (jwt_new(&raw) != 0) return fail(Fault::Unavailable, code::kKeyFile, "no token can be made");
  const std::unique_ptr<jwt_t, void (*)(jwt_t*)> token(raw, jwt_free);
  const auto* key = reinterpret_cast<const unsigned char*>(secret.data());
  const bool made = jwt_set_alg(raw, JWT_ALG_HS256, key, static_cast<int>(secret.size())) == 0 && jwt_add_grant(raw, "iss", issuer.c_str()) == 0 &&
                    jwt_add_grant_int(raw, "iat", static_cast<long>(ms_of(now) / 1000)) == 0;
  const std::unique_ptr<char, void (*)(void*)> text(made ? jwt_encode_str(raw) : nullptr, std::free);
  if (!text) return fail(Fault::Unavailable, code::kKeyFile, "no token can be made with this key");
  return std::string(text.get());
}

}  // namespace concordat::notify
