// Bearer tokens: see bearer.h.
#include "adapters/sdk/http/bearer.h"

#include <sys/stat.h>

#include <algorithm>

#include "proto/base/durable_file.h"

namespace concordat::http {
namespace {

constexpr std::size_t kFileBytesMax = 4'096, kTokenBytesLeast = 16;
constexpr std::string_view kScheme = "bearer ";

tl::unexpected<Error> wrong(const std::filesystem::path& file, const char* why) { return fail(Fault::Malformed, code::kKeyFile, file.string() + ": " + why); }

bool is_scheme(std::string_view text) {
  return std::equal(kScheme.begin(), kScheme.end(), text.begin(), text.end(), [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + 32 : b); });
}

}  // namespace

Result<Bytes> read_secret_line(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return wrong(file, "there is no such file");
  if (!S_ISREG(status.st_mode)) return wrong(file, "it is no plain file");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) return wrong(file, "others than its owner may read it: chmod 600");
  if (static_cast<std::size_t>(status.st_size) > kFileBytesMax) return wrong(file, "it is longer than 4,096 bytes");
  TRY(const std::optional<Bytes> text, read_file(file.string(), kFileBytesMax));
  Bytes line = text.value_or(Bytes());
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r' || line.back() == ' ')) line.pop_back();
  return line;
}

Result<SecretBytes> read_token(const std::filesystem::path& file) {
  const auto no_token = [&](const std::string& why) {
    return fail(Fault::Malformed, code::kConfig, why + ". A token is made with `openssl rand -hex 32 > " + file.filename().string() + "`, and `chmod 600` it");
  };
  auto line = read_secret_line(file);
  if (!line) return no_token(line.error().detail);
  const WipeAtEnd wipe(*line);
  if (line->size() < kTokenBytesLeast) return no_token(file.string() + ": a bearer token has at least 16 characters");
  if (std::any_of(line->begin(), line->end(), [](char c) { return c <= ' ' || c > '~'; })) return no_token(file.string() + ": a bearer token is one line of letters, digits and signs, without blanks");
  return SecretBytes(*line);
}

bool same_secret(std::string_view given, const SecretBytes& held) {
  const ByteView secret = held.view();
  unsigned differs = given.size() == secret.size() ? 0u : 1u;
  for (std::size_t n = 0; n < secret.size(); ++n) {
    const char other = given.empty() ? '\0' : given[n % given.size()];
    differs |= static_cast<unsigned>(static_cast<unsigned char>(secret[n] ^ other));
  }
  return differs == 0 && !secret.empty();
}

bool bears(const Request& request, const SecretBytes& token) {
  const auto header = request.headers.find("authorization");
  if (header == request.headers.end()) return false;
  const std::string_view given = header->second;
  return is_scheme(given.substr(0, kScheme.size())) && same_secret(given.substr(kScheme.size()), token);
}

}  // namespace concordat::http
