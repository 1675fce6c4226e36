// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/vocabulary.h"
#include "util/diagnostic.h"

// The rule file (man/routemeter-rules.5) as plain data: what the user wrote, checked for its own
// sense, not yet compiled. Every part that a later stage may refuse carries its position.

namespace routemeter::model {

using util::Position;

/// One entry of `fields`: which log field feeds a Field, and in which unit durations are.
struct FieldSource {
  std::string name;          ///< nginx variable without `$`, Apache directive, dotted JSON path, regex group
  std::optional<Unit> unit;  ///< absent = the format's default for that field
  Position at;

  /// Places do not count.
  bool operator==(const FieldSource& other) const { return name == other.name && unit == other.unit; }
};

/// `format` and `fields`.
struct FormatSpec {
  std::string text = "auto";  ///< preset name, or an nginx, Apache, gunicorn or regex string
  std::string origin;         ///< file for diagnostics: the rule file, or "--format"
  std::string fields_origin;  ///< the same for `fields`, which --format leaves as they are
  Position at;                ///< where `text` begins in origin
  std::map<Field, FieldSource> fields;
  std::optional<Escape> escape;  ///< absent = as the string says (`escape=json ...`), else default
  Envelope envelope = Envelope::kAuto;

  /// Places do not count.
  bool operator==(const FormatSpec& other) const {
    return text == other.text && fields == other.fields && escape == other.escape &&
           envelope == other.envelope;
  }
};

struct Rule {
  enum class Kind : std::uint8_t { kTemplate, kPattern, kStop };
  static constexpr std::array<std::string_view, 3> kKindNames = {"template", "pattern", "stop"};
  Kind kind = Kind::kTemplate;
  std::string text;                  ///< the rule as written, for people
  std::string handler;               ///< the label; empty for kStop
  std::string pattern;               ///< the template's path, or the RE2
  std::vector<std::string> methods;  ///< empty = any
  std::string host;                  ///< empty = any; compared without port, ASCII case folded
  Position at;                       ///< of the rule
  Position pattern_at;               ///< of `pattern`'s first byte
};

struct Pattern {
  std::string text;
  Position at;
};

struct Options {
  bool group_status_codes = true;
  bool ignore_untemplated = false;
  bool group_untemplated = true;
  std::optional<int> round_latency_decimals;
  bool respect_env_var = false;
  std::string env_var_name = "ENABLE_METRICS";
  bool method_mismatch_is_handler = true;  ///< `method_mismatch: handler | none`
  bool redirect_slashes = true;
  bool verbatim_methods = false;  ///< `unknown_methods: other | verbatim`
  bool precreate = true;
};

/// A bucket border in seconds, as written: "0.1", "1", "+Inf".
struct Bucket {
  double seconds = 0;
  Position at;
};

/// One entry of `metrics`.
struct MetricSpec {
  std::string kind;  ///< default latency requests request_size response_size combined_size inprogress
  Position at;
  std::optional<std::string> name;
  Position name_at;
  std::optional<std::string> help;
  std::optional<std::string> name_space;  ///< `namespace`; absent = the file's
  std::optional<std::string> subsystem;
  std::optional<std::vector<std::string>> labels;  ///< subset of handler, method, status
  std::optional<std::vector<Bucket>> buckets;
  std::optional<std::vector<Bucket>> highr_buckets;
  std::optional<std::vector<Bucket>> lowr_buckets;
  bool only_2xx_for_highr = false;
  bool exclude_streaming_duration = false;
  Position exclude_streaming_at;
};

/// `limits`: labels that clients write become "other" beyond them.
struct Limits {
  struct OfFamily {
    std::string family;  ///< as exposed
    std::uint64_t series = 0;
    Position at;
  };
  std::uint64_t max_series = 10000;               ///< combinations of request labels
  PerLabel<std::optional<std::uint64_t>> labels;  ///< values from the log, beside those of the rule file
  std::vector<OfFamily> families;
};

/// One entry of `tests`: "GET /items/42 -> /items/{item_id}".
struct RuleTest {
  enum class Outcome : std::uint8_t { kNone, kExcluded, kHandler };
  static constexpr std::array<std::string_view, 2> kOutcomes = {"none", "excluded"};
  std::string text;
  std::string method;
  std::string target;
  std::string host;
  std::optional<int> status;
  Outcome outcome = Outcome::kHandler;
  std::string handler;                                      ///< for kHandler, else empty
  std::vector<std::pair<std::string, std::string>> labels;  ///< further labels to hold
  Position at;

  /// The label, or the word for there being none.
  std::string_view wanted() const {
    return outcome == Outcome::kHandler ? handler : kOutcomes[static_cast<std::size_t>(outcome)];
  }
};

/// The path is "built-in rules" when there is no file.
struct RuleFile : util::SourceText {
  FormatSpec format;
  std::vector<Rule> routes;
  std::vector<Pattern> exclude;
  Options options;
  std::string name_space;
  std::string subsystem;
  Position namespace_at;
  std::vector<std::pair<std::string, std::string>> labels;  ///< static labels, in file order
  Position labels_at;
  std::vector<MetricSpec> metrics;  ///< never empty: [default] when the file has none
  Limits limits;
  std::vector<RuleTest> tests;
};

/// The place of byte `offset` of a text that begins at `at`, if the file's line shows the text as it is:
/// quotes, YAML escapes and folded lines would move it. Else `at`.
Position place_inside(const util::SourceText& file, std::string_view text, Position at, std::size_t offset);

}  // namespace routemeter::model
