// SPDX-License-Identifier: Apache-2.0
#include "metric/store/store.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <unordered_map>
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

using model::kHandlerLabel;
using model::kMethodLabel;
using model::kStatusLabel;
using model::kUnknownMethod;
using model::Label;
using model::method_number;

constexpr std::size_t kLabels = model::kRequestLabels.size();
constexpr std::string_view kOther = "other";

class StoreImpl final : public Store {
 public:
  StoreImpl(const model::RuleFile& file, const std::vector<std::string>& handlers,
            std::vector<std::unique_ptr<Plugin>> plugins)
      : plugins_(std::move(plugins)),
        max_series_(file.limits.max_series),
        group_status_(file.options.group_status_codes),
        verbatim_methods_(file.options.verbatim_methods) {
    for (std::size_t label = 0; label < kLabels; ++label) {
      const std::uint64_t most = file.limits.labels[label].value_or(max_series_);
      texts_[label] = LabelTable(std::min(most, max_series_));
    }
    for (const std::string& handler : handlers) texts_[kHandlerLabel].add_from_file(handler);
    for (const std::string_view method : model::kMethods) texts_[kMethodLabel].add_from_file(method);
    for (int status = 0; status < (group_status_ ? 6 : 600); ++status) {
      texts_[kStatusLabel].add_from_file(std::to_string(status) + (group_status_ ? "xx" : ""));
    }
    for (std::size_t label = 0; label < kLabels; ++label) {
      if (kClientLabels[label]) other_[label] = texts_[label].add_from_file(kOther);
    }
    if (file.options.round_latency_decimals) rounding_.emplace(*file.options.round_latency_decimals);
    for (const auto& plugin : plugins_) {
      used_ |= plugin->used_labels();
      plugin->list_families(families_);
    }
    for (const model::Limits::OfFamily& limit : file.limits.families) {
      for (Family* family : families_) {
        if (family->name() == limit.family) family->limit(limit.series);
      }
    }
    open_ = used_ & kClientLabels;
    if (!verbatim_methods_) open_.reset(kMethodLabel);
    needs_log_order_ = (file.options.group_untemplated ? open_ & ~label_set(kHandlerLabel) : open_).any();
    find_routes(file);
    if (group_status_ && used_ == kLibraryLabels) {
      const auto placed = static_cast<std::uint32_t>(texts_[kHandlerLabel].size());
      series_.place(placed, kUnknownMethod + (verbatim_methods_ ? 0 : 1));
    }
  }

  void observe_all(std::span<const Counted> requests) noexcept override {
    while (!requests.empty()) {
      const std::size_t count = std::min(requests.size(), infos_.size());
      for (std::size_t i = 0; i < count; ++i) infos_[i] = info_of(requests[i]);
      for (const auto& plugin : plugins_) plugin->observe_all({infos_.data(), count});
      requests = requests.subspan(count);
    }
  }

  std::uint32_t dynamic_handler(std::string_view label) override {
    if (!used_[kHandlerLabel]) return other_[kHandlerLabel];
    if (const auto found = label_from_log(kHandlerLabel, label)) return *found;
    overflow_.add({}, label_set(kHandlerLabel));
    return other_[kHandlerLabel];
  }

  void precreate(const std::vector<std::string>& excluded) override {
    std::vector<SeriesKey> keys;
    for (const SeriesKey& key : routes_) {
      const std::string_view handler = texts_[kHandlerLabel].text(key[kHandlerLabel]);
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
    for (SeriesKey key : other.series_.keys()) {
      for (std::size_t label = 0; label < kLabels; ++label) {
        if (!other.texts_[label].is_from_log(key[label])) continue;
        key[label] = label_from_log(label, other.texts_[label].text(key[label])).value_or(other_[label]);
      }
      to.push_back(series_of(key));
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

  bool needs_log_order() const override { return needs_log_order_; }
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
      if ((labels & kClientLabels).none()) continue;
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
    for (const SeriesKey& key : series_.keys()) series.push_back(labels_of(key));
    for (const SeriesKey& key : restored_) series.push_back(labels_of(key));
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

  Info info_of(const Counted& counted) noexcept {
    const model::Request& request = *counted.request;
    const SeriesId placed =
        series_.find_placed(counted.handler, method_number(request), status_number(request.status));
    return {.series = placed != SeriesTable::kNone ? placed : series_of(key_of(counted)),
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
  SeriesLabels labels_of(const SeriesKey& key) const {
    SeriesLabels labels;
    for (std::size_t label = 0; label < kLabels; ++label) labels[label] = texts_[label].text(key[label]);
    return labels;
  }

  // A request's number for each label; of those that no family has, 0.
  [[gnu::noinline]] SeriesKey key_of(const Counted& counted) noexcept {
    const model::Request& request = *counted.request;
    SeriesKey key{};
    key[kHandlerLabel] = counted.handler;
    key[kMethodLabel] = method_number(request);
    key[kStatusLabel] = status_number(request.status);
    if (key[kMethodLabel] == kUnknownMethod) take_from_log(key, kMethodLabel, request.method);
    return masked(key);
  }
  // Numbers a text that a client wrote, after the labels whose numbers the key has.
  void take_from_log(SeriesKey& key, Label label, std::string_view raw) noexcept {
    if (!open_[label]) return;
    if (const auto found = label_from_log(label, raw)) {
      key[label] = *found;
    } else {
      overflow_.add(lost_of(key).reset(label), label_set(label));
      key[label] = other_[label];
    }
  }
  SeriesKey masked(SeriesKey key) const noexcept {
    for (std::size_t label = 0; label < kLabels; ++label) key[label] = used_[label] ? key[label] : 0;
    return key;
  }
  SeriesId series_of(const SeriesKey& key) noexcept {
    const SeriesId id = series_.find(key);
    return id != SeriesTable::kNone ? id : new_series(key);
  }

  void create_at_zero(const std::vector<SeriesKey>& keys) {
    precreated_ = keys;
    for (const SeriesKey& full : keys) {
      const SeriesKey key = masked(full);
      // Do not count an existing series twice.
      if (series_.find(key) == SeriesTable::kNone && !restored_.contains(key)) unseen_.insert(key);
      for (const auto& plugin : plugins_) plugin->precreate(labels_of(key));
    }
  }

  // A series of a former run: it counts, and when it is seen again there is a place for it.
  void reserve_series(const SeriesLabels& labels) {
    SeriesKey key{};
    for (std::size_t label = 0; label < kLabels; ++label) {
      if (!used_[label] || kClientLabels[label]) continue;
      const auto found = texts_[label].find(labels[label]);
      if (!found) return;  // a status: grouped then and not now, or the other way
      key[label] = *found;
    }
    for (std::size_t label = 0; label < kLabels; ++label) {
      if (!used_[label] || !kClientLabels[label]) continue;
      key[label] = texts_[label].find_or_restore(labels[label]);
    }
    if (series_.find(key) != SeriesTable::kNone) return;
    unseen_.erase(key);
    restored_.insert(key);
  }

  bool is_full() const { return series_.size() + unseen_.size() + restored_.size() >= max_series_; }

  // Labels from the rule file always get their series; a label from a log becomes "other" when there are too
  // many.
  [[gnu::noinline]] SeriesId new_series(const SeriesKey& key) {
    SeriesKey bounded = key;
    LabelSubset written;  // by clients
    for (std::size_t label = 0; label < kLabels; ++label) {
      written[label] = texts_[label].is_from_log(key[label]);
      if (written[label]) bounded[label] = other_[label];
    }
    if (written.any() && is_full() && !restored_.contains(key)) {
      overflowed_ = true;
      overflow_.add(lost_of(key), written);
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

  // The labels that are "other" in a key because there was no room for what a client wrote.
  LabelSubset lost_of(const SeriesKey& key) const noexcept {
    LabelSubset lost;
    for (std::size_t label = 0; label < kLabels; ++label) {
      lost[label] = open_[label] && key[label] == other_[label];
    }
    return lost;
  }

  // None: there is no room for a new one.
  std::optional<std::uint32_t> label_from_log(std::size_t label, std::string_view raw) {
    LabelTable& table = texts_[label];
    LabelBuffer buffer;
    const std::string_view text = clean_label(raw, buffer);
    if (const auto found = table.find(text)) return found;
    if (!is_full()) {
      if (const auto added = table.add_from_log(text)) return added;
    }
    overflowed_ = true;
    return std::nullopt;
  }

  // Lists the series for precreate(); the rule file may be gone by then.
  void find_routes(const model::RuleFile& file) {
    if (!group_status_) return;
    for (const model::Rule& rule : file.routes) {
      const auto handler = texts_[kHandlerLabel].find(rule.handler);
      if (rule.kind == model::Rule::Kind::kStop || !handler || *handler == other_[kHandlerLabel]) continue;
      for (const std::string& text : rule.methods) {
        std::uint32_t method = method_number(text);
        if (method == kUnknownMethod && verbatim_methods_) {
          const auto known = texts_[kMethodLabel].find(text);
          method = known ? *known : texts_[kMethodLabel].add_from_file(text);
        }
        for (const std::uint32_t group : {2U, 4U, 5U}) {
          SeriesKey& key = routes_.emplace_back();
          key[kHandlerLabel] = *handler;
          key[kMethodLabel] = method;
          key[kStatusLabel] = group;
        }
      }
    }
  }

  std::vector<std::unique_ptr<Plugin>> plugins_;
  std::vector<Family*> families_;  // of the plugins
  model::PerLabel<LabelTable> texts_;
  model::PerLabel<std::uint32_t> other_{};  // the number of "other"
  SeriesTable series_;
  std::array<Info, 32> infos_;  // scratch of observe_all()
  std::optional<Rounding> rounding_;
  std::vector<SeriesKey> routes_;                                   // what precreate() may make, not masked
  std::vector<SeriesKey> precreated_;                               // what it made
  std::set<SeriesKey> unseen_;                                      // of these, masked: no request yet
  std::set<SeriesKey> restored_;                                    // masked, of a former run: no request yet
  TextPool pool_;                                                   // labels of restored cells
  Overflow overflow_;                                               // of this run
  std::unordered_map<std::string, std::uint64_t> overflow_before_;  // by family
  std::uint64_t max_series_;
  LabelSubset used_;
  LabelSubset open_;  // of these, where clients' texts are taken as they are
  bool group_status_;
  bool verbatim_methods_;
  bool needs_log_order_;
  bool overflowed_ = false;
};

}  // namespace

std::unique_ptr<Store> make_store(const model::RuleFile& file, const std::vector<std::string>& handlers,
                                  std::vector<std::unique_ptr<Plugin>> plugins) {
  return std::make_unique<StoreImpl>(file, handlers, std::move(plugins));
}

}  // namespace routemeter::metric
