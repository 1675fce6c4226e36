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
#include <type_traits>
#include <variant>
#include <vector>

#include "model/metric_keys.h"
#include "model/names.h"
#include "model/rule_file.h"
#include "model/vocabulary.h"

// Every word that the rule file knows (man/routemeter-rules.5), in one place: the loader, its "did you mean"
// and the test that keeps rules/routemeter-rules.schema.json in step all read these tables.

namespace routemeter::rules {

inline constexpr std::array<std::string_view, 12> kFileKeys = {"version", "format",  "fields",    "routes",
                                                               "exclude", "options", "namespace", "subsystem",
                                                               "labels",  "metrics", "limits",    "tests"};

/// The values that a key takes, beside what the type of its field says.
struct Values {
  std::uint64_t least = 0;  ///< of a number
  std::uint64_t most = 0;
  std::span<const std::string_view> words =
      {};  ///< of an enum, or of a bool that is not written true or false
  std::string_view word_for_true = {};
};

/// A key of a section: the field that it sets, whose initial value is the default, and the values it takes.
/// One without a field has a form of its own, which the section's loader reads. The loader, the hints, `diff`
/// and the tests of the schema and the manual page read these rows.
template <typename Section, typename... Types>
struct Key {
  std::string_view key;
  std::variant<std::monostate, Types Section::*...> field = {};
  Values values = {};
};

/// The keys of a table of rows.
template <typename Row, std::size_t kSize>
constexpr auto names_of(const std::array<Row, kSize>& rows) {
  std::array<std::string_view, kSize> names{};
  for (std::size_t i = 0; i < kSize; ++i) names[i] = rows[i].key;
  return names;
}

// `name` for a preset, `text` for a format string: the same thing by the word that fits.
using FormatKey = Key<model::FormatSpec, std::optional<model::Escape>, model::Envelope>;
inline constexpr auto kFormat = std::to_array<FormatKey>({
    {"name"},
    {"text"},
    {"escape", &model::FormatSpec::escape, {.words = model::kEscapeNames}},
    {"envelope", &model::FormatSpec::envelope, {.words = model::kEnvelopeNames}},
});
inline constexpr auto kFormatKeys = names_of(kFormat);

// `path`, behind it, is another word for `target`.
inline constexpr auto kTargetAt = static_cast<std::size_t>(model::Field::kTarget);
inline constexpr auto kFieldKeys = [] {
  std::array<std::string_view, model::kFieldNames.size() + 1> keys{};
  for (std::size_t i = 0; i < model::kFieldNames.size(); ++i)
    keys[i + (i > kTargetAt)] = model::kFieldNames[i];
  keys[kTargetAt + 1] = "path";
  return keys;
}();
using FieldKey = Key<model::FieldSource, std::optional<model::Unit>>;
inline constexpr auto kFieldSource = std::to_array<FieldKey>({
    {"field"},
    {"unit", &model::FieldSource::unit, {.words = model::kUnitNames}},
});
inline constexpr auto kFieldSourceKeys = names_of(kFieldSource);

inline constexpr std::array<std::string_view, 6> kRuleKeys = {"template", "handler", "pattern",
                                                              "stop",     "methods", "host"};

inline constexpr std::array<std::string_view, 2> kMethodMismatch = {"handler", "none"};
inline constexpr std::array<std::string_view, 2> kUnknownMethods = {"other", "verbatim"};

using OptionKey = Key<model::Options, bool, std::optional<int>, std::string>;
// A double has 15 decimals that survive; the library takes any number, but more change nothing.
inline constexpr auto kOptions = std::to_array<OptionKey>({
    {"group_status_codes", &model::Options::group_status_codes},
    {"ignore_untemplated", &model::Options::ignore_untemplated},
    {"group_untemplated", &model::Options::group_untemplated},
    {"round_latency_decimals", &model::Options::round_latency_decimals, {.most = 15}},
    {"respect_env_var", &model::Options::respect_env_var},
    {"env_var_name", &model::Options::env_var_name},
    {"method_mismatch",
     &model::Options::method_mismatch_is_handler,
     {.words = kMethodMismatch, .word_for_true = "handler"}},
    {"redirect_slashes", &model::Options::redirect_slashes},
    {"unknown_methods",
     &model::Options::verbatim_methods,
     {.words = kUnknownMethods, .word_for_true = "verbatim"}},
    {"precreate", &model::Options::precreate},
});
inline constexpr auto kOptionKeys = names_of(kOptions);

inline constexpr auto kMetricKinds = names_of(model::kMetricKinds);
/// The keys of a kind of metric.
std::vector<std::string_view> metric_keys(const model::MetricKind& kind);

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

using model::kReservedLabels;
inline constexpr std::span<const std::string_view> kMetricLabels = std::span(kReservedLabels).subspan(2);

using LimitKey = Key<model::Limits, std::uint64_t>;
inline constexpr Values kSeries = {.least = 1, .most = 1'000'000'000};
inline constexpr auto kLimits = std::to_array<LimitKey>({
    {"max_series", &model::Limits::max_series, kSeries},
    {"labels"},
    {"families"},
});
inline constexpr auto kLimitKeys = names_of(kLimits);
inline constexpr auto kLimitedLabels = labels_with<&model::RequestLabel::from_clients>();

using TestKey = Key<model::RuleTest, std::string, std::optional<int>, model::RuleTest::Outcome>;
inline constexpr auto kTests = std::to_array<TestKey>({
    {"request"},
    {"handler", &model::RuleTest::handler},
    {"outcome", &model::RuleTest::outcome, {.words = model::RuleTest::kOutcomes}},
    {"host", &model::RuleTest::host},
    {"status", &model::RuleTest::status, {.least = 100, .most = 599}},
    {"labels"},
});
inline constexpr auto kTestKeys = names_of(kTests);

/// The value of a key as the rule file writes it; nothing for one that is not set, or has no field.
template <typename Value>
std::optional<std::string> text_of(const Value& value, const Values& values) {
  if constexpr (std::is_same_v<Value, bool>) {
    if (values.words.empty()) return value ? "true" : "false";
    return std::string(value == (values.words[0] == values.word_for_true) ? values.words[0]
                                                                          : values.words[1]);
  } else if constexpr (std::is_enum_v<Value>) {
    return std::string(values.words[static_cast<std::size_t>(value)]);
  } else if constexpr (std::is_integral_v<Value>) {
    return std::to_string(value);
  } else if constexpr (std::is_same_v<Value, std::string>) {
    return value;
  } else {
    return value ? text_of(*value, values) : std::nullopt;
  }
}
template <typename Section, typename... Types>
std::optional<std::string> text_of(const Key<Section, Types...>& row, const Section& section) {
  const auto text = [&](auto field) -> std::optional<std::string> {
    if constexpr (std::is_same_v<decltype(field), std::monostate>)
      return std::nullopt;
    else
      return text_of(section.*field, row.values);
  };
  return std::visit(text, row.field);
}

}  // namespace routemeter::rules
