// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "format/contract/format.h"
#include "metric/store/store.h"
#include "pipeline/counters.h"
#include "pipeline/unmatched.h"
#include "route/router.h"

namespace routemeter::pipeline {

/// One log as a worker sees it: how to parse its lines, and what became of them.
struct Source {
  std::unique_ptr<format::Parser> parser;  ///< null: no known format, every line is no_match
  format::TimeKind time_kind = format::TimeKind::kNone;
  Counters counters;
  model::FieldSet seen;           ///< of an open format: what its lines had so far
  double last_request_time = -1;  ///< seconds since the epoch of the last request with a time; -1 = none yet
};

/// The number of times a rule decided, and the last time.
struct RuleUse {
  std::uint64_t hits = 0;
  double last = -1;  ///< time of the batch with the last hit, as given to process(); -1 = never
};

/// The loop: lines -> requests -> handlers -> metrics. Owned by one thread together with its store; several
/// workers on the same rule file give the same totals in any split of the lines.
class Worker {
 public:
  Worker(std::shared_ptr<const route::Router> router, std::unique_ptr<metric::Store> store,
         bool group_untemplated, std::size_t rules);
  ~Worker();  // in worker.cc, where Batch is complete

  /// Takes the complete lines of `text` (each ends in '\n') and `too_long` lines that were skipped. All
  /// families agree again when it returns: the place for snapshots and commits.
  /// `now` is what a rule's last use is set to.
  void process(std::string_view text, std::uint64_t too_long, Source& source, double now = 0);

  /// From now on the targets of unmatched requests are counted there; it outlives the worker.
  void count_unmatched(Unmatched* unmatched) { unmatched_ = unmatched; }

  /// By index into RuleFile::routes.
  const std::vector<RuleUse>& rules() const { return rules_; }

  const metric::Store& store() const { return *store_; }
  metric::Store& store() { return *store_; }
  /// Keeps it when the worker goes: for what was frozen of it.
  std::shared_ptr<const metric::Store> shared_store() const { return store_; }

 private:
  void count_unknown(std::string_view text, Source& source);
  void count(const model::Request& request, Counters& counters);
  void observe_counted();

  std::unique_ptr<route::Resolver> resolver_;
  std::shared_ptr<metric::Store> store_;
  std::unique_ptr<format::Batch> batch_;
  std::vector<metric::Counted> counted_;  ///< of the batch, on their way to the store
  bool group_untemplated_;
  std::vector<RuleUse> rules_;
  double now_ = 0;
  Unmatched* unmatched_ = nullptr;
  std::string last_time_;
};

}  // namespace routemeter::pipeline
