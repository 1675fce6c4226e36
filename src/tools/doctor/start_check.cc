// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/start_check.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "input/stream/stream_source.h"

namespace routemeter::doctor {
namespace {

constexpr std::size_t kMaxLogs = 20;
/// The first read of a log brings that much anyway.
constexpr Bounds kFirstLines = {std::uint64_t{256} * 1024, 0};

/// serve says these in its own way, when it reads the log: or waits for it, as a service has to.
bool is_told_by_serve(std::string_view code) {
  constexpr std::array<std::string_view, 14> kTold = {
      "format",        "fields",    "metrics",    "lines",  "damaged",    "no-host", "not-found",
      "dangling-link", "directory", "unreadable", "binary", "compressed", "empty",   "matched"};
  return code.substr(0, 8) == "missing-" || std::find(kTold.begin(), kTold.end(), code) != kTold.end();
}

std::string in_one_line(const Finding& finding) {
  std::string out = finding.message;
  if (!finding.advice.empty()) out += "; " + finding.advice;
  if (finding.paste.size() == 1) out += ": " + finding.paste.front();
  return out;
}

}  // namespace

std::vector<app::LogWarning> check_at_start(const app::CommonOptions& common, const app::Service& service,
                                            const Surroundings& around) {
  std::vector<app::LogWarning> out;
  const std::vector<std::string> logs = app::expand_logs(common.logs);
  for (std::size_t i = 0; i < logs.size() && i < kMaxLogs; ++i) {
    // What is read of a stream is gone.
    if (input::is_stream(logs[i])) continue;
    for (const Finding& finding : examine(logs[i], common, service, around, kFirstLines).findings) {
      if (finding.level < Level::kWarning || is_told_by_serve(finding.code)) continue;
      out.push_back({logs[i], in_one_line(finding)});
    }
  }
  return out;
}

}  // namespace routemeter::doctor
