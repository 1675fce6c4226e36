// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "util/diagnostic.h"
#include "util/log.h"

namespace routemeter::cli {

/// Exit codes, as routemeter(1) explains them.
inline constexpr int kDone = 0;
inline constexpr int kDiffers = 1;
inline constexpr int kUsage = 2;
inline constexpr int kFailed = 3;

void print_out(std::string_view text);  ///< stdout
void print_err(std::string_view text);  ///< stderr

/// Each with its place, source line, caret and hint, on stderr.
void print_diagnostics(const util::Diagnostics& all);

/// The same, and gives `code`: how a command ends with errors.
int print_and(int code, const util::Diagnostics& all);

/// Opens /dev/null where stdin, stdout or stderr is closed: a log or a state file that got such a number
/// would get our messages.
void hold_standard_streams();

/// Writes log records from `level` on to stderr, in logfmt or JSON. Never waits for who reads them: what
/// there is no room for is dropped, and how many is said as soon as there is.
util::Logger make_logger(util::LogLevel level, bool json);

/// A line on stderr that shows how far a long read is. Draws only on a terminal and after half a second.
class ProgressBar {
 public:
  ProgressBar();
  void show(std::uint64_t done, std::uint64_t total);
  void clear();
  bool wanted() const { return terminal_; }

 private:
  bool terminal_;
  bool drawn_ = false;
  double started_;
};

/// Seconds on the monotonic clock.
double now_seconds();

}  // namespace routemeter::cli
