// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "model/vocabulary.h"
#include "tools/doctor/checks.h"
#include "tools/doctor/guess/candidate.h"
#include "util/ascii.h"
#include "util/words.h"

namespace routemeter::doctor {
namespace {

using model::Field;
using model::Unit;

/// Medians of web applications are within.
constexpr double kFast = 0.0005;
constexpr double kSlow = 10;
/// Fewer requests say nothing about a median.
constexpr std::size_t kEnough = 5;
constexpr double kHour = 3600;

struct UnitRow {
  double seconds = 1;
  std::string_view words;
  std::array<std::string_view, 5> endings;  ///< of names of fields that are in this unit
};
/// By Unit.
constexpr std::array<UnitRow, 4> kUnits = {{
    {1, "seconds", {"_s", "_sec", "_secs", "_seconds"}},
    {1e-3, "milliseconds", {"_ms", "msec", "msecs", "millis", "milliseconds"}},
    {1e-6, "microseconds", {"_us", "usec", "micros", "microseconds"}},
    {1e-9, "nanoseconds", {"_ns", "nanos", "nanoseconds"}},
}};

double seconds_per(Unit unit) { return kUnits[static_cast<std::size_t>(unit)].seconds; }
std::string_view in_words(Unit unit) { return kUnits[static_cast<std::size_t>(unit)].words; }

/// The unit that a name like "duration_ms" or "ElapsedMillis" says.
std::optional<Unit> unit_in_name(const std::string& written) {
  const std::string name = util::to_lower(written);
  for (std::size_t unit = 0; unit < kUnits.size(); ++unit) {
    for (const std::string_view ending : kUnits[unit].endings) {
      if (!ending.empty() && name.size() > ending.size() && name.ends_with(ending))
        return static_cast<Unit>(unit);
    }
  }
  return std::nullopt;
}

std::string unit_line(const format::FieldUse& use, Unit unit) {
  const std::size_t first = std::min(use.name.find_first_not_of("$%"), use.name.size());
  return fmt::format("fields: {{{}: {{field: {}, unit: {}}}}}", model::name_of(use.field),
                     first == use.name.size() ? use.name : use.name.substr(first), model::name_of(unit));
}

std::vector<std::uint64_t> values_of(Field field, const Study& study) {
  std::vector<std::uint64_t> out;
  for (const RequestNumbers& r : study.requests) {
    if (r.known.has(field))
      out.push_back(field == Field::kDuration ? r.duration_ns : r.time_to_first_byte_ns);
  }
  std::ranges::sort(out);
  return out;
}

/// The unit with which the median would be that of a web application.
std::optional<Unit> better_unit(double median, Unit unit) {
  for (const Unit other : {Unit::kMilliseconds, Unit::kMicroseconds, Unit::kNanoseconds, Unit::kSeconds}) {
    const double as_other = median / seconds_per(unit) * seconds_per(other);
    if (other != unit && as_other >= kFast && as_other <= kSlow) return other;
  }
  return std::nullopt;
}

/// The one unit that these programs write, however fast or slow the requests are.
std::optional<Unit> natural_unit(Server server) {
  if (server == Server::kCaddy) return Unit::kSeconds;
  if (server == Server::kTraefik) return Unit::kMilliseconds;
  return server == Server::kTraefikJson ? std::optional(Unit::kNanoseconds) : std::nullopt;
}

void check_median(const format::FieldUse& use, const std::vector<std::uint64_t>& sorted, Server server,
                  Findings& findings) {
  if (sorted.back() == 0)
    return findings.push_back({Level::kWarning, "all-zero",
                               fmt::format("all {} values of {} are 0", sorted.size(), use.name),
                               "does the server fill this field?"});
  const double median = static_cast<double>(sorted[sorted.size() / 2]) / 1e9;
  const bool in_seconds = use.unit == Unit::kSeconds;
  const std::string told = fmt::format("the median of {} is {:.3g}, read as {}", use.name,
                                       median / seconds_per(use.unit), in_words(use.unit));
  // nginx rounds to milliseconds, so that a server of files has a median of 0.
  if (median == 0 || (median >= kFast && median <= kSlow) || natural_unit(server) == use.unit)
    return findings.push_back(
        {Level::kOk, "unit", told + (in_seconds ? "" : fmt::format(" ({:.3g} s)", median))});
  Finding finding{
      Level::kWarning, "unit",
      fmt::format("{}{}: very {}", told, in_seconds ? "" : fmt::format(", which is {:.3g} s", median),
                  median > kSlow ? "slow" : "fast")};
  if (const auto other = better_unit(median, use.unit)) {
    finding.message += fmt::format("; is it {}?", in_words(*other));
    finding.advice = "if so, say it in the rule file";
    finding.paste = {unit_line(use, *other)};
  } else {
    finding.message += ". Is it in milliseconds, divided once too often?";
    finding.advice = "compare one line with what you measured yourself";
  }
  findings.push_back(std::move(finding));
}

void check_duration(const format::FieldUse& use, const Study& study, Server server, Findings& findings) {
  if (const auto named = unit_in_name(use.name); named && *named != use.unit)
    return findings.push_back(
        {Level::kWarning,
         "unit-by-name",
         fmt::format("{} sounds like {} and is read as {}", use.name, in_words(*named), in_words(use.unit)),
         "if its name is right, say it in the rule file",
         {unit_line(use, *named)}});
  const std::vector<std::uint64_t> sorted = values_of(use.field, study);
  if (sorted.size() < kEnough) return;
  constexpr std::uint64_t kSecond = 1000000000;
  const bool whole = use.unit == Unit::kSeconds && sorted.back() > 0 &&
                     std::ranges::all_of(sorted, [](std::uint64_t ns) { return ns % kSecond == 0; });
  const double median = static_cast<double>(sorted[sorted.size() / 2]) / 1e9;
  if (whole && median <= kSlow)
    return findings.push_back(
        {Level::kWarning, "whole-seconds",
         fmt::format("{} has whole seconds only: most requests fall into the first bucket", use.name),
         "log it finer: $request_time in nginx, %D in Apache and gunicorn"});
  check_median(use, sorted, server, findings);
}

void check_first_byte(const Study& study, Findings& findings) {
  std::size_t both = 0;
  std::size_t later = 0;
  for (const RequestNumbers& r : study.requests) {
    if (!r.known.has(Field::kDuration) || !r.known.has(Field::kTimeToFirstByte)) continue;
    ++both;
    // A millisecond apart is rounding.
    if (r.time_to_first_byte_ns > r.duration_ns + 1000000) ++later;
  }
  if (later * 100 <= both) return;
  findings.push_back(
      {Level::kWarning, "first-byte-after-end",
       fmt::format("the time to first byte is longer than the duration in {} of {} requests", later, both),
       "are both in the same unit, and not swapped?"});
}

void check_sizes(const Study& study, Findings& findings) {
  constexpr std::uint64_t kTebibyte = std::uint64_t{1} << 40U;
  const auto huge = std::ranges::count_if(study.requests, [](const RequestNumbers& r) {
    return (r.known.has(Field::kResponseSize) && r.response_size > kTebibyte) ||
           (r.known.has(Field::kRequestSize) && r.request_size > kTebibyte);
  });
  if (huge == 0) return;
  findings.push_back({Level::kWarning, "huge-size",
                      fmt::format("{} requests have a size of more than a tebibyte", huge),
                      "is it the field that holds the size in bytes?"});
}

/// "3 days", "5 hours", "12 minutes".
std::string duration_in_words(double seconds) {
  const auto hours = static_cast<std::uint64_t>(seconds / kHour);
  if (hours >= 48) return fmt::format("{} days", hours / 24);
  return hours >= 2 ? fmt::format("{} hours", hours)
                    : fmt::format("{} minutes", static_cast<std::uint64_t>(seconds / 60));
}

}  // namespace

void check_numbers(const format::Format& format, const Study& study, Server server, Findings& findings) {
  for (const Field field : {Field::kDuration, Field::kTimeToFirstByte}) {
    const auto use = std::ranges::find(format.uses(), field, &format::FieldUse::field);
    if (use != format.uses().end()) check_duration(*use, study, server, findings);
  }
  check_first_byte(study, findings);
  check_sizes(study, findings);
}

void check_clock(const Study& study, double now, Findings& findings) {
  if (!study.has_time) return;
  double latest = -1;
  std::size_t bad = 0;
  std::size_t back = 0;
  for (const RequestNumbers& r : study.requests) {
    if (r.time < 0) ++bad;
    if (r.time >= 0 && r.time + kHour < latest) ++back;
    latest = std::max(latest, r.time);
  }
  if (bad * 2 > study.requests.size())
    return findings.push_back(
        {Level::kWarning, "time-unreadable",
         "the time cannot be read: routemeter_last_request_timestamp_seconds will be absent",
         "$time_local, $time_iso8601 and $msec can be read"});
  if (back * 100 > study.requests.size()) {
    findings.push_back({Level::kNote, "time-goes-back",
                        fmt::format("time goes back by more than an hour {}: logs of several servers in one, "
                                    "or a clock that was set",
                                    util::counted(back, "time"))});
  }
  latest = std::max(latest, study.source.last_request_time);
  if (latest > now + 300) {
    findings.push_back({Level::kWarning, "time-ahead",
                        fmt::format("the last request is {} in the future", duration_in_words(latest - now)),
                        "is the clock of the server right, and its time zone?"});
  } else if (now - latest > 24 * kHour) {
    findings.push_back({Level::kNote, "time-old",
                        fmt::format("the last request is {} old", duration_in_words(now - latest)),
                        "is this the file that the server writes to now?"});
  }
}

}  // namespace routemeter::doctor
