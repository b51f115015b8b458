// A bearer token that a sender shows: out of its file, and held against what came.
#pragma once

#include <filesystem>
#include <string_view>

#include "adapters/sdk/http/http.h"
#include "proto/base/secret_bytes.h"

namespace concordat::http {

/// The only line of a file that nobody but its owner may read, without the white space at its end.
/// E-KEY-FILE: there is none, others may read it, or it is longer than 4,096 bytes. Never quotes it.
Result<Bytes> read_secret_line(const std::filesystem::path& file);
/// A token of such a file: at least 16 characters that a header can carry. E-CONFIG otherwise, which says how one is made.
Result<SecretBytes> read_token(const std::filesystem::path& file);
/// Takes as long whatever differs. Never equal to nothing.
bool same_secret(std::string_view given, const SecretBytes& held);
/// Does it say "Authorization: Bearer …" with this token?
bool bears(const Request& request, const SecretBytes& token);

}  // namespace concordat::http
