// SPDX-License-Identifier: Apache-2.0
#include "app/log_service.h"

#include <algorithm>
#include <utility>

#include "app/detect.h"
#include "input/limits.h"
#include "metric/store.h"
#include "util/printable.h"

namespace routemeter::app {
namespace {

// A megabyte of empty lines tells no format, and need not wait for one.
void count_empty(pipeline::Counters& counters, std::string_view text) {
  const auto lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  counters.lines += lines;
  counters.unparsed[static_cast<std::size_t>(model::Reason::kEmpty)] += lines;
}

}  // namespace

LogService::LogService(Service service, std::vector<std::string> paths, const util::Logger& log)
    : service_(std::move(service)), log_(log) {
  for (std::string& path : paths) {
    logs_.emplace_back();
    logs_.back().name = std::move(path);
  }
}

util::Result<std::unique_ptr<LogService>> LogService::start(CommonOptions options, const util::Logger& log) {
  auto service = load_service(options);
  if (!service) return service.errors();
  std::unique_ptr<LogService> made(new LogService(std::move(*service), expand_logs(options.logs), log));
  if (auto opened = made->open(); !opened) return opened.errors();
  return made;
}

util::Result<bool> LogService::open() {
  if (!service_.enabled) {
    log_(util::LogLevel::kWarn,
         "nothing is measured: respect_env_var is set and the variable is not true or 1",
         {{"variable", service_.rules.options.env_var_name}});
    return true;
  }
  std::vector<std::string> paths;
  for (const FollowedLog& log : logs_) paths.push_back(log.name);
  auto follower = input::follow(paths);
  if (!follower) return follower.errors();
  follower_ = std::move(*follower);
  // What is there now is what we begin with: rotations from here on are noticed.
  look();
  const model::FormatSpec& spec = service_.rules.format;
  if (spec.text == "auto") return true;
  // Wrong format strings and metrics are errors now, not when the first line comes.
  auto format = format::compile(spec, route::compile_capture_regex);
  if (!format) return format.errors();
  return create_worker(**format);
}

util::Result<bool> LogService::create_worker(const format::Format& format) {
  std::vector<std::string> notes;
  auto store = metric::create_store(service_.rules, service_.router->labels(), format.available(), notes);
  if (!store) return store.errors();
  for (const std::string& note : notes) log_(util::LogLevel::kWarn, note, {{"format", format.name()}});
  if (service_.rules.options.precreate) (*store)->precreate(service_.router->excluded_labels());
  worker_ = std::make_unique<pipeline::Worker>(service_.router, std::move(*store),
                                               service_.rules.options.group_untemplated,
                                               service_.rules.routes.size());
  return true;
}

void LogService::look() {
  if (follower_ == nullptr) return;
  follower_->look();
  for (const std::string& message : follower_->take_messages()) log_(util::LogLevel::kWarn, message, {});
}

util::Result<bool> LogService::read_block() {
  std::size_t index = 0;
  if (follower_ == nullptr || !follower_->next(block_, index)) return false;
  FollowedLog& log = logs_[index];
  if (!log.decided) {
    const std::uint64_t counted = log.source.counters.lines;
    if (auto ok = decide(log, block_.text); !ok) return ok;
    if (!log.decided) {
      if (log.source.counters.lines == counted) follower_->unread(index);
      return true;
    }
  }
  worker_->process(block_.text, block_.too_long, log.source);
  return true;
}

// Finds the format of a log from what is there of it. A short log that fits nothing yet may be server
// messages before the first request: it waits for more lines, unread and uncounted.
util::Result<bool> LogService::decide(FollowedLog& log, std::string_view text) {
  const auto lines = sample_lines(text);
  const bool enough = lines.size() >= format::kDetectLines || text.size() >= input::kBlockSize / 2;
  if (lines.empty()) {
    if (enough) count_empty(log.source.counters, text);
    return true;
  }
  auto found = detect_format(service_.rules.format, log.name, lines);
  if (!found) {
    if (!enough) {
      if (!log.said_waiting) {
        log_(util::LogLevel::kInfo, "no known format fits the first lines yet, waiting for more",
             {{"log", log.name}, {"lines", std::to_string(lines.size())}});
      }
      log.said_waiting = true;
      return true;
    }
    if (worker_ == nullptr) return found.errors();
    // A running service goes on with its other logs; this one's lines count as no_match.
    log_(util::LogLevel::kError, found.errors().front().message, {{"log", log.name}});
    log.decided = true;
    return true;
  }
  const format::Format& format = *found->format;
  if (worker_ == nullptr) {
    if (auto made = create_worker(format); !made) return made;
  }
  log.source.parser = format.make_parser();
  log.source.time_kind = format.time_kind();
  log.decided = true;
  log_(util::LogLevel::kInfo, "reading", {{"log", log.name}, {"format", format.name()}});
  return true;
}

void LogService::collect(model::Snapshot& out) const {
  if (worker_ == nullptr) return;
  model::Snapshot mine = worker_->store().snapshot();
  out.insert(out.end(), std::make_move_iterator(mine.begin()), std::make_move_iterator(mine.end()));
}

std::vector<SourceStatus> LogService::sources() const {
  std::vector<SourceStatus> out;
  for (std::size_t i = 0; i < logs_.size() && follower_ != nullptr; ++i) {
    SourceStatus status;
    status.name = util::printable(logs_[i].name);
    status.counters = &logs_[i].source.counters;
    status.lag_bytes = follower_->lag(i);
    status.last_request_time = logs_[i].source.last_request_time;
    out.push_back(std::move(status));
  }
  return out;
}

}  // namespace routemeter::app
