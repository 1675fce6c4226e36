// SPDX-License-Identifier: Apache-2.0
#include "metric/store.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>
#include <utility>

#include "metric/label_table.h"
#include "metric/label_text.h"
#include "metric/method.h"
#include "metric/names.h"
#include "metric/options.h"
#include "metric/plugin.h"
#include "metric/rounding.h"
#include "metric/series_table.h"

namespace routemeter::metric {
namespace {

constexpr std::string_view kOther = "other";
// Handler 32 bits, method 22, status 10.
constexpr unsigned kMethodShift = 10;
constexpr unsigned kHandlerShift = 32;
constexpr SeriesKey kStatusMask = (SeriesKey{1} << kMethodShift) - 1;
constexpr SeriesKey kMethodMask = ((SeriesKey{1} << kHandlerShift) - 1) & ~kStatusMask;
constexpr SeriesKey kHandlerMask = ~(kStatusMask | kMethodMask);
constexpr std::uint64_t kMaxMethods = (1U << 22) - 1000;

constexpr SeriesKey pack(std::uint32_t handler, std::uint32_t method, std::uint32_t status) {
  return SeriesKey{handler} << kHandlerShift | SeriesKey{method} << kMethodShift | status;
}
constexpr std::uint32_t handler_of(SeriesKey key) { return static_cast<std::uint32_t>(key >> kHandlerShift); }
constexpr std::uint32_t method_of(SeriesKey key) {
  return static_cast<std::uint32_t>((key & kMethodMask) >> kMethodShift);
}
constexpr std::uint32_t status_of(SeriesKey key) { return static_cast<std::uint32_t>(key & kStatusMask); }

class StoreImpl final : public Store {
 public:
  StoreImpl(const model::RuleFile& file, const std::vector<std::string>& handlers,
            std::vector<std::unique_ptr<Plugin>> plugins)
      : plugins_(std::move(plugins)),
        handlers_(file.max_series),
        methods_(std::min(file.max_series, kMaxMethods)),
        max_series_(file.max_series),
        group_status_(file.options.group_status_codes),
        verbatim_methods_(file.options.verbatim_methods) {
    for (const std::string& handler : handlers) handlers_.add_from_file(handler);
    other_handler_ = handlers_.add_from_file(kOther);
    for (const std::string_view method : kMethods) methods_.add_from_file(method);
    methods_.add_from_file(kOther);
    if (file.options.round_latency_decimals) rounding_.emplace(*file.options.round_latency_decimals);
    for (const auto& plugin : plugins_) used_ = used_ | plugin->used_labels();
    if (!used_.handler) key_mask_ &= ~kHandlerMask;
    if (!used_.method) key_mask_ &= ~kMethodMask;
    if (!used_.status) key_mask_ &= ~kStatusMask;
    for (std::uint32_t code = 0; code < status_texts_.size(); ++code) {
      status_texts_[code] = std::to_string(code) + (group_status_ ? "xx" : "");
    }
    find_routes(file);
  }

  void observe(std::uint32_t handler, const model::Request& request) noexcept override {
    std::uint32_t method = method_number(request.method);
    if (method == kUnknownMethod && verbatim_methods_) method = verbatim_method(request.method);
    Info info;
    info.series = series_of(pack(handler, method, status_number(request.status)) & key_mask_);
    info.status = request.status;
    info.known = request.known;
    if (request.known.has(model::Field::kDuration)) info.duration_ns = rounded(request.duration_ns);
    if (request.known.has(model::Field::kTimeToFirstByte)) {
      info.time_to_first_byte_ns = rounded(request.time_to_first_byte_ns);
    }
    if (request.known.has(model::Field::kRequestSize)) info.request_size = request.request_size;
    if (request.known.has(model::Field::kResponseSize)) info.response_size = request.response_size;
    for (const auto& plugin : plugins_) plugin->observe(info);
  }

  std::uint32_t dynamic_handler(std::string_view label) override {
    if (!used_.handler) return other_handler_;
    return label_from_log(handlers_, label, other_handler_);
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
    std::vector<SeriesId> to;
    to.reserve(other.series_.size());
    for (const SeriesKey key : other.series_.keys()) {
      std::uint32_t handler = handler_of(key);
      if (other.handlers_.is_from_log(handler)) handler = dynamic_handler(other.handlers_.text(handler));
      std::uint32_t method = method_of(key);
      if (other.methods_.is_from_log(method)) method = verbatim_method(other.methods_.text(method));
      to.push_back(series_of(pack(handler, method, status_of(key)) & key_mask_));
    }
    for (std::size_t i = 0; i < plugins_.size(); ++i) plugins_[i]->merge(*other.plugins_[i], to);
  }

  model::Snapshot snapshot() const override {
    model::Snapshot out;
    for (const auto& plugin : plugins_) plugin->collect(out);
    return out;
  }

  bool overflowed() const override { return overflowed_; }

  std::size_t series_count() const override {
    std::size_t count = 0;
    for (const auto& plugin : plugins_) count += plugin->series_count();
    return count;
  }

 private:
  std::uint64_t rounded(std::uint64_t ns) const noexcept { return rounding_ ? (*rounding_)(ns) : ns; }
  std::uint32_t status_number(std::uint32_t status) const noexcept {
    return group_status_ ? status / 100 : status;
  }
  SeriesLabels labels_of(SeriesKey key) const {
    return {handlers_.text(handler_of(key)), methods_.text(method_of(key)), status_texts_[status_of(key)]};
  }

  SeriesId series_of(SeriesKey key) noexcept {
    const SeriesId id = series_.find(key);
    return id != SeriesTable::kNone ? id : new_series(key);
  }

  void create_at_zero(const std::vector<SeriesKey>& keys) {
    precreated_ = keys;
    for (const SeriesKey full : keys) {
      const SeriesKey key = full & key_mask_;
      // One that has been seen already is no second series.
      if (series_.find(key) == SeriesTable::kNone) unseen_.insert(key);
      for (const auto& plugin : plugins_) plugin->precreate(labels_of(key));
    }
  }

  bool is_full() const { return series_.size() + unseen_.size() >= max_series_; }

  // What the rule file bounds always gets its series; a label from a log becomes "other" when there are too
  // many.
  SeriesId new_series(SeriesKey key) {
    if (is_full()) {
      SeriesKey bounded = key;
      if (handlers_.is_from_log(handler_of(key))) {
        bounded = (bounded & ~kHandlerMask) | SeriesKey{other_handler_} << kHandlerShift;
      }
      if (methods_.is_from_log(method_of(key))) {
        bounded = (bounded & ~kMethodMask) | SeriesKey{kUnknownMethod} << kMethodShift;
      }
      if (bounded != key) {
        overflowed_ = true;
        return series_of(bounded);
      }
    }
    unseen_.erase(key);
    const SeriesId id = series_.add(key);
    for (const auto& plugin : plugins_) plugin->add_series(id, labels_of(key));
    return id;
  }

  std::uint32_t label_from_log(LabelTable& table, std::string_view raw, std::uint32_t other) {
    LabelBuffer buffer;
    const std::string_view text = clean_label(raw, buffer);
    if (const auto found = table.find(text)) return *found;
    if (!is_full()) {
      if (const auto added = table.add_from_log(text)) return *added;
    }
    overflowed_ = true;
    return other;
  }

  std::uint32_t verbatim_method(std::string_view method) noexcept {
    return used_.method ? label_from_log(methods_, method, kUnknownMethod) : kUnknownMethod;
  }

  // Which series precreate() makes; the file itself may be gone by then.
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
  LabelTable handlers_;
  LabelTable methods_;
  SeriesTable series_;
  std::array<std::string, 600> status_texts_;
  std::optional<Rounding> rounding_;
  std::vector<SeriesKey> routes_;         // what precreate() may make, not masked
  std::vector<SeriesKey> precreated_;     // what it made
  std::unordered_set<SeriesKey> unseen_;  // of these, masked: no request yet
  std::uint64_t max_series_;
  std::uint32_t other_handler_ = 0;
  SeriesKey key_mask_ = ~SeriesKey{0};
  LabelSubset used_;
  bool group_status_;
  bool verbatim_methods_;
  bool overflowed_ = false;
};

}  // namespace

util::Result<std::unique_ptr<Store>> create_store(const model::RuleFile& file,
                                                  const std::vector<std::string>& handlers,
                                                  model::FieldSet available,
                                                  std::vector<std::string>& notes) {
  util::Diagnostics errors;
  NameRegistry names;
  PluginContext context{file, available, notes, names};
  std::vector<std::unique_ptr<Plugin>> plugins;
  check_prefix(file, errors);
  check_static_labels(file, errors);
  for (const model::MetricSpec& spec : file.metrics) {
    const auto& table = builtins();
    const auto row =
        std::find_if(table.begin(), table.end(), [&spec](const Builtin& b) { return b.kind == spec.kind; });
    if (row == table.end()) {
      std::string hint = "choose from";
      for (const Builtin& b : table) hint += " " + std::string(b.kind);
      errors.push_back(model::error_at(file, spec.at, "there is no metric `" + spec.kind + "`", hint));
      continue;
    }
    auto made = row->make(spec, context);
    if (!made) {
      errors.insert(errors.end(), made.errors().begin(), made.errors().end());
    } else if (*made) {
      plugins.push_back(std::move(*made));
    }
  }
  const util::Diagnostics clashes = names.errors(file);
  errors.insert(errors.end(), clashes.begin(), clashes.end());
  if (!errors.empty()) {
    std::stable_sort(errors.begin(), errors.end(), [](const util::Diagnostic& a, const util::Diagnostic& b) {
      return std::pair(a.at.line, a.at.column) < std::pair(b.at.line, b.at.column);
    });
    return errors;
  }
  return std::unique_ptr<Store>(std::make_unique<StoreImpl>(file, handlers, std::move(plugins)));
}

}  // namespace routemeter::metric
