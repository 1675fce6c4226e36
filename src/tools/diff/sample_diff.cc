// SPDX-License-Identifier: Apache-2.0
#include "tools/diff/sample_diff.h"

#include <algorithm>
#include <map>
#include <memory>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "app/load/log_format.h"
#include "app/load/log_inputs.h"
#include "app/load/log_scan.h"
#include "metric/store/store.h"
#include "route/probe.h"
#include "route/router.h"
#include "util/printable.h"
#include "util/words.h"

namespace routemeter::explain {
namespace {

struct Series {
  const model::Family* family = nullptr;
  const model::Sample* sample = nullptr;
};
using ByLabels = std::map<Labels, Series>;

ByLabels series_of(const model::Snapshot& snapshot, const std::string& name) {
  ByLabels out;
  for (const model::Family& family : snapshot) {
    if (family.name != name) continue;
    for (const model::Sample& sample : family.samples)
      out.emplace(labels_of(family, sample), Series{&family, &sample});
  }
  return out;
}

std::string value_text(const Series& series) {
  std::string out = std::to_string(series.sample->count);
  if (series.family->type == model::MetricType::kCounter ||
      series.family->type == model::MetricType::kGauge) {
    return out;
  }
  out += " (sum ";
  util::append_real(out, in_base_units(series.sample->sum, series.family->decimals));
  return out + ")";
}

bool is_same_kind(const Series& a, const Series& b) {
  return a.family->type == b.family->type && a.family->bounds == b.family->bounds;
}

bool is_equal(const model::Sample& a, const model::Sample& b) {
  return a.count == b.count && a.sum == b.sum && a.buckets == b.buckets;
}

// Series that appear, vanish or count something else. A family whose type or borders are others has other
// series: all of its former ones vanish.
std::vector<SeriesChange> series_changes(const model::Snapshot& before, const model::Snapshot& after) {
  std::vector<std::string> names;
  for (const model::Snapshot* snapshot : {&after, &before}) {
    for (const model::Family& family : *snapshot) {
      if (std::find(names.begin(), names.end(), family.name) == names.end()) names.push_back(family.name);
    }
  }
  std::vector<SeriesChange> out;
  for (const std::string& name : names) {
    const ByLabels was = series_of(before, name);
    const ByLabels is = series_of(after, name);
    for (const auto& [labels, now] : is) {
      const auto then = was.find(labels);
      if (then == was.end() || !is_same_kind(then->second, now)) {
        out.push_back({Change::kAdded, name, labels, "", value_text(now)});
      } else if (!is_equal(*then->second.sample, *now.sample)) {
        out.push_back({Change::kChanged, name, labels, value_text(then->second), value_text(now)});
      }
    }
    for (const auto& [labels, then] : was) {
      const auto now = is.find(labels);
      if (now == is.end() || !is_same_kind(then, now->second)) {
        out.push_back({Change::kRemoved, name, labels, value_text(then), ""});
      }
    }
  }
  return out;
}

constexpr std::size_t kExampleBytes = 200;

/// Labels of both files as numbers, equal ones with the same.
class Names {
 public:
  enum Special : std::uint32_t { kExcluded, kIgnored, kUnparsed, kOwnPath };

  Names() : texts_{"(excluded)", "(ignored)", "(unparsed)", "(its path)"} {}
  std::uint32_t add(const std::string& label) {
    const auto [at, added] = ids_.emplace(label, static_cast<std::uint32_t>(texts_.size()));
    if (added) texts_.push_back(label);
    return at->second;
  }
  const std::string& text(std::uint32_t name) const { return texts_[name]; }

 private:
  std::vector<std::string> texts_;
  std::unordered_map<std::string, std::uint32_t> ids_;
};

/// One rule file at work on the sample.
class Side {
 public:
  Side(const app::Service& service, std::unique_ptr<metric::Store> store, Names& names)
      : group_untemplated_(service.rules.options.group_untemplated),
        resolver_(route::make_resolver(service.router)),
        store_(std::move(store)) {
    for (const std::string& label : service.router->labels()) names_.push_back(names.add(label));
  }

  /// Counts the request as serve does; what became of it.
  std::uint32_t count(const model::Request* request) {
    if (request == nullptr) return Names::kUnparsed;
    seen_.add(request->present);
    const route::Decision decision = resolver_->resolve(*request);
    switch (decision.outcome) {
      case route::Outcome::kExcluded:
        return Names::kExcluded;
      case route::Outcome::kIgnored:
        return Names::kIgnored;
      case route::Outcome::kTemplated:
        break;
      case route::Outcome::kUntemplated:
        if (group_untemplated_) break;
        store_->observe(store_->dynamic_handler(decision.path), *request);
        return Names::kOwnPath;
    }
    store_->observe(decision.label, *request);
    return names_[decision.label];
  }

  /// Without families that no line had the fields for, as replay prints it.
  model::Snapshot snapshot(const std::vector<format::FormatPtr>& formats) const {
    model::Snapshot out = store_->snapshot();
    model::FieldSet seen = seen_;
    bool open = false;
    for (const format::FormatPtr& format : formats) {
      if (format == nullptr) continue;
      open = open || format->open();
      seen.add(format->certain());
    }
    if (open) app::drop_unseen(out, seen);
    return out;
  }

 private:
  bool group_untemplated_;
  std::unique_ptr<route::Resolver> resolver_;
  std::unique_ptr<metric::Store> store_;
  std::vector<std::uint32_t> names_;  // by label
  model::FieldSet seen_;
};

std::string example_of(const model::Request& request) {
  const std::string path = route::decoded_path(request.target.substr(0, kExampleBytes));
  return util::printable(std::string(request.method.substr(0, kExampleBytes)) + " " + path, kExampleBytes);
}

class Shifts {
 public:
  void add(std::uint32_t before, std::uint32_t after, const app::ScannedLine& line,
           const model::Request* request) {
    LabelShift& shift = shifts_[{before, after}];
    ++shift.requests;
    if (shift.examples.size() >= LabelShift::kExamples) return;
    std::string example =
        request == nullptr ? util::printable(line.line, kExampleBytes) : example_of(*request);
    if (std::find(shift.examples.begin(), shift.examples.end(), example) == shift.examples.end()) {
      shift.examples.push_back(std::move(example));
    }
  }

  std::vector<LabelShift> take(const Names& names) {
    std::vector<LabelShift> out;
    for (auto& [ids, shift] : shifts_) {
      shift.before = names.text(ids.first);
      shift.after = names.text(ids.second);
      out.push_back(std::move(shift));
    }
    std::sort(out.begin(), out.end(), [](const LabelShift& a, const LabelShift& b) {
      return std::tuple(b.requests, a.before, a.after) < std::tuple(a.requests, b.before, b.after);
    });
    return out;
  }

 private:
  std::map<std::pair<std::uint32_t, std::uint32_t>, LabelShift> shifts_;
};

/// The formats of the logs under the old file, with a parser per log if they differ from the new ones.
struct OldFormats {
  std::vector<format::FormatPtr> formats;
  std::vector<std::unique_ptr<format::Parser>> parsers;  ///< empty: as by the new one
};

util::Result<OldFormats> old_formats(const app::Service& before, const app::Service& after,
                                     const std::vector<std::string>& logs,
                                     const std::vector<app::Input>& inputs) {
  OldFormats out;
  if (before.rules.format == after.rules.format) {
    for (const app::Input& in : inputs) out.formats.push_back(in.format);
    return out;
  }
  if (std::find(logs.begin(), logs.end(), "-") != logs.end()) {
    util::Diagnostic d;
    d.file = after.rules.path;
    d.at = {0, 0};
    d.message = "the formats differ, and standard input can be read once only";
    d.hint = "write it to a file for --sample";
    return d;
  }
  auto opened = app::open_logs(logs, before.rules.format);
  if (!opened) return app::with_source(before.rules, opened.errors());
  for (const app::Input& in : *opened) {
    out.formats.push_back(in.format);
    out.parsers.push_back(in.format == nullptr ? nullptr : in.format->make_parser());
  }
  return out;
}

model::FieldSet available_in(const std::vector<format::FormatPtr>& formats) {
  model::FieldSet out;
  bool any = false;
  for (const format::FormatPtr& format : formats) {
    if (format == nullptr) continue;
    any = true;
    out.add(format->available());
  }
  return any ? out : model::FieldSet::all();
}

util::Result<std::unique_ptr<metric::Store>> store_of(const app::Service& service,
                                                      const std::vector<format::FormatPtr>& formats) {
  return metric::create_store(service.rules, service.router->labels(), available_in(formats));
}

}  // namespace

util::Result<SampleDiff> compare_sample(const app::Service& before, const app::Service& after,
                                        const std::vector<std::string>& logs) {
  auto inputs = app::open_logs(logs, after.rules.format);
  if (!inputs) return app::with_source(after.rules, inputs.errors());
  const auto old = old_formats(before, after, logs, *inputs);
  if (!old) return old.errors();
  std::vector<format::FormatPtr> formats;
  for (const app::Input& in : *inputs) formats.push_back(in.format);
  auto old_store = store_of(before, old->formats);
  if (!old_store) return old_store.errors();
  auto new_store = store_of(after, formats);
  if (!new_store) return new_store.errors();

  Names names;
  Side was(before, std::move(*old_store), names);
  Side is(after, std::move(*new_store), names);
  Shifts shifts;
  SampleDiff out;
  model::Request request;
  app::Scan scan = app::scan_inputs(*inputs, [&](const app::ScannedLine& line) {
    const model::Request* old_request = line.request;
    const std::uint32_t now = is.count(line.request);
    if (!old->parsers.empty() && old->parsers[line.log] != nullptr) {
      const bool parsed = old->parsers[line.log]->parse(line.line, request = {}) == model::Reason::kNone;
      old_request = parsed ? &request : nullptr;
    }
    const std::uint32_t then = was.count(old_request);
    if (then == now) return;
    ++out.shifted;
    shifts.add(then, now, line, line.request != nullptr ? line.request : old_request);
  });
  for (const app::ScannedLog& log : scan.logs) out.lines += log.lines;
  out.failures = std::move(scan.failures);
  out.shifts = shifts.take(names);
  out.series = series_changes(was.snapshot(old->formats), is.snapshot(formats));
  return out;
}

}  // namespace routemeter::explain
