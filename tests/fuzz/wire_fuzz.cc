// Fuzz target of every message on the wire: the first byte picks the decoder, the rest is its input. Bytes are refused,
// or mean something that can be said again. With -DCONCORDAT_LIBFUZZER it is libFuzzer's entry alone; otherwise main()
// runs as many seeds as its first argument says, each a mutated message or noise, and prints the seed that it is at
// when it stops early.
#include <cstdio>
#include <cstdlib>

#include "tests/proto/wire/spoken.h"

namespace concordat::wire {
namespace {

template <class M>
void one(ByteView bytes) {
  const auto once = decoded<M>(bytes);
  if (!once) return;
  const auto twice = decoded<M>(encoded(*once));
  INVARIANT(twice.has_value(), "what was decoded can be decoded again");
  INVARIANT(said(*once) == said(*twice), "and says the same");
}

using Target = void (*)(ByteView);
constexpr Target kTargets[] = {
    one<Header>,    one<EventLeaf>,       one<Event>,   one<Batch>,    one<BatchProof>,  one<DecisionStatement>,
    one<Hello>,     one<Publish>,         one<Credit>,  one<Progress>, one<Acknowledge>, one<Goodbye>,
    one<Heartbeat>, one<Welcome>,         one<Results>, one<Recall>,   one<Report>,      one<DeliveryFrame>,
    one<Alarm>,     one<DirectoryUpdate>, one<Refusal>, one<Trouble>};

}  // namespace
}  // namespace concordat::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace concordat::wire;
  if (size == 0) return 0;
  kTargets[data[0] % std::size(kTargets)]({reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}

#ifndef CONCORDAT_LIBFUZZER
namespace {

using namespace concordat::wire;

concordat::Bytes seed_input(Dice& dice) {
  switch (dice.below(6)) {
    case 0:
      return encode(random_message<Event>(dice));
    case 1:
      return encode(random_message<Batch>(dice));
    case 2:
      return encode(random_message<DecisionStatement>(dice));
    case 3:
      return encoded(random_message<DeliveryFrame>(dice));
    case 4:
      return encoded(random_message<Results>(dice));
    default:
      return concordat::Bytes(dice.below(200), '\0');
  }
}

}  // namespace

int main(int count, char** words) {
  const std::uint64_t seeds = count > 1 ? std::strtoull(words[1], nullptr, 10) : 20000;
  std::printf("wire_fuzz: seeds 0 to %llu\n", static_cast<unsigned long long>(seeds));
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    Dice dice(seed);
    concordat::Bytes input(1, static_cast<char>(dice.below(256)));
    input += seed_input(dice);
    for (std::uint64_t left = dice.below(4); left > 0; --left)
      input[dice.below(input.size())] = static_cast<char>(dice.below(256));
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  }
  return 0;
}
#endif
