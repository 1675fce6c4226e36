// SPDX-License-Identifier: Apache-2.0
#include "app/status/status_findings.h"

#include <algorithm>

#include "app/status/status_html.h"

namespace routemeter::app {
namespace {

// Below this a log is only a moment behind.
constexpr std::uint64_t kBehindBytes = 16U << 20;
// A log in which most lines are no requests is likely read in the wrong format; fewer lines tell nothing.
constexpr std::uint64_t kLinesToJudge = 100;

std::string code(std::string_view text) {
  std::string out = "<code>";
  append_text(out, text);
  return out + "</code>";
}

void look_at_log(const LogView& log, std::vector<Finding>& out) {
  const pipeline::Counters& counters = *log.counters;
  if (!log.problem.empty()) {
    std::string text = code(log.log) + " cannot be read: ";
    append_text(text, log.problem);
    out.push_back({true, text + "."});
  }
  if (log.loss_suspected > 0) {
    out.push_back({true, code(log.log) + " may have lost lines before they could be read, " +
                             counted(log.loss_suspected, "time", "times") +
                             ": a file was emptied or deleted too soon."});
  }
  if (log.lost > 0) {
    out.push_back({true, code(log.log) + " lost " + counted(log.lost, "message", "messages") +
                             " on the way, see <code>routemeter_stream_lost_total</code>."});
  }
  if (log.format.empty() && log.lag_bytes > 0) {
    out.push_back({false, "No known format fits the lines of " + code(log.log) +
                              " yet. <code>routemeter doctor</code> tells what it sees in them."});
  } else if (counters.lines >= kLinesToJudge && counters.unparsed_total() > counters.lines / 2) {
    out.push_back(
        {false, "Most lines of " + code(log.log) +
                    " are no requests: is its format right? <code>routemeter doctor</code> tells."});
  }
  if (log.lag_bytes > kBehindBytes) {
    out.push_back({false, code(log.log) + " is read " + byte_size(log.lag_bytes) + " behind its end."});
  }
}

void look_at_service(const ServiceView& service, double now, std::vector<Finding>& out) {
  const std::string who = service.name.empty() ? "" : " of " + code(service.name);
  if (!service.reload_error.empty()) {
    std::string text = "The rules" + who + " could not be reloaded (" +
                       ago(service.last_reload, now, "never") + " they were); those from before go on.<pre>";
    append_lines(text, service.reload_error);
    out.push_back({true, text + "</pre>"});
  }
  if (!service.enabled) {
    out.push_back(
        {false, "Nothing" + who +
                    " is measured: the rule file sets <code>respect_env_var</code>, and the variable "
                    "is neither true nor 1."});
  }
  if (service.series_overflow > 0) {
    out.push_back({false, "A limit on series" + who + " is reached: " +
                              counted(service.series_overflow, "label value counts", "label values count") +
                              " as <code>other</code>."});
  }
  for (const LogView& log : service.logs) look_at_log(log, out);
}

}  // namespace

std::vector<Finding> find_problems(const Status& status) {
  std::vector<Finding> out;
  if (status.state && !status.state->in_sync) {
    std::string text = "The totals are not safe on disk";
    if (!status.state->problem.empty()) {
      text += ": ";
      append_text(text, status.state->problem);
    }
    out.push_back({true, text + "."});
  }
  for (const ServiceView& service : status.services) look_at_service(service, status.now, out);
  std::stable_sort(out.begin(), out.end(),
                   [](const Finding& a, const Finding& b) { return a.bad && !b.bad; });
  return out;
}

}  // namespace routemeter::app
