// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <optional>

#include "metric/duration.h"
#include "metric/factories.h"
#include "metric/families.h"
#include "metric/options.h"

namespace routemeter::metric {
namespace {

// Names, help texts (four end in a space), labels and borders are the library's, word for word.
constexpr LabelSubset kHandler = {.handler = true};
constexpr LabelSubset kHandlerMethod = {.handler = true, .method = true};
constexpr FamilyDefaults kRequests = {"http_requests_total",
                                      "Total number of requests by method, status and handler.",
                                      model::MetricType::kCounter, kAllLabels};
constexpr FamilyDefaults kRequestSize = {
    "http_request_size_bytes",
    "Content length of incoming requests by handler. Only value of header is respected. Otherwise ignored. "
    "No percentile calculated. ",
    model::MetricType::kSummary, kHandler};
constexpr FamilyDefaults kResponseSize = {
    "http_response_size_bytes",
    "Content length of outgoing responses by handler. Only value of header is respected. Otherwise ignored. "
    "No percentile calculated. ",
    model::MetricType::kSummary, kHandler};
constexpr FamilyDefaults kHighr = {
    "http_request_duration_highr_seconds",
    "Latency with many buckets but no API specific labels. Made for more accurate percentile calculations. ",
    model::MetricType::kHistogram, kNoLabels};
constexpr FamilyDefaults kLowr = {
    "http_request_duration_seconds",
    "Latency with only few buckets by handler. Made to be only used if aggregation by handler is important. ",
    model::MetricType::kHistogram, kHandlerMethod};
constexpr std::array kHighrBuckets = {0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0,  1.5, 2.0,
                                      2.5,  3.0,   3.5,  4.0,   4.5, 5.0,  7.5, 10.0, 30.0, 60.0};
constexpr std::array kLowrBuckets = {0.1, 0.5, 1.0};

class DefaultSet final : public Plugin {
 public:
  DefaultSet(CounterFamily requests, model::Field duration, bool only_2xx)
      : requests_(std::move(requests)), duration_(duration), only_2xx_(only_2xx) {}

  // Filled by the factory with what the format allows.
  std::optional<SummaryFamily> request_size;
  std::optional<SummaryFamily> response_size;
  std::optional<HistogramFamily> highr;
  std::optional<HistogramFamily> lowr;

  LabelSubset used_labels() const override { return kAllLabels; }

  void add_series(SeriesId id, const NewSeries& series) override {
    requests_.add_series(id, series);
    if (request_size) request_size->add_series(id, series);
    if (response_size) response_size->add_series(id, series);
    if (highr) highr->add_series(id, series);
    if (lowr) lowr->add_series(id, series);
  }

  void precreate(const SeriesLabels& labels) override { requests_.precreate(labels); }

  void observe(const Info& info) noexcept override {
    requests_.observe(info.series);
    if (request_size) request_size->observe(info.series, info.request_size);
    if (response_size) response_size->observe(info.series, info.response_size);
    if (!highr || !info.known.has(duration_)) return;
    const std::uint64_t ns = duration_of(info, duration_);
    if (!only_2xx_ || info.status / 100 == 2) highr->observe(info.series, ns);
    lowr->observe(info.series, ns);
  }

  void merge(const Plugin& plugin, std::span<const SeriesId> to) override {
    const auto& other = static_cast<const DefaultSet&>(plugin);
    requests_.merge(other.requests_, to);
    if (request_size) request_size->merge(*other.request_size, to);
    if (response_size) response_size->merge(*other.response_size, to);
    if (highr) highr->merge(*other.highr, to);
    if (lowr) lowr->merge(*other.lowr, to);
  }

  void collect(model::Snapshot& out) const override {
    requests_.collect(out);
    if (request_size) request_size->collect(out);
    if (response_size) response_size->collect(out);
    if (highr) highr->collect(out);
    if (lowr) lowr->collect(out);
  }

  void list_families(std::vector<Family*>& out) override {
    out.push_back(&requests_);
    if (request_size) out.push_back(&*request_size);
    if (response_size) out.push_back(&*response_size);
    if (highr) out.push_back(&*highr);
    if (lowr) out.push_back(&*lowr);
  }

 private:
  CounterFamily requests_;
  model::Field duration_;
  bool only_2xx_;
};

}  // namespace

util::Result<std::unique_ptr<Plugin>> make_default_set(const model::MetricSpec& spec,
                                                       PluginContext& context) {
  util::Diagnostics errors;
  check_options(spec, {.default_buckets = true, .streaming = true}, context, errors);
  FamilyDef requests = make_def(kRequests, spec, context, errors);
  FamilyDef request_size = make_def(kRequestSize, spec, context, errors);
  FamilyDef response_size = make_def(kResponseSize, spec, context, errors);
  FamilyDef highr = make_def(kHighr, spec, context, errors);
  FamilyDef lowr = make_def(kLowr, spec, context, errors);
  Buckets highr_buckets = make_buckets(spec.highr_buckets, kHighrBuckets, spec, context, errors);
  Buckets lowr_buckets = make_buckets(spec.lowr_buckets, kLowrBuckets, spec, context, errors);
  const model::Field duration = duration_field(spec, context, errors);
  if (!errors.empty()) return errors;

  auto set =
      std::make_unique<DefaultSet>(CounterFamily(std::move(requests)), duration, spec.only_2xx_for_highr);
  if (has_field(model::Field::kRequestSize, request_size, context)) {
    set->request_size.emplace(std::move(request_size));
  }
  if (has_field(model::Field::kResponseSize, response_size, context)) {
    set->response_size.emplace(std::move(response_size));
  }
  if (has_field(duration, highr, context)) set->highr.emplace(std::move(highr), std::move(highr_buckets));
  if (has_field(duration, lowr, context)) set->lowr.emplace(std::move(lowr), std::move(lowr_buckets));
  return std::unique_ptr<Plugin>(std::move(set));
}

}  // namespace routemeter::metric
