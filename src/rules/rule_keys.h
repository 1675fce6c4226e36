// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "model/rule_file.h"
#include "model/vocabulary.h"

// Every word that the rule file knows (man/routemeter-rules.5), in one place: the loader, its "did you mean"
// and the test that keeps rules/routemeter-rules.schema.json in step all read these tables.

namespace routemeter::rules {

inline constexpr std::array<std::string_view, 12> kFileKeys = {"version", "format",  "fields",    "routes",
                                                               "exclude", "options", "namespace", "subsystem",
                                                               "labels",  "metrics", "limits",    "tests"};

// `name` for a preset, `text` for a format string: the same thing by the word that fits.
inline constexpr std::array<std::string_view, 4> kFormatKeys = {"name", "text", "escape", "envelope"};

// `path`, behind it, is another word for `target`.
inline constexpr auto kTargetAt = static_cast<std::size_t>(model::Field::kTarget);
inline constexpr auto kFieldKeys = [] {
  std::array<std::string_view, model::kFieldNames.size() + 1> keys{};
  for (std::size_t i = 0; i < model::kFieldNames.size(); ++i)
    keys[i + (i > kTargetAt)] = model::kFieldNames[i];
  keys[kTargetAt + 1] = "path";
  return keys;
}();
inline constexpr std::array<std::string_view, 2> kFieldSourceKeys = {"field", "unit"};

inline constexpr std::array<std::string_view, 6> kRuleKeys = {"template", "handler", "pattern",
                                                              "stop",     "methods", "host"};

inline constexpr std::array<std::string_view, 2> kMethodMismatch = {"handler", "none"};
inline constexpr std::array<std::string_view, 2> kUnknownMethods = {"other", "verbatim"};

/// A key of `options`: the field that it sets, whose initial value is the default, and the values it takes.
/// The loader, the hints, `diff` and the tests of the schema and the manual page read these rows.
struct OptionKey {
  using Options = model::Options;
  std::string_view key;
  std::variant<bool Options::*, std::optional<int> Options::*, std::string Options::*> field;
  std::uint64_t most = 0;                        ///< of a number
  std::span<const std::string_view> words = {};  ///< of a bool that is not written true or false
  std::string_view word_for_true = {};
};
// A double has 15 decimals that survive; the library takes any number, but more change nothing.
inline constexpr auto kOptions = std::to_array<OptionKey>({
    {"group_status_codes", &model::Options::group_status_codes},
    {"ignore_untemplated", &model::Options::ignore_untemplated},
    {"group_untemplated", &model::Options::group_untemplated},
    {"round_latency_decimals", &model::Options::round_latency_decimals, 15},
    {"respect_env_var", &model::Options::respect_env_var},
    {"env_var_name", &model::Options::env_var_name},
    {"method_mismatch", &model::Options::method_mismatch_is_handler, 0, kMethodMismatch, "handler"},
    {"redirect_slashes", &model::Options::redirect_slashes},
    {"unknown_methods", &model::Options::verbatim_methods, 0, kUnknownMethods, "verbatim"},
    {"precreate", &model::Options::precreate},
});
inline constexpr auto kOptionKeys = [] {
  std::array<std::string_view, kOptions.size()> keys{};
  for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = kOptions[i].key;
  return keys;
}();

/// The option's value as the rule file writes it; nothing for a number that is not set.
std::optional<std::string> option_text(const OptionKey& row, const model::Options& options);

inline constexpr std::array<std::string_view, 7> kMetricKinds = {
    "default", "latency", "requests", "request_size", "response_size", "combined_size", "inprogress"};
inline constexpr std::array<std::string_view, 4> kDefaultKeys = {
    "only_2xx_for_highr", "highr_buckets", "lowr_buckets", "exclude_streaming_duration"};
inline constexpr std::array<std::string_view, 7> kLatencyKeys = {
    "name", "help", "buckets", "labels", "exclude_streaming_duration", "namespace", "subsystem"};
// requests, request_size, response_size, combined_size and inprogress.
inline constexpr std::array<std::string_view, 5> kSimpleMetricKeys = {"name", "help", "labels", "namespace",
                                                                      "subsystem"};

/// The names of the request labels of which `property` holds.
template <bool model::RequestLabel::*property>
constexpr auto labels_with() {
  std::array<std::string_view, std::ranges::count(model::kRequestLabels, true, property)> names{};
  std::size_t size = 0;
  for (const model::RequestLabel& label : model::kRequestLabels) {
    if (label.*property) names[size++] = label.name;
  }
  return names;
}
inline constexpr auto kInprogressLabels = labels_with<&model::RequestLabel::in_progress>();

// Names that routemeter or Prometheus put on series themselves.
inline constexpr auto kReservedLabels = [] {
  std::array<std::string_view, model::kRequestLabels.size() + 2> names = {"le", "quantile"};
  std::ranges::transform(model::kRequestLabels, names.begin() + 2, &model::RequestLabel::name);
  return names;
}();
inline constexpr std::span<const std::string_view> kMetricLabels = std::span(kReservedLabels).subspan(2);

inline constexpr std::array<std::string_view, 3> kLimitKeys = {"max_series", "labels", "families"};
inline constexpr auto kLimitedLabels = labels_with<&model::RequestLabel::from_clients>();

inline constexpr std::array<std::string_view, 6> kTestKeys = {"request", "handler", "outcome",
                                                              "host",    "status",  "labels"};
inline constexpr std::array<std::string_view, 2> kOutcomes = {"none", "excluded"};

}  // namespace routemeter::rules
