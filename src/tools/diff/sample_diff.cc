// SPDX-License-Identifier: Apache-2.0
#include "tools/diff/sample_diff.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
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

/// What became of a line: a label, or none of one of these kinds.
struct Fate {
  enum Kind : std::uint8_t { kExcluded, kIgnored, kUnparsed, kOwnPath, kLabel };
  Kind kind = kLabel;
  std::string_view label = {};

  auto operator<=>(const Fate&) const = default;  // NOLINT(modernize-use-nullptr)
  std::string text() const {
    constexpr std::string_view kTexts[] = {"(excluded)", "(ignored)", "(unparsed)", "(its path)"};
    return std::string(kind == kLabel ? label : kTexts[kind]);
  }
};

/// One rule file at work on the sample.
class Side {
 public:
  Side(const app::Service& service, std::unique_ptr<metric::Store> store)
      : service_(service), resolver_(route::make_resolver(service.router)), store_(std::move(store)) {}

  /// Counts the request as serve does.
  Fate count(const model::Request* request) {
    if (request == nullptr) return {Fate::kUnparsed};
    seen_.add(request->present);
    const route::Decision decision = resolver_->resolve(*request);
    switch (decision.outcome) {
      case route::Outcome::kExcluded:
        return {Fate::kExcluded};
      case route::Outcome::kIgnored:
        return {Fate::kIgnored};
      case route::Outcome::kTemplated:
        break;
      case route::Outcome::kUntemplated:
        if (service_.rules.options.group_untemplated) break;
        store_->observe(store_->dynamic_handler(decision.path), *request);
        return {Fate::kOwnPath};
    }
    store_->observe(decision.label, *request);
    return {Fate::kLabel, service_.router->labels()[decision.label]};
  }

  /// Without families that no line had the fields for, as replay prints it.
  model::Snapshot snapshot(const std::vector<app::Input>& inputs) const {
    model::Snapshot out = store_->snapshot();
    model::FieldSet seen = seen_;
    bool open = false;
    for (const app::Input& in : inputs) {
      if (in.format == nullptr) continue;
      open = open || in.format->open();
      seen.add(in.format->certain());
    }
    if (open) app::drop_unseen(out, seen);
    return out;
  }

 private:
  const app::Service& service_;
  std::unique_ptr<route::Resolver> resolver_;
  std::unique_ptr<metric::Store> store_;
  model::FieldSet seen_;
};

std::string example_of(const model::Request& request) {
  const std::string path = route::decoded_path(request.target.substr(0, kExampleBytes));
  return util::printable(std::string(request.method.substr(0, kExampleBytes)) + " " + path, kExampleBytes);
}

class Shifts {
 public:
  void add(Fate before, Fate after, const app::ScannedLine& line, const model::Request* request) {
    LabelShift& shift = shifts_[{before, after}];
    ++shift.requests;
    if (shift.examples.size() >= LabelShift::kExamples) return;
    std::string example =
        request == nullptr ? util::printable(line.line, kExampleBytes) : example_of(*request);
    if (std::find(shift.examples.begin(), shift.examples.end(), example) == shift.examples.end()) {
      shift.examples.push_back(std::move(example));
    }
  }

  std::vector<LabelShift> take() {
    std::vector<LabelShift> out;
    for (auto& [fates, shift] : shifts_) {
      shift.before = fates.first.text();
      shift.after = fates.second.text();
      out.push_back(std::move(shift));
    }
    std::sort(out.begin(), out.end(), [](const LabelShift& a, const LabelShift& b) {
      return std::tuple(b.requests, a.before, a.after) < std::tuple(a.requests, b.before, b.after);
    });
    return out;
  }

 private:
  std::map<std::pair<Fate, Fate>, LabelShift> shifts_;
};

/// The logs under the old file where its format is another one; none: as under the new one.
using OldInputs = std::optional<std::vector<app::Input>>;

util::Result<OldInputs> open_old(const app::Service& before, const app::Service& after,
                                 const std::vector<std::string>& logs) {
  if (before.rules.format == after.rules.format) return OldInputs();
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
  return OldInputs(std::move(*opened));
}

util::Result<std::unique_ptr<metric::Store>> store_of(const app::Service& service,
                                                      const std::vector<app::Input>& inputs) {
  return metric::create_store(service.rules, service.router->labels(), app::fields_of(inputs));
}

}  // namespace

util::Result<SampleDiff> compare_sample(const app::Service& before, const app::Service& after,
                                        const std::vector<std::string>& logs) {
  auto inputs = app::open_logs(logs, after.rules.format);
  if (!inputs) return app::with_source(after.rules, inputs.errors());
  const auto own = open_old(before, after, logs);
  if (!own) return own.errors();
  const std::vector<app::Input>& old_inputs = *own ? **own : *inputs;
  std::vector<std::unique_ptr<format::Parser>> old_parsers(old_inputs.size());  // null: as by the new one
  for (std::size_t i = 0; *own && i < old_inputs.size(); ++i)
    if (old_inputs[i].format != nullptr) old_parsers[i] = old_inputs[i].format->make_parser();
  auto old_store = store_of(before, old_inputs);
  if (!old_store) return old_store.errors();
  auto new_store = store_of(after, *inputs);
  if (!new_store) return new_store.errors();

  Side was(before, std::move(*old_store));
  Side is(after, std::move(*new_store));
  Shifts shifts;
  SampleDiff out;
  model::Request request;
  app::Scan scan = app::scan_inputs(*inputs, [&](const app::ScannedLine& line) {
    const model::Request* old_request = line.request;
    const Fate now = is.count(line.request);
    if (old_parsers[line.log] != nullptr) {
      const bool parsed = old_parsers[line.log]->parse(line.line, request = {}) == model::Reason::kNone;
      old_request = parsed ? &request : nullptr;
    }
    const Fate then = was.count(old_request);
    if (then == now) return;
    ++out.shifted;
    shifts.add(then, now, line, line.request != nullptr ? line.request : old_request);
  });
  for (const app::ScannedLog& log : scan.logs) out.lines += log.lines;
  out.failures = std::move(scan.failures);
  out.shifts = shifts.take();
  out.series = series_changes(was.snapshot(old_inputs), is.snapshot(*inputs));
  return out;
}

}  // namespace routemeter::explain
