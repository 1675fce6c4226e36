// SPDX-License-Identifier: Apache-2.0
#include "app/serve/durable.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace routemeter::app {

util::Result<Durable> Durable::open(const std::string& dir, bool sync, const util::Logger& log) {
  Durable out;
  if (dir.empty()) return out;
  auto opened = state::open_state_dir(dir, sync);
  if (!opened) return opened.errors();
  out.dir_ = std::move(*opened);
  const std::string result(state::name_of(out.dir_->load_result()));
  const util::LogFields fields = {{"dir", dir}, {"result", result}};
  if (out.lost()) {
    log(util::LogLevel::kError, "the state is damaged: counting starts anew, at the ends of the logs",
        fields);
  } else {
    log(util::LogLevel::kInfo, "state loaded", fields);
  }
  return out;
}

const state::Sections& Durable::loaded() const {
  static const state::Sections none;
  return dir_ == nullptr ? none : dir_->loaded();
}

void Durable::commit(const state::Sections& sections, const util::Logger& log) {
  if (dir_ == nullptr) return;
  const Clock::time_point start = Clock::now();
  const int error = dir_->commit(sections);
  last_ = Clock::now();
  cost_ = last_ - start;
  if (error == 0) last_good_ = last_;
  if (error != 0) ++failures_[error];
  if (error != 0 && error != failing_) {
    log(util::LogLevel::kError,
        "the state cannot be written: counting goes on, but a crash now would lose what is not committed",
        {{"error", std::generic_category().message(error)}});
  } else if (error == 0 && failing_ != 0) {
    log(util::LogLevel::kInfo, "the state is in sync again", {});
  }
  failing_ = error;
}

bool Durable::may_commit(Clock::time_point now) const {
  // Commits may take a tenth of the time at most, and never wait longer than a tenth of a second.
  const Clock::duration gap = std::min<Clock::duration>(cost_ * 10, std::chrono::milliseconds(100));
  return now - last_ >= gap;
}

void Durable::collect_own(telemetry::Collector& out) const {
  if (!present()) return;
  out.counter("routemeter_state_commits_total",
              "Commits of positions and counters over the life of the state directory.")
      .add(static_cast<double>(commits()));
  out.counter("routemeter_state_commit_failures_total", "Commits that failed, by error.");
  for (const auto& [code, count] : failures_) {
    out.add(static_cast<double>(count), {{"error", std::generic_category().message(code)}});
  }
  out.gauge("routemeter_state_in_sync", "Whether what is exposed is durable: 1, or 0 while commits fail.")
      .add(in_sync() ? 1 : 0);
  out.counter("routemeter_state_loads_total", "What this start found in the state directory.");
  for (const char* result : {"ok", "previous", "missing", "corrupt"}) {
    out.add(state::name_of(dir_->load_result()) == result ? 1 : 0, {{"result", result}});
  }
}

std::string Durable::problem() const {
  return failing_ == 0 ? "" : std::generic_category().message(failing_);
}

double Durable::age_seconds() const {
  return std::chrono::duration<double>(Clock::now() - last_good_).count();
}

}  // namespace routemeter::app
