// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/counters.h"
#include "pipeline/unmatched.h"

// The content of the page at `/`, as plain data. Texts are as they came: the page makes them
// harmless. Times are seconds since the epoch, -1 = never.

namespace routemeter::app {

struct LogView {
  std::string log;          ///< as the user named it
  std::string format;       ///< empty: not known yet
  std::string problem;      ///< why it cannot be read now; empty: none
  std::string caveat;       ///< of a stream: what its transport can lose
  std::uint64_t lost = 0;   ///< of a stream: messages that did not arrive whole, as far as is known
  std::uint64_t files = 0;  ///< that are being read: more than one while a rotated one is not finished
  const pipeline::Counters* counters = nullptr;  ///< not null
  std::uint64_t lag_bytes = 0;
  double last_request_time = -1;  ///< as the log tells it
  std::uint64_t rotations = 0;
  std::uint64_t loss_suspected = 0;
};

struct RuleView {
  std::size_t line = 0;
  std::string text;
  std::uint64_t hits = 0;
  double last_match = -1;
  bool excluded = false;  ///< an exclude pattern is found in its handler
};

struct ServiceView {
  std::string name;          ///< empty for the only one
  std::string rules_file;    ///< empty: the built-in rules
  bool enabled = true;       ///< false: respect_env_var switched it off
  double last_reload = -1;   ///< the first load counts as one
  std::string reload_error;  ///< of the last try, may have several lines; empty: it went well
  std::vector<LogView> logs;
  std::vector<RuleView> rules;                      ///< in the order of the file
  std::vector<pipeline::Unmatched::Top> unmatched;  ///< most frequent first
  std::uint64_t series = 0;
  std::uint64_t series_overflow = 0;  ///< label values that became "other"
};

struct StateView {
  std::string dir;
  bool in_sync = true;
  std::string problem;  ///< why not, when it is not in sync
  std::uint64_t commits = 0;
  double last_commit = -1;
};

struct Status {
  std::string version = ROUTEMETER_VERSION;
  double started = -1;
  double now = -1;
  std::string telemetry_path = "/metrics";
  std::vector<ServiceView> services;
  std::optional<StateView> state;  ///< none: no --state-dir
};

/// To be sent with the page as Content-Security-Policy: it loads nothing and runs nothing, so nothing that
/// anybody writes into a log can. (The page says the same of itself, for servers that cannot send headers.)
inline constexpr std::string_view kStatusPagePolicy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors "
    "'none'";

/// The whole page, text/html in UTF-8: no script, nothing loaded.
std::string status_page(const Status& status);

}  // namespace routemeter::app
