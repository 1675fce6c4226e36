// SPDX-License-Identifier: Apache-2.0
#include "pipeline/worker.h"

#include <algorithm>

#include "format/contract/batch.h"

namespace routemeter::pipeline {

Worker::Worker(std::shared_ptr<const route::Router> router, std::unique_ptr<metric::Store> store,
               bool group_untemplated, std::size_t rules)
    : resolver_(route::make_resolver(std::move(router))),
      store_(std::move(store)),
      batch_(std::make_unique<format::Batch>()),
      group_untemplated_(group_untemplated),
      rules_(rules) {
  counted_.reserve(format::Batch::kLines);
}

Worker::~Worker() = default;

void Worker::process(std::string_view text, std::uint64_t too_long, Source& source, double now) {
  now_ = now;
  source.counters.lines += too_long;
  source.counters.unparsed[static_cast<std::size_t>(model::Reason::kTooLong)] += too_long;
  if (source.parser == nullptr) return count_unknown(text, source);
  // Only the last time is parsed: the gauge wants no more, and dates are slow to read.
  last_time_.clear();
  batch_->start(text);
  while (batch_->has_more()) {
    source.parser->parse(*batch_);
    std::string_view time;
    for (const format::Batch::Line& line : *batch_) {
      ++source.counters.lines;
      if (line.reason != model::Reason::kNone) {
        source.counters.add_unparsed(line.reason, line.text);
        continue;
      }
      time = line.request.time;
      source.seen.add(line.request.present);
      count(line.request, source.counters);
    }
    observe_counted();
    if (!time.empty()) last_time_ = time;  // its bytes may be gone after the next parse
  }
  if (last_time_.empty()) return;
  const double seconds = format::parse_time(last_time_, source.time_kind);
  if (seconds >= 0) source.last_request_time = seconds;
}

/// No known format: every line that is not empty is no_match.
void Worker::count_unknown(std::string_view text, Source& source) {
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size());
    const std::string_view line = format::clean_line(text.substr(0, size));
    ++source.counters.lines;
    source.counters.add_unparsed(line.empty() ? model::Reason::kEmpty : model::Reason::kNoMatch, line);
    text.remove_prefix(std::min(size + 1, text.size()));
  }
}

void Worker::count(const model::Request& request, Counters& counters) {
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
      if (!group_untemplated_) {
        observe_counted();  // which labels there is room for depends on what came before
        handler = store_->dynamic_handler(decision.path);
      }
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
  counted_.push_back({&request, handler});
}

void Worker::observe_counted() {
  store_->observe_all(counted_);
  counted_.clear();
}

}  // namespace routemeter::pipeline
