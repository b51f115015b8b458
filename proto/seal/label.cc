// The label of a compartment: see label.h.
#include "proto/seal/label.h"

namespace concordat::seal {

Bytes Label::encode() const {
  Bytes bytes(kSize, '\0');
  const std::uint8_t wire[kSize] = {
      static_cast<std::uint8_t>(person >> 8), static_cast<std::uint8_t>(person), roles,
      static_cast<std::uint8_t>(item >> 8),   static_cast<std::uint8_t>(item),   static_cast<std::uint8_t>(part >> 8),
      static_cast<std::uint8_t>(part)};
  for (std::size_t i = 0; i < kSize; ++i) bytes[i] = static_cast<char>(wire[i]);
  return bytes;
}

std::optional<Label> Label::decode(ByteView bytes) {
  Reader reader(bytes);
  const Label label{reader.u16(), reader.u8(), reader.u16(), reader.u16()};
  if (!reader.done() || !label.valid()) return std::nullopt;
  return label;
}

}  // namespace concordat::seal
