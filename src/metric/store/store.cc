// SPDX-License-Identifier: Apache-2.0
#include "metric/store/store.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "metric/contract/plugin.h"
#include "metric/series/label_values.h"
#include "metric/series/series_table.h"
#include "metric/store/durations.h"
#include "metric/store/family.h"
#include "metric/store/saved.h"
#include "model/method.h"

namespace routemeter::metric {
namespace {

using model::kMethods;
using model::kUnknownMethod;
using model::method_number;

constexpr std::string_view kOther = "other";

class StoreImpl final : public Store {
 public:
  StoreImpl(const model::RuleFile& file, const std::vector<std::string>& handlers,
            std::vector<std::unique_ptr<Plugin>> plugins)
      : plugins_(std::move(plugins)),
        handlers_(std::min(file.limits.max_series, file.limits.handlers.value_or(file.limits.max_series))),
        methods_(std::min({file.limits.max_series, file.limits.methods.value_or(kMaxMethods), kMaxMethods})),
        max_series_(file.limits.max_series),
        group_status_(file.options.group_status_codes),
        verbatim_methods_(file.options.verbatim_methods) {
    for (const std::string& handler : handlers) handlers_.add_from_file(handler);
    other_handler_ = handlers_.add_from_file(kOther);
    for (const std::string_view method : kMethods) methods_.add_from_file(method);
    methods_.add_from_file(kOther);
    if (file.options.round_latency_decimals) rounding_.emplace(*file.options.round_latency_decimals);
    for (const auto& plugin : plugins_) {
      used_ = used_ | plugin->used_labels();
      plugin->list_families(families_);
    }
    for (const model::Limits::OfFamily& limit : file.limits.families) {
      for (Family* family : families_) {
        if (family->name() == limit.family) family->limit(limit.series);
      }
    }
    if (!used_.handler) key_mask_ &= ~kHandlerMask;
    if (!used_.method) key_mask_ &= ~kMethodMask;
    if (!used_.status) key_mask_ &= ~kStatusMask;
    for (std::uint32_t code = 0; code < status_texts_.size(); ++code) {
      status_texts_[code] = std::to_string(code) + (group_status_ ? "xx" : "");
    }
    find_routes(file);
    if (group_status_ && used_ == kAllLabels) {
      series_.place_handlers(static_cast<std::uint32_t>(handlers_.size()));
    }
  }

  void observe_all(std::span<const Counted> requests) noexcept override {
    while (!requests.empty()) {
      const std::size_t count = std::min(requests.size(), infos_.size());
      for (std::size_t i = 0; i < count; ++i) infos_[i] = info_of(requests[i].handler, *requests[i].request);
      for (const auto& plugin : plugins_) plugin->observe_all({infos_.data(), count});
      requests = requests.subspan(count);
    }
  }

  std::uint32_t dynamic_handler(std::string_view label) override {
    if (!used_.handler) return other_handler_;
    if (const auto found = label_from_log(handlers_, label)) return *found;
    overflow_.add(true, false);
    return other_handler_;
  }

  void precreate(const std::vector<std::string>& excluded) override {
    std::vector<SeriesKey> keys;
    for (const SeriesKey key : routes_) {
      const std::string_view handler = handlers_.text(handler_of(key));
      if (std::find(excluded.begin(), excluded.end(), handler) == excluded.end()) keys.push_back(key);
    }
    create_at_zero(keys);
  }

  void merge(const Store& store) override {
    const auto& other = static_cast<const StoreImpl&>(store);
    if (precreated_.empty()) create_at_zero(other.precreated_);
    overflowed_ = overflowed_ || other.overflowed_;
    Overflow requests = overflow_;
    requests.add(other.overflow_);
    std::vector<SeriesId> to;
    to.reserve(other.series_.size());
    for (const SeriesKey key : other.series_.keys()) {
      std::uint32_t handler = handler_of(key);
      if (other.handlers_.is_from_log(handler)) {
        handler = label_from_log(handlers_, other.handlers_.text(handler)).value_or(other_handler_);
      }
      std::uint32_t method = method_of(key);
      if (other.methods_.is_from_log(method)) {
        method = label_from_log(methods_, other.methods_.text(method)).value_or(kUnknownMethod);
      }
      to.push_back(series_of(pack(handler, method, status_of(key)) & key_mask_));
    }
    other.flush();
    for (std::size_t i = 0; i < plugins_.size(); ++i) plugins_[i]->merge(*other.plugins_[i], to);
    overflow_ = requests;  // the loop counted series
  }

  model::Snapshot snapshot() const override {
    model::Snapshot out = freeze();
    make_samples(out);
    return out;
  }

  model::Snapshot freeze() const override {
    flush();
    model::Snapshot out;
    for (const auto& plugin : plugins_) plugin->collect(out);
    return out;
  }

  bool overflowed() const override { return overflowed_; }

  std::size_t series_count() const override {
    std::size_t count = 0;
    for (const Family* family : families_) count += family->size();
    return count;
  }

  std::vector<std::pair<std::string, std::uint64_t>> overflow_counts() const override {
    flush();
    std::vector<std::pair<std::string, std::uint64_t>> counts;
    for (const Family* family : families_) {
      const LabelSubset labels = family->labels();
      if (!labels.handler && !labels.method) continue;
      const auto before = overflow_before_.find(family->name());
      counts.emplace_back(family->name(), overflow_.of(labels) + family->overflow() +
                                              (before == overflow_before_.end() ? 0 : before->second));
    }
    return counts;
  }

  void save(util::Encoder& out) const override {
    flush();
    std::vector<SeriesLabels> series;
    series.reserve(series_.size() + restored_.size());
    for (const SeriesKey key : series_.keys()) series.push_back(labels_of(key));
    for (const SeriesKey key : restored_) series.push_back(labels_of(key));
    encode_head(out, overflow_counts(), used_, series, families_.size());
    for (const Family* family : families_) family->save(out);
  }

  bool restore(util::Decoder& in) override {
    const std::optional<SavedStore> saved = decode_store(in);
    if (!saved) return false;
    for (Family* family : families_) {
      for (const SavedFamily& one : saved->families) {
        if (one.name == family->name()) family->restore(one, pool_);
      }
      for (const auto& [name, count] : saved->overflow) {
        if (name == family->name()) overflow_before_[family->name()] += count;
      }
    }
    // Without a label that tells series apart now, it is unknown which there were.
    if ((saved->used | used_) == saved->used) {
      for (const SeriesLabels& labels : saved->series) reserve_series(labels);
    }
    return true;
  }

 private:
  // The families then have all counts; none is changed by that.
  void flush() const {
    for (const auto& plugin : plugins_) plugin->flush();
  }

  Info info_of(std::uint32_t handler, const model::Request& request) noexcept {
    std::uint32_t method = method_number(request);
    if (method == kUnknownMethod && verbatim_methods_) method = verbatim_method(handler, request.method);
    return {.series = series_of(handler, method, status_number(request.status)),
            .status = request.status,
            .known = request.known,
            .duration_ns = rounded(known(request, model::Field::kDuration, request.duration_ns)),
            .time_to_first_byte_ns =
                rounded(known(request, model::Field::kTimeToFirstByte, request.time_to_first_byte_ns)),
            .request_size = known(request, model::Field::kRequestSize, request.request_size),
            .response_size = known(request, model::Field::kResponseSize, request.response_size)};
  }
  // 0 for what is not known, without a branch: which numbers a line has is guessed wrong too often.
  static std::uint64_t known(const model::Request& request, model::Field field,
                             std::uint64_t number) noexcept {
    return number * std::uint64_t{request.known.has(field)};
  }
  std::uint64_t rounded(std::uint64_t ns) const noexcept { return rounding_ ? (*rounding_)(ns) : ns; }
  std::uint32_t status_number(std::uint32_t status) const noexcept {
    return group_status_ ? status / 100 : status;
  }
  SeriesLabels labels_of(SeriesKey key) const {
    return {handlers_.text(handler_of(key)), methods_.text(method_of(key)), status_texts_[status_of(key)]};
  }

  SeriesId series_of(std::uint32_t handler, std::uint32_t method, std::uint32_t status) noexcept {
    const SeriesId id = series_.find_placed(handler, method, status);
    return id != SeriesTable::kNone ? id : series_of(pack(handler, method, status) & key_mask_);
  }
  SeriesId series_of(SeriesKey key) noexcept {
    const SeriesId id = series_.find(key);
    return id != SeriesTable::kNone ? id : new_series(key);
  }

  void create_at_zero(const std::vector<SeriesKey>& keys) {
    precreated_ = keys;
    for (const SeriesKey full : keys) {
      const SeriesKey key = full & key_mask_;
      // Do not count an existing series twice.
      if (series_.find(key) == SeriesTable::kNone && !restored_.contains(key)) unseen_.insert(key);
      for (const auto& plugin : plugins_) plugin->precreate(labels_of(key));
    }
  }

  // A series of a former run: it counts, and when it is seen again there is a place for it.
  void reserve_series(const SeriesLabels& labels) {
    const auto status = std::find(status_texts_.begin(), status_texts_.end(), labels.status);
    if (used_.status && status == status_texts_.end()) return;  // grouped then and not now, or the other way
    if (methods_.size() > kMaxMethods) return;
    SeriesKey key = 0;
    if (used_.handler) key |= pack(handlers_.find_or_restore(labels.handler), 0, 0);
    if (used_.method) key |= pack(0, methods_.find_or_restore(labels.method), 0);
    if (used_.status) key |= pack(0, 0, static_cast<std::uint32_t>(status - status_texts_.begin()));
    if (series_.find(key) != SeriesTable::kNone) return;
    unseen_.erase(key);
    restored_.insert(key);
  }

  bool is_full() const { return series_.size() + unseen_.size() + restored_.size() >= max_series_; }

  // Labels from the rule file always get their series; a label from a log becomes "other" when there are too
  // many.
  [[gnu::noinline]] SeriesId new_series(SeriesKey key) {
    const bool handler = handlers_.is_from_log(handler_of(key));
    const bool method = methods_.is_from_log(method_of(key));
    SeriesKey bounded = key;
    if (handler) bounded = (bounded & ~kHandlerMask) | SeriesKey{other_handler_} << kHandlerShift;
    if (method) bounded = (bounded & ~kMethodMask) | SeriesKey{kUnknownMethod} << kMethodShift;
    if (bounded != key && is_full() && !restored_.contains(key)) {
      overflowed_ = true;
      count_overflow(key, handler, method);
      return series_of(bounded);
    }
    unseen_.erase(key);
    restored_.erase(key);
    const SeriesId id = series_.add(key);
    const NewSeries series{labels_of(key), labels_of(bounded)};
    for (const auto& plugin : plugins_) plugin->add_series(id, series);
    for (const Family* family : families_) overflowed_ = overflowed_ || family->folds();
    return id;
  }

  // A request whose series did not fit: what it lost now, beside what it may have lost before.
  void count_overflow(SeriesKey key, bool handler, bool method) noexcept {
    const bool lost_handler = used_.handler && handler_of(key) == other_handler_;
    const bool lost_method = verbatim_methods_ && used_.method && method_of(key) == kUnknownMethod;
    if (lost_handler || lost_method) {
      overflow_.add_second(method);
    } else {
      overflow_.add(handler, method);
    }
  }

  // None: there is no room for a new one.
  std::optional<std::uint32_t> label_from_log(LabelTable& table, std::string_view raw) {
    LabelBuffer buffer;
    const std::string_view text = clean_label(raw, buffer);
    if (const auto found = table.find(text)) return found;
    if (!is_full()) {
      if (const auto added = table.add_from_log(text)) return added;
    }
    overflowed_ = true;
    return std::nullopt;
  }

  [[gnu::noinline]] std::uint32_t verbatim_method(std::uint32_t handler, std::string_view method) noexcept {
    if (!used_.method) return kUnknownMethod;
    if (const auto found = label_from_log(methods_, method)) return *found;
    if (used_.handler && handler == other_handler_) {
      overflow_.add_second(true);
    } else {
      overflow_.add(false, true);
    }
    return kUnknownMethod;
  }

  // Lists the series for precreate(); the rule file may be gone by then.
  void find_routes(const model::RuleFile& file) {
    if (!group_status_) return;
    for (const model::Rule& rule : file.routes) {
      const auto handler = handlers_.find(rule.handler);
      if (rule.kind == model::Rule::Kind::kStop || !handler || *handler == other_handler_) continue;
      for (const std::string& text : rule.methods) {
        std::uint32_t method = method_number(text);
        if (method == kUnknownMethod && verbatim_methods_) {
          const auto known = methods_.find(text);
          method = known ? *known : methods_.add_from_file(text);
        }
        for (const std::uint32_t group : {2U, 4U, 5U}) {
          routes_.push_back(pack(*handler, method, group));
        }
      }
    }
  }

  std::vector<std::unique_ptr<Plugin>> plugins_;
  std::vector<Family*> families_;  // of the plugins
  LabelTable handlers_;
  LabelTable methods_;
  SeriesTable series_;
  std::array<Info, 32> infos_;  // scratch of observe_all()
  std::array<std::string, 600> status_texts_;
  std::optional<Rounding> rounding_;
  std::vector<SeriesKey> routes_;                                   // what precreate() may make, not masked
  std::vector<SeriesKey> precreated_;                               // what it made
  std::unordered_set<SeriesKey> unseen_;                            // of these, masked: no request yet
  std::unordered_set<SeriesKey> restored_;                          // masked, of a former run: no request yet
  TextPool pool_;                                                   // labels of restored cells
  Overflow overflow_;                                               // of this run
  std::unordered_map<std::string, std::uint64_t> overflow_before_;  // by family
  std::uint64_t max_series_;
  std::uint32_t other_handler_ = 0;
  SeriesKey key_mask_ = ~SeriesKey{0};
  LabelSubset used_;
  bool group_status_;
  bool verbatim_methods_;
  bool overflowed_ = false;
};

}  // namespace

std::unique_ptr<Store> make_store(const model::RuleFile& file, const std::vector<std::string>& handlers,
                                  std::vector<std::unique_ptr<Plugin>> plugins) {
  return std::make_unique<StoreImpl>(file, handlers, std::move(plugins));
}

}  // namespace routemeter::metric
