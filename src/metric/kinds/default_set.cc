// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <numeric>
#include <optional>

#include "metric/kinds/duration_histograms.h"
#include "metric/kinds/factories.h"
#include "metric/kinds/options.h"
#include "metric/series/series_totals.h"
#include "metric/store/family.h"

namespace routemeter::metric {
namespace {

// Names, help texts (four end in a space), labels and borders are the library's, word for word.
constexpr LabelSubset kHandler = 1U << model::kHandlerLabel;
constexpr LabelSubset kHandlerMethod = 1U << model::kHandlerLabel | 1U << model::kMethodLabel;
constexpr FamilyDefaults kRequests = {"http_requests_total",
                                      "Total number of requests by method, status and handler.",
                                      model::MetricType::kCounter, kLibraryLabels};
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
    model::MetricType::kHistogram, LabelSubset()};
constexpr FamilyDefaults kLowr = {
    "http_request_duration_seconds",
    "Latency with only few buckets by handler. Made to be only used if aggregation by handler is important. ",
    model::MetricType::kHistogram, kHandlerMethod};
constexpr std::array kHighrBuckets = {0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0,  1.5, 2.0,
                                      2.5,  3.0,   3.5,  4.0,   4.5, 5.0,  7.5, 10.0, 30.0, 60.0};
constexpr std::array kLowrBuckets = {0.1, 0.5, 1.0};

// The families' cells are not touched per request. A request is counted in one cache line of its series, and
// the families get what has gathered there when somebody looks.
class DefaultSet final : public Plugin {
 public:
  /// The optional parts are what the format allows.
  DefaultSet(CounterFamily requests, std::optional<SummaryFamily> request_size,
             std::optional<SummaryFamily> response_size, std::optional<DurationHistograms> durations)
      : requests_(std::move(requests)),
        request_size_(std::move(request_size)),
        response_size_(std::move(response_size)),
        durations_(std::move(durations)),
        kinds_(kTimed + (durations_ ? durations_->lowr_buckets() : 0)),
        totals_(kinds_.size()) {}

  LabelSubset used_labels() const override { return kLibraryLabels; }

  void add_series(SeriesId id, const NewSeries& series) override {
    requests_.add_series(id, series);
    if (request_size_) request_size_->add_series(id, series);
    if (response_size_) response_size_->add_series(id, series);
    if (durations_) durations_->add_series(id, series);
    totals_.add_series();
  }

  void precreate(const SeriesLabels& labels) override { requests_.precreate(labels); }

  void observe(const Info& info) noexcept override { count(info); }

  void observe_all(std::span<const Info> infos) noexcept override {
    for (const Info& info : infos) totals_.prefetch(info.series);
    for (const Info& info : infos) count(info);
  }

  void flush() override {
    if (!unflushed_) return;
    unflushed_ = false;
    for (SeriesId id = 0; id < totals_.size(); ++id) flush_series(id);
    if (durations_) durations_->flush_highr();
  }

  /// `plugin` is flushed.
  void merge(const Plugin& plugin, std::span<const SeriesId> to) override {
    const auto& other = static_cast<const DefaultSet&>(plugin);
    requests_.merge(other.requests_, to);
    if (request_size_) request_size_->merge(*other.request_size_, to);
    if (response_size_) response_size_->merge(*other.response_size_, to);
    if (durations_) durations_->merge(*other.durations_, to);
  }

  void collect(model::Snapshot& out) const override {
    requests_.collect(out);
    if (request_size_) request_size_->collect(out);
    if (response_size_) response_size_->collect(out);
    if (durations_) durations_->collect(out);
  }

  void list_families(std::vector<Family*>& out) override {
    out.push_back(&requests_);
    if (request_size_) out.push_back(&*request_size_);
    if (response_size_) out.push_back(&*response_size_);
    if (durations_) durations_->list_families(out);
  }

 private:
  // The kinds of requests that a series is counted by: without a duration, then one for each bucket of lowr.
  static constexpr std::size_t kUntimed = 0;
  static constexpr std::size_t kTimed = 1;

  void count(const Info& info) noexcept {
    unflushed_ = true;
    std::uint64_t ns = 0;
    std::size_t kind = kUntimed;
    if (durations_ && durations_->has(info)) {
      ns = durations_->of(info);
      kind = kTimed + durations_->observe(info.status, ns);
    }
    if (!totals_.add(info.series, kind, {ns, info.request_size, info.response_size})) {
      flush_and_add(info, kind, ns);
    }
  }
  [[gnu::noinline]] void flush_and_add(const Info& info, std::size_t kind, std::uint64_t ns) noexcept {
    flush_series(info.series);
    totals_.add(info.series, kind, {ns, info.request_size, info.response_size});
  }

  void flush_series(SeriesId id) noexcept {
    SeriesTotals::Sums sums;
    if (!totals_.take(id, kinds_, sums)) return;
    const std::array count = {std::accumulate(kinds_.begin(), kinds_.end(), std::uint64_t{0})};
    requests_.observe_many(id, count, 0);
    if (request_size_) request_size_->observe_many(id, count, sums.request_size);
    if (response_size_) response_size_->observe_many(id, count, sums.response_size);
    if (durations_) {
      durations_->flush(id, std::span<const std::uint64_t>(kinds_).subspan(kTimed), sums.duration_ns);
    }
  }

  CounterFamily requests_;
  std::optional<SummaryFamily> request_size_;
  std::optional<SummaryFamily> response_size_;
  std::optional<DurationHistograms> durations_;
  std::vector<std::uint64_t> kinds_;  // scratch of flush_series()
  SeriesTotals totals_;               // what the families do not have yet
  bool unflushed_ = false;
};

}  // namespace

util::Result<std::unique_ptr<Plugin>> make_default_set(const model::MetricSpec& spec,
                                                       PluginContext& context) {
  util::Diagnostics errors;
  FamilyDef requests = make_def(kRequests, spec, context, errors);
  FamilyDef request_size = make_def(kRequestSize, spec, context, errors);
  FamilyDef response_size = make_def(kResponseSize, spec, context, errors);
  FamilyDef highr = make_def(kHighr, spec, context, errors);
  FamilyDef lowr = make_def(kLowr, spec, context, errors);
  Buckets highr_buckets =
      make_buckets(spec.highr_buckets, "highr_buckets", kHighrBuckets, spec, context, errors);
  Buckets lowr_buckets = make_buckets(spec.lowr_buckets, "lowr_buckets", kLowrBuckets, spec, context, errors);
  const model::Field duration = duration_field(spec, context, errors);
  if (!errors.empty()) return errors;

  std::optional<SummaryFamily> in;
  std::optional<SummaryFamily> out;
  std::optional<DurationHistograms> durations;
  if (has_field(model::Field::kRequestSize, request_size, context)) in.emplace(std::move(request_size));
  if (has_field(model::Field::kResponseSize, response_size, context)) out.emplace(std::move(response_size));
  const bool timed = has_field(duration, highr, context);
  if (has_field(duration, lowr, context) && timed) {
    JointBuckets joint(highr_buckets.seconds(), lowr_buckets.seconds());
    durations.emplace(HistogramFamily(std::move(highr), std::move(highr_buckets)),
                      HistogramFamily(std::move(lowr), std::move(lowr_buckets)), std::move(joint), duration,
                      spec.only_2xx_for_highr);
  }
  return std::unique_ptr<Plugin>(std::make_unique<DefaultSet>(
      CounterFamily(std::move(requests)), std::move(in), std::move(out), std::move(durations)));
}

}  // namespace routemeter::metric
