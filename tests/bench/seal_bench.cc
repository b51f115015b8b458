// What sealing costs: the bench event of ten compartments of 100 bytes, its digest, boxes, signatures and agreements.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>

#include "proto/seal/box.h"
#include "proto/seal/keys.h"
#include "proto/seal/proof.h"
#include "proto/seal/seal.h"

namespace concordat::seal {
namespace {

constexpr std::uint16_t kPeople = 3;
constexpr std::uint16_t kCompartments = 10;

struct Bench {
  SystemEntropy entropy;
  Origin origin{"cheshire-east", "cheshire-constabulary", entropy.id<EventId>(), 0, 1, 1, 7};
  ExchangeKey exchange = *ExchangeKey::from(Bytes(32, 'x'));
  Bytes header = Bytes(120, 'h');
  std::vector<Plain> plains;

  Bench() {
    for (std::uint16_t i = 0; i < kCompartments; ++i) {
      const std::uint16_t person = i % kPeople;
      plains.push_back({{static_cast<std::uint16_t>(person * 1000), static_cast<std::uint8_t>(person),
                         static_cast<std::uint16_t>(i + 1), 0},
                        Bytes(10, 'f'),
                        Bytes(100, 'c')});
    }
  }
  SealedWithSecret sealed() { return *seal_event(origin, exchange, Bytes(150, 'e'), plains, entropy); }
};

void SealTenCompartments(benchmark::State& state) {
  Bench bench;
  for (auto _ : state) benchmark::DoNotOptimize(bench.sealed());
}
BENCHMARK(SealTenCompartments);

void DigestOfTenCompartments(benchmark::State& state) {
  Bench bench;
  const SealedWithSecret sealed = bench.sealed();
  for (auto _ : state) benchmark::DoNotOptimize(event_digest(bench.header, sorted_hashes(sealed.event)));
}
BENCHMARK(DigestOfTenCompartments);

void OpenTenCompartments(benchmark::State& state) {
  Bench bench;
  const SealedWithSecret sealed = bench.sealed();
  std::vector<Share> shares;
  for (const Leaf& leaf : sealed.event.leaves) shares.push_back(share_of(sealed.secret, leaf.label));
  for (auto _ : state) {
    for (std::size_t i = 0; i < shares.size(); ++i) {
      benchmark::DoNotOptimize(open(bench.origin, bench.exchange, shares[i], sealed.event.leaves[i]));
    }
  }
}
BENCHMARK(OpenTenCompartments);

std::vector<LabelledShare> eight_shares(const SealedWithSecret& sealed) {
  std::vector<LabelledShare> shares;
  for (std::size_t i = 0; i < 8; ++i) {
    const Label& label = sealed.event.leaves[i].label;
    shares.push_back({label, share_of(sealed.secret, label)});
  }
  return shares;
}

void DeriveEightShares(benchmark::State& state) {
  Bench bench;
  const SealedWithSecret sealed = bench.sealed();
  for (auto _ : state) benchmark::DoNotOptimize(eight_shares(sealed));
}
BENCHMARK(DeriveEightShares);

void BoxEightShares(benchmark::State& state) {
  Bench bench;
  const auto shares = eight_shares(bench.sealed());
  const auto key = *SessionKey::from(Bytes(32, 's'));
  const Bytes bound(80, 'b');
  for (auto _ : state) benchmark::DoNotOptimize(box_shares(key, shares, bound, bench.entropy));
}
BENCHMARK(BoxEightShares);

void UnboxEightShares(benchmark::State& state) {
  Bench bench;
  const auto key = *SessionKey::from(Bytes(32, 's'));
  const Bytes bound(80, 'b');
  const Bytes box = box_shares(key, eight_shares(bench.sealed()), bound, bench.entropy);
  for (auto _ : state) benchmark::DoNotOptimize(unbox_shares(key, box, bound));
}
BENCHMARK(UnboxEightShares);

void EncryptOneKibibyte(benchmark::State& state) {
  SystemEntropy entropy;
  const auto key = *SymmetricKey::from(Bytes(32, 'k'));
  const Bytes plain(1024, 'p'), bound(32, 'b');
  for (auto _ : state) benchmark::DoNotOptimize(encrypt(key, plain, bound, entropy));
}
BENCHMARK(EncryptOneKibibyte);

void BoxSecretsOfABatch(benchmark::State& state) {
  SystemEntropy entropy;
  const BoxPair broker = new_box_pair(entropy);
  std::vector<EventSecret> secrets(kBoxedSecretsMax);
  for (auto _ : state) benchmark::DoNotOptimize(box_secrets(broker.open, secrets, "statement", entropy));
}
BENCHMARK(BoxSecretsOfABatch);

void UnboxSecretsOfABatch(benchmark::State& state) {
  SystemEntropy entropy;
  const BoxPair broker = new_box_pair(entropy);
  const std::vector<EventSecret> secrets(kBoxedSecretsMax);
  const Bytes box = *box_secrets(broker.open, secrets, "statement", entropy);
  for (auto _ : state) benchmark::DoNotOptimize(unbox_secrets(broker, box, "statement", kBoxedSecretsMax));
}
BENCHMARK(UnboxSecretsOfABatch);

void SignABatch(benchmark::State& state) {
  SystemEntropy entropy;
  const SigningPair pair = new_signing_pair(entropy);
  const BatchStatement statement{"agency", "agency/adapter", {1}, 1, "broker"};
  const std::vector<Digest> digests(kBatchDigestsMax);
  for (auto _ : state) benchmark::DoNotOptimize(sign_batch(pair.secret, statement, digests));
}
BENCHMARK(SignABatch);

void VerifyABatch(benchmark::State& state) {
  SystemEntropy entropy;
  const SigningPair pair = new_signing_pair(entropy);
  const BatchStatement statement{"agency", "agency/adapter", {1}, 1, "broker"};
  const std::vector<Digest> digests(kBatchDigestsMax);
  const Signature signature = sign_batch(pair.secret, statement, digests);
  for (auto _ : state) benchmark::DoNotOptimize(batch_verifies(pair.verify, statement, digests, signature));
}
BENCHMARK(VerifyABatch);

void AgreeASession(benchmark::State& state) {
  SystemEntropy entropy;
  const BoxPair ephemeral = new_box_pair(entropy), broker = new_box_pair(entropy), desk = new_box_pair(entropy);
  for (auto _ : state) benchmark::DoNotOptimize(session_key_of_desk(ephemeral.open, broker.open, desk, "bound"));
}
BENCHMARK(AgreeASession);

void DrawThirtyTwoBytes(benchmark::State& state) {
  SystemEntropy entropy;
  for (auto _ : state) benchmark::DoNotOptimize(entropy.id<Digest>());
}
BENCHMARK(DrawThirtyTwoBytes);

}  // namespace
}  // namespace concordat::seal

int main(int argc, char** argv) {
  if (const auto prepared = concordat::seal::prepare_process(); !prepared) {
    std::fprintf(stderr, "%s\n", concordat::describe(prepared.error()).c_str());
    return 1;
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
