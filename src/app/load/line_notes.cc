// SPDX-License-Identifier: Apache-2.0
#include "app/load/line_notes.h"

#include "util/printable.h"

namespace routemeter::app {

bool is_usual(model::Reason reason) {
  switch (reason) {
    case model::Reason::kEmpty:
    case model::Reason::kComment:
    case model::Reason::kNotAccess:
    case model::Reason::kWebsocket:
      return true;
    default:
      return false;
  }
}

void LineNotes::before(const pipeline::Counters& counters) {
  for (std::size_t i = 0; i < notes_.size(); ++i) {
    notes_[i].counted = counters.unparsed[i];
    notes_[i].samples = counters.samples[i].size();
  }
}

void LineNotes::after(const std::string& log_name, const pipeline::Counters& counters, Clock::time_point now,
                      const util::Logger& log) {
  for (std::size_t i = 0; i < notes_.size(); ++i) {
    Note& note = notes_[i];
    const std::string reason(model::kReasonNames[i]);
    for (std::size_t k = note.samples; k < counters.samples[i].size(); ++k) {
      log(util::LogLevel::kDebug, "a line that is no request",
          {{"log", log_name}, {"reason", reason}, {"line", util::printable(counters.samples[i][k])}});
    }
    note.unsaid += counters.unparsed[i] - note.counted;
    const bool due = !note.said || now - *note.said >= kInterval;
    if (note.unsaid == 0 || !due || is_usual(static_cast<model::Reason>(i))) continue;
    log(util::LogLevel::kWarn, "lines that are no requests; the status page shows some",
        {{"log", log_name}, {"reason", reason}, {"lines", std::to_string(note.unsaid)}});
    note.unsaid = 0;
    note.said = now;
  }
}

}  // namespace routemeter::app
