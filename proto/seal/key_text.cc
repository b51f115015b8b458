// The text of a key file: see key_file.h; the form is in README.md.
#include <algorithm>
#include <array>
#include <charconv>

#include "proto/seal/agree.h"
#include "proto/seal/blake2b.h"
#include "proto/seal/key_file.h"

namespace concordat::seal {
namespace {

constexpr std::string_view kFirstLine = "concordat-key 1\n";
constexpr std::array<std::string_view, 9> kPurposes = {"signing",  "box",    "transport", "exchange", "linkage",
                                                       "event-id", "outbox", "key-ring",  "pseudonym"};
using Check = FixedBytes<struct CheckTag, 16>;
constexpr std::size_t kCheckLine = 6 + 2 * Check::kSize + 1;  // "check ", hexadecimal, end of line.

bool has_public(KeyPurpose purpose) { return purpose <= KeyPurpose::Transport; }

auto wrong(std::string detail) { return fail(Fault::Malformed, code::kKeyFile, std::move(detail)); }

std::string check_line(ByteView before) {
  return "check " + Blake2b<Check>(purpose::kKeyFile).raw(before).finish().hex() + "\n";
}

/// Takes "word value\n" off the front; nothing if the line is another.
std::optional<ByteView> take(ByteView& text, std::string_view word) {
  const std::size_t end = text.find('\n');
  if (end == ByteView::npos || end <= word.size() || !text.starts_with(word) || text[word.size()] != ' ')
    return std::nullopt;
  const ByteView value = text.substr(word.size() + 1, end - word.size() - 1);
  text.remove_prefix(end + 1);
  return value;
}

std::optional<KeyPurpose> purpose_of(std::string_view name) {
  const auto at = std::find(kPurposes.begin(), kPurposes.end(), name);
  if (at == kPurposes.end()) return std::nullopt;
  return static_cast<KeyPurpose>(at - kPurposes.begin() + 1);
}

std::optional<KeySeed> seed_of(ByteView hex) {
  KeySeed seed;
  std::size_t size = 0;
  const char* end = nullptr;
  if (hex.size() != 2 * KeySeed::kSize ||
      sodium_hex2bin(seed.data(), KeySeed::kSize, hex.data(), hex.size(), nullptr, &size, &end) != 0 ||
      size != KeySeed::kSize) {
    return std::nullopt;
  }
  return seed;
}

}  // namespace

std::string_view name_of(KeyPurpose purpose) {
  const auto number = static_cast<std::size_t>(purpose);
  return number == 0 || number > kPurposes.size() ? std::string_view{} : kPurposes[number - 1];
}

KeyFile key_from(KeyPurpose purpose, const KeySeed& seed) {
  INVARIANT(!name_of(purpose).empty(), "a key has one of the purposes");
  KeyFile key{};
  key.purpose = purpose;
  if (purpose == KeyPurpose::Signing) {
    crypto_sign_seed_keypair(key.open.bytes.data(), key.secret.data(), seed.data());
    return key;
  }
  std::memcpy(key.secret.data(), seed.data(), KeySeed::kSize);
  if (has_public(purpose)) key.open.bytes = public_half(*BoxSecret::from(seed.view())).bytes;
  return key;
}

Result<int> check_owner(std::string_view owner) {
  const bool visible = std::all_of(owner.begin(), owner.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (owner.empty() || owner.size() > kKeyOwnerBytesMax || !visible)
    return wrong("the owner has 1 to 96 visible characters and no spaces");
  return 0;
}

void KeyText::add(ByteView text) {
  INVARIANT(size_ + text.size() <= kKeyFileBytesMax, "a key file is short");
  text.copy(reinterpret_cast<char*>(bytes_.data()) + size_, text.size());
  size_ += text.size();
}

void KeyText::add_hex(ByteView bytes) {
  INVARIANT(size_ + 2 * bytes.size() <= kKeyFileBytesMax, "a key file is short");
  sodium_bin2hex(reinterpret_cast<char*>(bytes_.data()) + size_, 2 * bytes.size() + 1, raw(bytes), bytes.size());
  size_ += 2 * bytes.size();
}

KeyText render(const KeyFile& key) {
  KeyText text;
  text.add(kFirstLine);
  text.add("purpose " + std::string(name_of(key.purpose)) + "\nowner " + key.owner + "\nepoch " +
           std::to_string(key.epoch) + "\n");
  text.add(key.marks.live ? "environment live\n" : "environment test\n");
  text.add(key.marks.demonstration ? "demonstration yes\n" : "demonstration no\n");
  text.add("public " + (has_public(key.purpose) ? key.open.hex() : "none") + "\nsecret ");
  text.add_hex(key.secret.view().substr(0, KeySeed::kSize));
  text.add("\n");
  text.add(check_line(text.view()));
  return text;
}

Result<KeyFile> parse(ByteView text) {
  if (text.size() > kKeyFileBytesMax || text.size() < kFirstLine.size() + kCheckLine || !text.starts_with(kFirstLine)) {
    return wrong("it is no key file of version 1");
  }
  ByteView rest = text.substr(0, text.size() - kCheckLine);
  if (check_line(rest) != text.substr(rest.size()))
    return wrong("its checksum is wrong: it was changed or cut off; restore it from a copy");
  rest.remove_prefix(kFirstLine.size());

  const auto word = take(rest, "purpose");
  const auto purpose = purpose_of(word.value_or(""));
  if (!purpose) return wrong("line 2 names no purpose");
  const auto owner = take(rest, "owner");
  if (!owner) return wrong("line 3 names no owner");
  TRY_VOID(check_owner(*owner));
  const auto number = take(rest, "epoch").value_or("");
  std::uint32_t epoch = 0;
  const auto parsed = std::from_chars(number.data(), number.data() + number.size(), epoch);
  if (number.empty() || parsed.ec != std::errc{}) return wrong("line 4 has no epoch");
  // What is neither of the two words is found by rendering it again.
  KeyMarks marks;
  marks.live = take(rest, "environment").value_or("") == "live";
  marks.demonstration = take(rest, "demonstration").value_or("") == "yes";
  if (!take(rest, "public")) return wrong("line 7 has no public half");
  const auto seed = seed_of(take(rest, "secret").value_or(""));
  if (!seed) return wrong("line 8 has no secret of 64 hexadecimal digits");

  KeyFile key = key_from(*purpose, *seed);
  key.owner = *owner;
  key.epoch = epoch;
  key.marks = marks;
  if (!equal(render(key).view(), text))
    return wrong("its public half is not the secret's, or a line is not in its one form");
  return key;
}

}  // namespace concordat::seal
