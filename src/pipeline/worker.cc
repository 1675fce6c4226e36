// SPDX-License-Identifier: Apache-2.0
#include "pipeline/worker.h"

#include <cstring>

namespace routemeter::pipeline {

Worker::Worker(std::shared_ptr<const route::Router> router, std::unique_ptr<metric::Store> store,
               bool group_untemplated, std::size_t rules)
    : resolver_(route::make_resolver(std::move(router))),
      store_(std::move(store)),
      group_untemplated_(group_untemplated),
      rules_(rules) {}

void Worker::process(std::string_view text, std::uint64_t too_long, Source& source, double now) {
  now_ = now;
  source.counters.lines += too_long;
  source.counters.unparsed[static_cast<std::size_t>(model::Reason::kTooLong)] += too_long;
  // Only the batch's last time is parsed: the gauge wants no more, and dates are slow to read.
  std::string_view last_time;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    const auto* newline = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
    if (newline == nullptr) newline = end;
    process_line(format::clean_line({at, static_cast<std::size_t>(newline - at)}), source, last_time);
    at = newline + 1;
  }
  if (!last_time.empty()) {
    const double seconds = format::parse_time(last_time, source.time_kind);
    if (seconds >= 0) source.last_request_time = seconds;
  }
}

void Worker::process_line(std::string_view line, Source& source, std::string_view& last_time) {
  Counters& counters = source.counters;
  ++counters.lines;
  if (line.empty()) {
    counters.add_unparsed(model::Reason::kEmpty, line);
    return;
  }
  model::Request request;
  const model::Reason reason =
      source.parser == nullptr ? model::Reason::kNoMatch : source.parser->parse(line, request);
  if (reason != model::Reason::kNone) {
    counters.add_unparsed(reason, line);
    return;
  }
  source.seen.add(request.present);
  last_time = request.time;
  if (!last_time.empty() &&
      (last_time.data() < line.data() || last_time.data() >= line.data() + line.size())) {
    last_time_copy_.assign(last_time);  // in the parser's scratch: the next line overwrites it
    last_time = last_time_copy_;
  }
  const route::Decision decision = resolver_->resolve(request);
  if (decision.rule >= 0) {
    RuleUse& use = rules_[static_cast<std::size_t>(decision.rule)];
    ++use.hits;
    use.last = now_;
  }
  std::uint32_t handler = decision.label;
  switch (decision.outcome) {
    case route::Outcome::kTemplated:
      break;
    case route::Outcome::kUntemplated:
      ++counters.unmatched;
      if (unmatched_ != nullptr) unmatched_->add(request.target);
      if (!group_untemplated_) handler = store_->dynamic_handler(decision.path);
      break;
    case route::Outcome::kExcluded:
      ++counters.excluded;
      return;
    case route::Outcome::kIgnored:
      ++counters.unmatched;
      ++counters.ignored;
      if (unmatched_ != nullptr) unmatched_->add(request.target);
      return;
  }
  store_->observe(handler, request);
}

}  // namespace routemeter::pipeline
