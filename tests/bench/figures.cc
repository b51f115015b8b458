// Figures: see figures.h.
#include "tests/bench/figures.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace concordat::bench {
namespace {

double rank(const std::vector<double>& sorted, double share) {
  const auto place = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::clamp<std::size_t>(place, 1, sorted.size()) - 1];
}

std::string whole(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// proc(5), stat: the name in brackets may hold anything, so fields are counted behind its end; utime and stime are 14 and 15.
double processor_s(const std::string& stat) {
  const std::size_t end = stat.rfind(')');
  if (end == std::string::npos) return 0;
  std::istringstream fields(stat.substr(end + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::size_t kibibytes_after(const std::string& status, const std::string& key) {
  const std::size_t at = status.find(key);
  return at == std::string::npos ? 0 : std::strtoull(status.c_str() + at + key.size(), nullptr, 10) * 1024;
}

}  // namespace

Spread spread(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  const double median = values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {median, values.front(), values.back()};
}

Quantiles quantiles(std::vector<double> values_ms) {
  if (values_ms.empty()) return {};
  std::sort(values_ms.begin(), values_ms.end());
  return {rank(values_ms, 0.5), rank(values_ms, 0.99), rank(values_ms, 0.999), values_ms.back()};
}

double seconds_between(Steady::time_point from, Steady::time_point to) { return std::chrono::duration<double>(to - from).count(); }

Usage usage_of(int process) {
  const std::filesystem::path folder = "/proc/" + std::to_string(process);
  const std::string status = whole(folder / "status");
  return {processor_s(whole(folder / "stat")), kibibytes_after(status, "RssAnon:"), kibibytes_after(status, "VmHWM:")};
}

double thread_processor_s() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

void name_thread(const std::string& name) { pthread_setname_np(pthread_self(), name.c_str()); }

std::vector<ThreadUsage> threads_of(int process) {
  std::map<std::string, double> by_name;
  std::error_code gone;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task", gone)) {
    std::string name = whole(thread.path() / "comm");
    while (!name.empty() && name.back() == '\n') name.pop_back();
    by_name[name] += processor_s(whole(thread.path() / "stat"));
  }
  std::vector<ThreadUsage> out;
  for (const auto& [name, used] : by_name) out.push_back({name, used});
  return out;
}

}  // namespace concordat::bench
