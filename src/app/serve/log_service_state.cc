// SPDX-License-Identifier: Apache-2.0

// The part of a LogService that a restart needs beside positions and series: the line counters of each log,
// and the format that was found for it, so that a restart in the middle of a log need not guess.

#include <algorithm>

#include "app/serve/log_service.h"
#include "format/choose/formats.h"
#include "util/codec.h"

namespace routemeter::app {
namespace {

constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kMaxLogs = 100'000;

void save_counters(const pipeline::Counters& c, util::Encoder& out) {
  out.u64(c.lines);
  out.u64(c.excluded);
  out.u64(c.ignored);
  out.u64(c.unmatched);
  // By name: numbers would change their meaning when a reason is added.
  out.u32(static_cast<std::uint32_t>(model::kReasonCount));
  for (std::size_t i = 0; i < model::kReasonCount; ++i) {
    out.text(model::kReasonNames[i]);
    out.u64(c.unparsed[i]);
  }
}

void restore_counters(pipeline::Counters& c, util::Decoder& in) {
  c.lines = in.u64();
  c.excluded = in.u64();
  c.ignored = in.u64();
  c.unmatched = in.u64();
  const std::uint32_t reasons = in.u32();
  for (std::uint32_t n = 0; n < reasons && in.ok(); ++n) {
    const std::string_view name = in.text();
    const std::uint64_t count = in.u64();
    for (std::size_t i = 0; i < model::kReasonCount; ++i) {
      if (name == model::kReasonNames[i]) c.unparsed[i] = count;
    }
  }
}

}  // namespace

void LogService::save(state::Sections& out) const {
  if (follower_ == nullptr) return;
  out.push_back({"service/" + setup_.name, save_logs()});
  out.push_back({"input/" + setup_.name, save_positions()});
  if (worker_ == nullptr) return;
  util::Encoder counters;
  worker_->store().save(counters);
  out.push_back({"metric/" + setup_.name, counters.take()});
}

bool LogService::has_positions(const state::Sections& saved) const {
  if (follower_ == nullptr) return true;
  const state::Section now{"input/" + setup_.name, save_positions()};
  return std::find(saved.begin(), saved.end(), now) != saved.end();
}

std::string LogService::save_positions() const {
  util::Encoder out;
  follower_->save(out);
  return out.take();
}

std::string LogService::save_logs() const {
  util::Encoder out;
  out.u32(kVersion);
  out.u32(available_.bits());
  out.text(service_.rules.format.text);  // what the formats below were found under
  out.u32(static_cast<std::uint32_t>(logs_.size()));
  for (const FollowedLog& log : logs_) {
    out.text(log.name);
    out.f64(log.source.last_request_time);
    out.u32(log.source.seen.bits());
    save_counters(log.source.counters, out);
    const bool known = log.decided && log.source.parser != nullptr;
    out.u8(known ? 1 : 0);
    out.text(known ? log.chosen.text : "");
    out.u8(static_cast<std::uint8_t>(log.chosen.envelope));
  }
  return out.take();
}

bool LogService::restore_logs(std::string_view bytes) {
  util::Decoder in(bytes);
  if (in.u32() != kVersion) return false;
  available_ = model::FieldSet::from_bits(in.u32());
  const bool same_format = in.text() == service_.rules.format.text;
  const std::uint32_t count = in.u32();
  if (count > kMaxLogs) return false;
  for (std::uint32_t n = 0; n < count && in.ok(); ++n) {
    const std::string name(in.text());
    FollowedLog* log = nullptr;
    for (FollowedLog& candidate : logs_) {
      if (candidate.name == name) log = &candidate;
    }
    if (log == nullptr) {  // not followed any more: its lines are still in the counters
      logs_.emplace_back();
      log = &logs_.back();
      log->name = name;
    }
    log->source.last_request_time = in.f64();
    log->source.seen = model::FieldSet::from_bits(in.u32());
    restore_counters(log->source.counters, in);
    const bool known = in.u8() == 1;
    model::FormatSpec chosen = service_.rules.format;
    chosen.text = in.text();
    chosen.envelope = static_cast<model::Envelope>(in.u8());
    if (!known || !same_format || !in.ok()) continue;
    if (const auto format = format::compile(chosen, route::compile_capture_regex)) {
      use_format(*log, **format, chosen);
    }
  }
  return in.ok();
}

}  // namespace routemeter::app
