// SPDX-License-Identifier: Apache-2.0
#include "app/serve/log_service.h"

#include <algorithm>
#include <utility>

#include "app/load/log_format.h"
#include "format/choose/formats.h"
#include "input/read/block.h"
#include "metric/store/store.h"
#include "util/fmt.h"
#include "util/printable.h"

namespace routemeter::app {
namespace {

// A megabyte of empty lines tells no format, and need not wait for one.
void count_empty(pipeline::Counters& counters, std::string_view text) {
  const auto lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  counters.lines += lines;
  counters.unparsed[static_cast<std::size_t>(model::Reason::kEmpty)] += lines;
}

std::string_view find(const state::Sections& sections, const std::string& name) {
  for (const state::Section& section : sections) {
    if (section.name == name) return section.bytes;
  }
  return {};
}

// With the series that are to be there before the first request.
util::Result<std::unique_ptr<pipeline::Worker>> make_following(const Service& service,
                                                               model::FieldSet available,
                                                               model::AbsentFamilies* absent) {
  auto worker = make_worker(service, available, absent);
  if (worker && service.rules.options.precreate) {
    (*worker)->store().precreate(service.router->excluded_labels());
  }
  return worker;
}

}  // namespace

LogService::LogService(Setup setup, Service service, const util::Logger& log, util::Clocks clocks)
    : setup_(std::move(setup)), service_(std::move(service)), log_(log), clocks_(std::move(clocks)) {
  for (const std::string& name : setup_.common.logs) {
    logs_.emplace_back();
    logs_.back().name = name;
  }
}

util::Result<std::unique_ptr<LogService>> LogService::start(Setup setup, const state::Sections& saved,
                                                            const util::Logger& log,
                                                            const util::Clocks& clocks) {
  auto service = load_service(setup.common);
  if (!service) return service.errors();
  std::unique_ptr<LogService> made(new LogService(std::move(setup), std::move(*service), log, clocks));
  if (auto opened = made->open(saved); !opened) return opened.errors();
  return made;
}

util::Result<bool> LogService::open(const state::Sections& saved) {
  if (!service_.enabled) {
    log_(util::LogLevel::kWarn,
         "nothing is measured: respect_env_var is set and the variable is not true or 1",
         {{"variable", service_.rules.options.env_var_name}});
    return true;
  }
  auto follower = input::follow(setup_.common.logs, setup_.follow);
  if (!follower) return follower.errors();
  follower_ = std::move(*follower);
  for (const input::StreamStatus& stream : follower_->streams()) {
    log_(util::LogLevel::kInfo, "reading a stream",
         {{"stream", stream.description}, {"caveat", std::string(stream.caveat)}});
  }

  const std::string_view logs = find(saved, "service/" + setup_.name);
  if (!logs.empty() && !restore_logs(logs)) {
    return util::error_about("state", fmt::format("the saved service \"{}\" makes no sense", setup_.name));
  }
  const std::string_view positions = find(saved, "input/" + setup_.name);
  if (!positions.empty()) {
    util::Decoder in(positions);
    if (!follower_->restore(in)) {
      return util::error_about("state",
                               fmt::format("the saved positions of \"{}\" make no sense", setup_.name));
    }
  }
  // The files as they are now are the beginning: rotations from here on are noticed.
  look();
  const model::FormatSpec& spec = service_.rules.format;
  std::string format_name = "as before";
  model::FieldSet available = available_;
  if (spec.text != "auto") {
    // Wrong format strings and metrics are errors now, not when the first line comes.
    auto format = format::compile(spec, route::compile_capture_regex);
    if (!format) return with_source(service_.rules, format.errors());
    available = (*format)->available();
    format_name = (*format)->name();
  }
  if (available == model::FieldSet{}) return true;
  if (auto made = create_worker(available, format_name); !made) return made;
  const std::string_view counters = find(saved, "metric/" + setup_.name);
  util::Decoder in(counters);
  if (!counters.empty() && !worker_->store().restore(in)) {
    return util::error_about("state", fmt::format("the saved counters of \"{}\" make no sense", setup_.name));
  }
  return true;
}

util::Result<bool> LogService::create_worker(model::FieldSet available, const std::string& format) {
  model::AbsentFamilies absent;
  auto worker = make_following(service_, available, &absent);
  if (!worker) return worker.errors();
  const auto warn = [&](const std::string& note) { log_(util::LogLevel::kWarn, note, {{"format", format}}); };
  for (const model::AbsentFamily& family : absent) warn(family.text());
  for (const std::string& note : host_notes(service_.rules, available)) warn(note);
  worker_ = std::move(*worker);
  worker_->count_unmatched(&unmatched_);
  available_ = available;
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
  log.notes.before(log.source.counters);
  worker_->process(block_.text, block_.too_long, log.source, clocks_.unix_time());
  log.notes.after(log.name, log.source.counters, clocks_.now(), log_);
  if (log.open && !log.said_missing) say_missing(log);
  if (!said_overflow_ && worker_->store().overflowed()) {
    said_overflow_ = true;
    log_(util::LogLevel::kWarn,
         "a limit on series is reached: further labels that clients write become \"other\"",
         {{"service", setup_.name}, {"rules", service_.rules.path}});
  }
  return true;
}

// Of an open format only its lines tell what is missing: the first ones, as people expect it at the start.
void LogService::say_missing(FollowedLog& log) const {
  log.said_missing = true;
  model::Snapshot families = worker_->store().freeze();
  for (const std::string& note : drop_unseen(families, seen())) {
    log_(util::LogLevel::kWarn, fmt::format("{} yet", note), {{"log", log.name}, {"format", log.format}});
  }
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
    if (worker_ == nullptr) return with_source(service_.rules, found.errors());
    // A running service goes on with its other logs; this one's lines count as no_match.
    log_(util::LogLevel::kError, found.errors().front().message, {{"log", log.name}});
    log.format = "none that is known";
    log.decided = true;
    return true;
  }
  if (worker_ == nullptr) {
    if (auto made = create_worker(found->format->available(), found->format->name()); !made) return made;
  }
  use_format(log, *found->format, found->spec);
  log_(util::LogLevel::kInfo, "reading", {{"log", log.name}, {"format", log.format}});
  return true;
}

void LogService::use_format(FollowedLog& log, const format::Format& format, model::FormatSpec chosen) {
  log.source.parser = format.make_parser();
  log.source.time_kind = format.time_kind();
  log.certain = format.certain();
  log.open = format.open();
  log.format = format.name();
  log.chosen = std::move(chosen);
  log.decided = true;
}

util::Result<LogService::Reloaded> LogService::prepare_reload(const CommonOptions& common) const {
  auto service = load_service(common);
  if (!service) return service.errors();
  Reloaded out{common, std::move(*service), nullptr};
  model::FieldSet available = available_;
  if (out.service.rules.format.text != "auto") {
    auto format = format::compile(out.service.rules.format, route::compile_capture_regex);
    if (!format) return with_source(out.service.rules, format.errors());
    available = (*format)->available();
  }
  if (available == model::FieldSet{}) return out;
  auto worker = make_following(out.service, available, nullptr);
  if (!worker) return worker.errors();
  out.worker = std::move(*worker);
  if (worker_ == nullptr) return out;
  util::Encoder counts;
  worker_->store().save(counts);
  util::Decoder in(counts.bytes());
  if (!out.worker->store().restore(in)) {
    return util::error_about(out.service.rules.path, "the counters do not fit the new rules");
  }
  return out;
}

void LogService::apply(Reloaded reloaded) {
  const bool same_format = reloaded.service.rules.format == service_.rules.format;
  setup_.common = std::move(reloaded.common);
  service_ = std::move(reloaded.service);
  worker_ = std::move(reloaded.worker);
  if (worker_ != nullptr) worker_->count_unmatched(&unmatched_);
  if (same_format) return;
  for (FollowedLog& log : logs_) {  // the next block says which envelope
    log.decided = false;
    log.source.parser = nullptr;
  }
}

// The fields that the logs have had so far; all fields before the first line of an open format.
model::FieldSet LogService::seen() const {
  model::FieldSet fields;
  bool open = false;
  for (const FollowedLog& log : logs_) {
    open = open || log.open;
    fields.add(log.certain);
    fields.add(log.source.seen);
  }
  return open ? fields : available_;
}

void LogService::collect(model::Snapshot& out) const {
  if (worker_ == nullptr) return;
  model::Snapshot mine = worker_->store().freeze();
  drop_unseen(mine, seen());
  for (model::Family& family : mine) {
    // Families of one name stand together, whichever service they are of.
    auto last = std::find_if(out.rbegin(), out.rend(),
                             [&family](const model::Family& other) { return other.name == family.name; });
    out.insert(last == out.rend() ? out.end() : last.base(), std::move(family));
  }
}

std::uint64_t LogService::series_count() const {
  return worker_ == nullptr ? 0 : worker_->store().series_count();
}

std::vector<std::pair<std::string, std::uint64_t>> LogService::overflow_counts() const {
  if (worker_ == nullptr) return {};
  return worker_->store().overflow_counts();
}

std::vector<LogView> LogService::logs() const {
  std::vector<LogView> out;
  for (const FollowedLog& log : logs_) {
    LogView& view = out.emplace_back();
    view.log = util::printable(log.name);
    view.format = log.format;
    view.counters = &log.source.counters;
    view.last_request_time = log.source.last_request_time;
  }
  return out;
}

}  // namespace routemeter::app
