// What durability costs on this machine: bare RocksDB with synced batches of 64 events, and the engine of the log beside it
// with as many bytes. Usage: concordat_store_bench [BYTES [SECONDS [FOLDER]]]; prints a JSON object and a table line.
#include <rocksdb/db.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "broker/store/rocksdb_engine.h"

namespace concordat::store {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::size_t kBatch = 64;
constexpr std::size_t kStub = 182;
constexpr std::size_t kBody = 300;

struct Plan {
  std::size_t bytes = 1024;  ///< An event.
  double seconds = 5;
  std::filesystem::path folder = ".";
};

struct Figure {
  double events_per_s = 0;
  double p50_ms = 0, p99_ms = 0, p999_ms = 0;
  double disk_bytes_per_event = 0;
};

double at(const std::vector<double>& sorted, double share) {
  return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
}

// Runs `commit` (the n-th batch) until the time is over; each call is one sync.
Figure measure(double seconds, const std::function<bool(std::uint64_t)>& commit) {
  std::vector<double> latencies;
  const auto begin = Steady::now();
  double passed = 0;
  for (std::uint64_t batch = 0; passed < seconds; ++batch) {
    const auto before = Steady::now();
    if (!commit(batch)) return {};
    const auto after = Steady::now();
    latencies.push_back(std::chrono::duration<double, std::milli>(after - before).count());
    passed = std::chrono::duration<double>(after - begin).count();
  }
  Figure out;
  out.events_per_s = static_cast<double>(latencies.size() * kBatch) / passed;
  std::ranges::sort(latencies);
  out.p50_ms = at(latencies, 0.5);
  out.p99_ms = at(latencies, 0.99);
  out.p999_ms = at(latencies, 0.999);
  return out;
}

std::uint64_t bytes_in(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return bytes;
}

Figure with_disk(Figure figure, double seconds, const std::filesystem::path& folder) {
  figure.disk_bytes_per_event = static_cast<double>(bytes_in(folder)) / (figure.events_per_s * seconds);
  return figure;
}

// Incompressible, like sealed bytes.
Bytes noise(std::size_t bytes) {
  std::mt19937_64 random(1);
  Bytes out(bytes, '\0');
  for (char& byte : out) byte = static_cast<char>(random());
  return out;
}

Figure bare(const Plan& plan, const std::filesystem::path& folder) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.compression = rocksdb::kNoCompression;
  rocksdb::DB* opened = nullptr;
  if (!rocksdb::DB::Open(options, folder.string(), &opened).ok()) return {};
  const std::unique_ptr<rocksdb::DB> db(opened);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  const Bytes event = noise(plan.bytes);
  const Figure figure = measure(plan.seconds, [&](std::uint64_t batch) {
    rocksdb::WriteBatch writes;
    for (std::uint64_t n = 0; n < kBatch; ++n) {
      if (!writes.Put(Writer().u64(batch * kBatch + n).bytes(), event).ok()) return false;
    }
    return db->Write(synced, &writes).ok();
  });
  return with_disk(figure, plan.seconds, folder);
}

Figure ours(const Plan& plan, const std::filesystem::path& folder) {
  RocksDbOptions options;
  options.directory = folder.string();
  options.checkpoint = (folder / "checkpoint").string();
  options.reserve_bytes = 0;
  auto engine = open_rocksdb(options);
  if (!engine) {
    std::fprintf(stderr, "%s\n", describe(engine.error()).c_str());
    return {};
  }
  const std::size_t sealed = plan.bytes > kStub ? plan.bytes - kStub : 0;
  const Bytes body = noise(std::min(kBody, sealed));
  const Bytes content = noise(sealed - body.size());
  const Bytes stub = noise(kStub);
  const Figure figure = measure(plan.seconds, [&](std::uint64_t batch) {
    Group group;
    group.epoch = (*engine)->epoch();
    group.first = (*engine)->last() + 1;
    group.id = *GroupId::from(Writer().u64(1).u64(batch + 1).bytes());
    for (Sequence n = 0; n < kBatch; ++n) group.rows.push_back({group.first + n, stub, BucketId{1}, body, content});
    if (!(*engine)->append(std::move(group))) return false;
    const auto answer = (*engine)->answer(Milliseconds(60'000));
    return answer && answer->outcome == Appended::Durable;
  });
  return with_disk(figure, plan.seconds, folder);
}

void print_json(const char* name, const Figure& figure, const char* end) {
  std::printf("\"%s\":{\"events_per_s\":%.0f,\"sync_ms\":{\"p50\":%.3f,\"p99\":%.3f,\"p999\":%.3f},\"disk_bytes_per_event\":%.0f}%s", name,
              figure.events_per_s, figure.p50_ms, figure.p99_ms, figure.p999_ms, figure.disk_bytes_per_event, end);
}

int run(const Plan& plan) {
  std::string name = (plan.folder / "store-bench-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    std::fprintf(stderr, "concordat_store_bench: cannot write in %s\n", plan.folder.c_str());
    return 2;
  }
  const Figure rocks = bare(plan, name + "/bare");
  const Figure engine = ours(plan, name + "/ours");
  std::error_code ignored;
  std::filesystem::remove_all(name, ignored);
  if (rocks.events_per_s == 0 || engine.events_per_s == 0) return 1;
  std::printf("{\"batch_events\":%zu,\"event_bytes\":%zu,\"seconds\":%.1f,", kBatch, plan.bytes, plan.seconds);
  print_json("rocksdb", rocks, ",");
  print_json("engine", engine, "}\n");
  std::printf("store  %zu B x %zu  | RocksDB %8.0f/s  sync %.2f %.2f %.2f ms  | engine %8.0f/s  sync %.2f %.2f %.2f ms  | %.2f of RocksDB\n",
              plan.bytes, kBatch, rocks.events_per_s, rocks.p50_ms, rocks.p99_ms, rocks.p999_ms, engine.events_per_s, engine.p50_ms,
              engine.p99_ms, engine.p999_ms, engine.events_per_s / rocks.events_per_s);
  return 0;
}

}  // namespace
}  // namespace concordat::store

int main(int count, char** words) {
  concordat::store::Plan plan;
  if (count > 1) plan.bytes = static_cast<std::size_t>(std::strtoull(words[1], nullptr, 10));
  if (count > 2) plan.seconds = std::strtod(words[2], nullptr);
  if (count > 3) plan.folder = words[3];
  if (plan.bytes == 0 || plan.bytes > (1u << 20) || !(plan.seconds > 0) || count > 4) {
    std::fprintf(stderr, "usage: concordat_store_bench [BYTES (1 to 1048576) [SECONDS [FOLDER]]]\n");
    return 2;
  }
  return concordat::store::run(plan);
}
