// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "model/vocabulary.h"
#include "pipeline/counters.h"
#include "util/log.h"

namespace routemeter::app {

/// Lines of this reason belong into a log of a server that works as it should.
bool is_usual(model::Reason reason);

/// Tells an operator which lines of one log are no requests: by reason, seldom, since whoever sends requests
/// can cause them. What the lines say is for --log.level=debug only: they hold addresses and queries of
/// users.
class LineNotes {
 public:
  using Clock = std::chrono::steady_clock;
  /// Between two records of the same log and reason.
  static constexpr std::chrono::minutes kInterval{10};

  /// Call before a block of lines is counted, and after it.
  void before(const pipeline::Counters& counters);
  void after(const std::string& log_name, const pipeline::Counters& counters, Clock::time_point now,
             const util::Logger& log);

 private:
  struct Note {
    std::uint64_t counted = 0;  // before the block
    std::size_t samples = 0;
    std::uint64_t unsaid = 0;
    std::optional<Clock::time_point> said;
  };
  std::array<Note, model::kReasonCount> notes_;
};

}  // namespace routemeter::app
