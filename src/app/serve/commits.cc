// SPDX-License-Identifier: Apache-2.0
#include "app/serve/commits.h"

#include <algorithm>
#include <utility>

#include "util/codec.h"

namespace routemeter::app {
namespace {

constexpr std::string_view kSinceSection = "serve/since";

// Since when the saved counters count; `now` if the state does not say.
double counting_since(const state::Sections& saved, double now) {
  for (const state::Section& section : saved) {
    if (section.name != kSinceSection) continue;
    util::Decoder in(section.bytes);
    const double since = in.f64();
    // Never later than now, whatever a clock once said.
    if (in.ok() && since > 0 && since < now) return since;
  }
  return now;
}

state::Section since_section(double since) {
  util::Encoder bytes;
  bytes.f64(since);
  return {std::string(kSinceSection), bytes.take()};
}

}  // namespace

util::Result<std::unique_ptr<state::StateDir>> open_state(const std::string& dir, bool sync,
                                                          const util::Logger& log) {
  if (dir.empty()) return std::unique_ptr<state::StateDir>();
  auto opened = state::open_state_dir(dir, sync);
  if (!opened) return opened;
  const state::Load result = (*opened)->load_result();
  const util::LogFields fields = {{"dir", dir}, {"result", std::string(state::name_of(result))}};
  if (result == state::Load::kCorrupt) {
    log(util::LogLevel::kError, "the state is damaged: counting starts anew, at the ends of the logs",
        fields);
  } else {
    log(util::LogLevel::kInfo, "state loaded", fields);
  }
  return opened;
}

Commits::Commits(std::unique_ptr<state::StateDir> dir, telemetry::Registry& registry, const util::Logger& log,
                 const util::Clocks& clocks)
    : dir_(std::move(dir)),
      log_(log),
      now_(clocks.now),
      since_(counting_since(loaded(), clocks.unix_time())) {
  if (dir_ == nullptr) return;
  registry.collect_from([this](telemetry::Collector& out) { collect_own(out); });
  durations_ = registry.histogram("routemeter_state_commit_duration_seconds",
                                  "Commits of positions and counters, and the time for each.");
}

const state::Sections& Commits::loaded() const {
  static const state::Sections none;
  return dir_ == nullptr ? none : dir_->loaded();
}

bool Commits::may_answer(Clock::time_point now) const {
  if (dir_ == nullptr || !changed_) return true;
  // Commits may take a tenth of the time at most, and never wait longer than a tenth of a second.
  return now - last_ >= std::min<Clock::duration>(cost_ * 10, std::chrono::milliseconds(100));
}

void Commits::commit(const LogServices& services) {
  if (dir_ == nullptr) return;
  if (is_committed(services)) {
    last_ = now_();
    return;
  }
  state::Sections sections;
  for (const auto& service : services) service->save(sections);
  sections.push_back(since_section(since_));
  changed_ = false;
  write(sections);
  durations_->observe(std::chrono::duration<double>(cost_).count());
  committed_ = std::move(sections);
}

// A failure is logged once until something changes; the next commit tries again.
void Commits::write(const state::Sections& sections) {
  const Clock::time_point start = now_();
  const int error = dir_->commit(sections);
  last_ = now_();
  cost_ = last_ - start;
  if (error == 0) last_good_ = last_;
  if (error != 0) ++failures_[error];
  if (error != 0 && error != failing_) {
    log_(util::LogLevel::kError,
         "the state cannot be written: counting goes on, but a crash now would lose what is not committed",
         {{"error", util::errno_text(error)}});
  } else if (error == 0 && failing_ != 0) {
    log_(util::LogLevel::kInfo, "the state is in sync again", {});
  }
  failing_ = error;
}

// Counters change with lines only; encoding all of them would be most of the work of an idle process.
bool Commits::is_committed(const LogServices& services) const {
  return !changed_ && !committed_.empty() && in_sync() && dir_->is_in_place() &&
         std::all_of(services.begin(), services.end(),
                     [this](const auto& service) { return service->has_positions(committed_); });
}

void Commits::collect_own(telemetry::Collector& out) const {
  out.counter("routemeter_state_commits_total",
              "Commits of positions and counters over the life of the state directory.")
      .add(static_cast<double>(count()));
  out.counter("routemeter_state_commit_failures_total", "Commits that failed, by error.");
  for (const auto& [code, failures] : failures_) {
    out.add(static_cast<double>(failures), {{"error", util::errno_text(code)}});
  }
  out.gauge("routemeter_state_in_sync", "Whether what is exposed is durable: 1, or 0 while commits fail.")
      .add(in_sync() ? 1 : 0);
  out.counter("routemeter_state_loads_total", "What this start found in the state directory.");
  for (const char* result : {"ok", "previous", "missing", "corrupt"}) {
    out.add(state::name_of(dir_->load_result()) == result ? 1 : 0, {{"result", result}});
  }
}

std::string Commits::problem() const { return failing_ == 0 ? "" : util::errno_text(failing_); }

double Commits::age_seconds() const { return std::chrono::duration<double>(now_() - last_good_).count(); }

}  // namespace routemeter::app
