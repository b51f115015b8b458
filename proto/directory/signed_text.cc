// A text with signatures over its exact bytes: see signed_text.h.
#include "proto/directory/signed_text.h"

#include <algorithm>

namespace concordat::directory {
namespace {

constexpr std::string_view kMark = "#signed ";
constexpr std::size_t kLineBytes = kMark.size() + 64 + 1 + 128;

tl::unexpected<Error> bad(std::string_view name, std::string_view what) {
  return fail(Fault::Malformed, code::kDirectory, std::string(name) + ": " + std::string(what));
}

/// Where the signature lines begin: the end of the last line that is not one.
std::size_t end_of_text(ByteView file) {
  std::size_t end = file.size();
  while (end > 0) {
    const std::size_t before = end >= 2 ? file.rfind('\n', end - 2) : ByteView::npos;
    const std::size_t start = before == ByteView::npos ? 0 : before + 1;
    if (!file.substr(start).starts_with(kMark)) break;
    end = start;
  }
  return end;
}

Result<TextSignature> read_line(ByteView line, std::string_view name) {
  if (line.size() != kLineBytes || line[kMark.size() + 64] != ' ') return bad(name, "a #signed line is not whole");
  const auto key = seal::VerifyKey::from_hex(line.substr(kMark.size(), 64));
  const auto signature = seal::Signature::from_hex(line.substr(kMark.size() + 65));
  if (!key || !signature) return bad(name, "a #signed line is not hexadecimal");
  return TextSignature{*key, *signature};
}

Result<int> check_form(const SignedText& text, std::string_view name) {
  const ByteView body = text.text;
  if (body.size() > kTextBytesMax) return fail(Fault::Malformed, code::kLimit, std::string(name) + " is too long");
  if (text.signatures.size() > kSignaturesMax) {
    return fail(Fault::Malformed, code::kLimit, std::string(name) + " has too many signatures");
  }
  if (body.find('\r') != ByteView::npos) return bad(name, "it has carriage returns; save it with plain line feeds");
  if (body.empty() || body.back() != '\n') return bad(name, "the last line has no end");
  if (body.starts_with(kMark) || body.find("\n#signed ") != ByteView::npos) {
    return bad(name, "a #signed line stands before the end");
  }
  const auto& all = text.signatures;
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i - 1].key >= all[i].key) return bad(name, "one key signs twice, or signatures are not in order of keys");
  }
  return 0;
}

}  // namespace

bool SignedText::signed_by(const seal::VerifyKey& key, std::string_view context) const {
  return std::any_of(signatures.begin(), signatures.end(), [&](const TextSignature& one) {
    return one.key == key && seal::verifies(key, context, text, one.signature);
  });
}

void SignedText::sign(const seal::SigningPair& pair, std::string_view context) {
  std::erase_if(signatures, [&](const TextSignature& one) { return one.key == pair.verify; });
  signatures.push_back({pair.verify, seal::sign(pair.secret, context, text)});
  std::sort(signatures.begin(), signatures.end());
}

bool SignedText::merge(const SignedText& other, std::string_view context) {
  if (other.text != text) return false;
  for (const TextSignature& one : other.signatures) {
    // One that does not verify must not keep the place of one that does.
    if (signed_by(one.key, context) || !seal::verifies(one.key, context, text, one.signature)) continue;
    std::erase_if(signatures, [&](const TextSignature& mine) { return mine.key == one.key; });
    signatures.push_back(one);
  }
  std::sort(signatures.begin(), signatures.end());
  return true;
}

Digest SignedText::digest(std::string_view context) const { return seal::hash(context, text); }

Result<SignedText> read_signed_text(ByteView file, std::string_view name) {
  if (file.size() > kTextBytesMax + kSignaturesMax * (kLineBytes + 1)) {
    return fail(Fault::Malformed, code::kLimit, std::string(name) + " is too long");
  }
  const std::size_t end = end_of_text(file);
  SignedText result{Bytes(file.substr(0, end)), {}};
  for (ByteView rest = file.substr(end); !rest.empty();) {
    const std::size_t feed = rest.find('\n');
    if (feed == ByteView::npos) return bad(name, "the last line has no end");
    TRY(TextSignature line, read_line(rest.substr(0, feed), name));
    result.signatures.push_back(line);
    rest.remove_prefix(feed + 1);
  }
  // Files gather signatures by appending, in any order.
  std::sort(result.signatures.begin(), result.signatures.end());
  TRY_VOID(check_form(result, name));
  return result;
}

Bytes write_signed_text(const SignedText& text) {
  Bytes file = text.text;
  for (const TextSignature& one : text.signatures) {
    file.append(kMark).append(one.key.hex()).append(" ").append(one.signature.hex()).append("\n");
  }
  return file;
}

void append(Writer& writer, const SignedText& text) {
  writer.sized(text.text).u16(static_cast<std::uint16_t>(text.signatures.size()));
  for (const TextSignature& one : text.signatures) writer.raw(one.key.view()).raw(one.signature.view());
}

Result<SignedText> take_signed_text(Reader& reader, std::string_view name) {
  SignedText result{Bytes(reader.sized()), {}};
  const std::size_t count = reader.u16();
  for (std::size_t i = 0; i < count && reader.ok(); ++i) {
    TextSignature one;
    if (const auto key = seal::VerifyKey::from(reader.raw(seal::VerifyKey::kSize))) one.key = *key;
    if (const auto signature = seal::Signature::from(reader.raw(seal::Signature::kSize))) one.signature = *signature;
    result.signatures.push_back(one);
  }
  if (!reader.ok()) return bad(name, "it is cut short");
  TRY_VOID(check_form(result, name));
  return result;
}

}  // namespace concordat::directory
