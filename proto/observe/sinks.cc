// Where log lines go: the only user of spdlog.
#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <sys/stat.h>

#include <cstdio>

#include "proto/observe/log.h"

namespace concordat::observe {
namespace {

spdlog::level::level_enum level_of(Level level) {
  switch (level) {
    case Level::Debug: return spdlog::level::debug;
    case Level::Info: return spdlog::level::info;
    case Level::Warning: return spdlog::level::warn;
    case Level::Error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

class SpdlogSink final : public Sink {
 public:
  explicit SpdlogSink(spdlog::sink_ptr sink) : logger_("concordat", std::move(sink)) {
    logger_.set_pattern("%v");
    logger_.set_level(spdlog::level::trace);
    logger_.flush_on(spdlog::level::info);
    // A full disk must not stop the broker, and there is nowhere left to say so but `status`.
    logger_.set_error_handler([](const std::string&) {});
  }
  void write(Level level, std::string_view line) override {
    logger_.log(level_of(level), spdlog::string_view_t(line.data(), line.size()));
  }

 private:
  spdlog::logger logger_;
};

}  // namespace

std::unique_ptr<Sink> sink_to_stderr() {
  return std::make_unique<SpdlogSink>(std::make_shared<spdlog::sinks::stderr_sink_mt>());
}

Result<std::unique_ptr<Sink>> sink_to_file(const std::string& path, std::size_t bytes_max, std::size_t files) {
  try {
    spdlog::file_event_handlers owner_and_group;
    owner_and_group.after_open = [](const std::string&, std::FILE* file) { (void)::fchmod(::fileno(file), S_IRUSR | S_IWUSR | S_IRGRP); };
    return std::make_unique<SpdlogSink>(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(path, bytes_max, files, false, owner_and_group));
  } catch (const spdlog::spdlog_ex&) {
    return fail(Fault::Unavailable, code::kConfig, "log file " + path + " cannot be written");
  }
}

}  // namespace concordat::observe
