// SPDX-License-Identifier: Apache-2.0
#include "expose/text/parse.h"

#include <algorithm>
#include <cmath>
#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "expose/text/page_values.h"
#include "util/ascii.h"
#include "util/fmt.h"
#include "util/words.h"

namespace routemeter::expose {
namespace {

constexpr std::size_t kMostErrors = 20;
constexpr std::size_t kLongestSnippet = 200;

bool is_name_start(char c, bool metric) { return util::is_alpha(c) || c == '_' || (metric && c == ':'); }

bool is_name_char(char c, bool metric) { return is_name_start(c, metric) || util::is_digit(c); }

bool is_bound(std::string_view label) { return label == "le" || label == "quantile"; }

// As Go's ParseFloat reads decimals: a sign, "Inf", "NaN" in any case.
std::optional<double> to_number(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  return util::to_number<double>(text);
}

struct Failure {
  std::size_t column;  // from 0
  std::string message;
  std::string hint = {};
};

// Reads one line. After a failure the line's sample is worthless and failure() says why.
class LineReader {
 public:
  explicit LineReader(std::string_view line) : line_(line) {}

  const std::optional<Failure>& failure() const { return failure_; }

  // The line's sample; none for a blank line, a comment, or a failure.
  std::optional<ParsedSample> read() {
    skip_blanks();
    if (at_end() || peek() == '#') return std::nullopt;
    ParsedSample sample;
    sample.name = read_name(true, "a metric name");
    skip_blanks();
    if (!failure_ && peek() == '{') read_labels(sample);
    skip_blanks();
    if (!failure_) read_value(sample);
    if (!failure_) read_rest();
    if (failure_) return std::nullopt;
    return sample;
  }

 private:
  bool at_end() const { return at_ >= line_.size(); }
  char peek() const { return at_end() ? '\0' : line_[at_]; }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }
  void fail(std::size_t column, std::string message, std::string hint = {}) {
    if (!failure_) failure_ = Failure{column, std::move(message), std::move(hint)};
  }

  std::string read_name(bool metric, const char* what) {
    const std::size_t begin = at_;
    if (at_end() || !is_name_start(peek(), metric)) {
      fail(at_, std::string("expected ") + what);
      return {};
    }
    while (!at_end() && is_name_char(peek(), metric)) ++at_;
    return std::string(line_.substr(begin, at_ - begin));
  }

  void read_labels(ParsedSample& sample) {
    ++at_;
    skip_blanks();
    while (!failure_ && peek() != '}') {
      read_label(sample);
      skip_blanks();
      if (peek() == ',') {
        ++at_;
        skip_blanks();
      } else if (!failure_ && peek() != '}') {
        fail(at_, "expected ',' or '}' after a label");
      }
    }
    ++at_;
    std::sort(sample.labels.begin(), sample.labels.end());
  }

  void read_label(ParsedSample& sample) {
    const std::size_t begin = at_;
    std::string name = read_name(false, "a label name");
    skip_blanks();
    if (!failure_ && peek() != '=') fail(at_, fmt::format("expected '=' after label '{}'", name));
    if (failure_) return;
    ++at_;
    skip_blanks();
    std::string value = read_quoted();
    if (failure_) return;
    for (const auto& label : sample.labels) {
      if (label.first == name) fail(begin, fmt::format("label '{}' occurs twice", name));
    }
    if (is_bound(name)) {
      if (const auto bound = to_number(value)) value = util::format_float(*bound);
    }
    sample.labels.emplace_back(std::move(name), std::move(value));
  }

  std::string read_quoted() {
    std::string value;
    const std::size_t begin = at_;
    if (peek() != '"') {
      fail(at_, "expected '\"'");
      return value;
    }
    for (++at_; !at_end() && peek() != '"'; ++at_) {
      if (peek() != '\\') {
        value += peek();
        continue;
      }
      ++at_;
      if (peek() == 'n') {
        value += '\n';
      } else if (peek() == '\\' || peek() == '"') {
        value += peek();
      } else {
        fail(at_ - 1, "unknown escape in a label value", "only \\\\, \\\" and \\n exist");
        return value;
      }
    }
    if (at_end()) fail(begin, "label value without closing '\"'");
    ++at_;
    return value;
  }

  std::string_view read_word() {
    const std::size_t begin = at_;
    while (!at_end() && peek() != ' ' && peek() != '\t') ++at_;
    return line_.substr(begin, at_ - begin);
  }

  void read_value(ParsedSample& sample) {
    const std::size_t begin = at_;
    sample.value_text = read_word();
    if (sample.value_text.empty()) return fail(begin, "expected a value");
    const auto value = to_number(sample.value_text);
    if (!value) return fail(begin, fmt::format("not a number: '{}'", sample.value_text));
    sample.value = *value;
  }

  // A timestamp (whole milliseconds; OpenMetrics has seconds with decimals) and an exemplar may follow.
  void read_rest() {
    skip_blanks();
    if (at_end() || peek() == '#') return;
    const std::size_t begin = at_;
    if (!to_number(read_word())) fail(begin, "expected a timestamp or the end of the line");
    skip_blanks();
    if (!at_end() && peek() != '#') fail(at_, "expected the end of the line");
  }

  std::string_view line_;
  std::size_t at_ = 0;
  std::optional<Failure> failure_;
};

util::Diagnostic diagnose(const std::string& file, int line_number, std::string_view line, Failure failure) {
  util::Diagnostic out = util::error_about(file, std::move(failure.message), std::move(failure.hint));
  out.at = {line_number, static_cast<int>(failure.column) + 1};
  // A caret under a line of many kilobytes helps nobody.
  if (failure.column < kLongestSnippet) out.source_line = line.substr(0, kLongestSnippet);
  return out;
}

util::Diagnostic duplicate(const std::string& file, const ParsedSample& first, const ParsedSample& again) {
  util::Diagnostic out = util::error_about(file, fmt::format("sample occurs twice: {}", identity_text(again)),
                                           fmt::format("the first is in line {}", first.at.line));
  out.at = again.at;
  out.source_line = fmt::format("{} {}", identity_text(again), again.value_text);
  return out;
}

using Label = std::pair<std::string, std::string>;

// Bounds by their number, before whatever is none (NaN included: it has no order).
std::weak_ordering compare_labels(const Label& a, const Label& b) {
  if (const auto order = a.first <=> b.first; order != 0) return order;
  if (is_bound(a.first)) {
    const double x = to_number(a.second).value_or(std::nan(""));
    const double y = to_number(b.second).value_or(std::nan(""));
    if (x < y || (std::isnan(y) && !std::isnan(x))) return std::weak_ordering::less;
    if (x > y || (std::isnan(x) && !std::isnan(y))) return std::weak_ordering::greater;
  }
  return a.second <=> b.second;
}

// The order of parse_text by name, then labels.
std::weak_ordering compare_identity(const ParsedSample& a, const ParsedSample& b) {
  if (const auto order = a.name <=> b.name; order != 0) return order;
  return std::lexicographical_compare_three_way(a.labels.begin(), a.labels.end(), b.labels.begin(),
                                                b.labels.end(), compare_labels);
}

constexpr double kTolerance = 1e-9;  // relative: the library adds doubles, we add integers
constexpr std::string_view kCreated = "_created";

bool same_number(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (a == b) return true;
  if (std::isinf(a) || std::isinf(b)) return false;
  return std::abs(a - b) <= kTolerance * std::max(std::abs(a), std::abs(b));
}

// The time at which the Python client made a child differs in every run, and no log tells it.
bool is_created(const ParsedSample& sample) {
  return sample.name.size() > kCreated.size() && sample.name.ends_with(kCreated);
}

util::Result<std::vector<ParsedSample>> load(std::string_view text, const std::string& file) {
  auto samples = parse_text(text, file);
  if (samples) std::erase_if(*samples, is_created);
  return samples;
}

std::string line(char mark, const ParsedSample& sample) {
  return fmt::format("{} {} {}", mark, identity_text(sample), sample.value_text);
}

}  // namespace

std::string identity_text(const ParsedSample& sample) {
  std::string out = sample.name;
  if (sample.labels.empty()) return out;
  char separator = '{';
  for (const auto& [name, value] : sample.labels) {
    out += separator;
    out += name;
    out += "=\"";
    append_label_value(out, value);
    out += '"';
    separator = ',';
  }
  out += '}';
  return out;
}

util::Result<std::vector<ParsedSample>> parse_text(std::string_view text, const std::string& file) {
  std::vector<ParsedSample> samples;
  util::Diagnostics errors;
  int line_number = 0;
  while (!text.empty() && errors.size() < kMostErrors) {
    ++line_number;
    const std::size_t length = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, length);
    text.remove_prefix(std::min(length + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    LineReader reader(line);
    if (auto sample = reader.read()) {
      sample->at.line = line_number;
      samples.push_back(std::move(*sample));
    } else if (reader.failure()) {
      errors.push_back(diagnose(file, line_number, line, *reader.failure()));
    }
  }
  // Stable, so that of two equal samples the later line is the one reported.
  std::stable_sort(samples.begin(), samples.end(),
                   [](const ParsedSample& a, const ParsedSample& b) { return compare_identity(a, b) < 0; });
  for (std::size_t i = 1; i < samples.size() && errors.size() < kMostErrors; ++i) {
    if (compare_identity(samples[i - 1], samples[i]) == 0) {
      errors.push_back(duplicate(file, samples[i - 1], samples[i]));
    }
  }
  if (!errors.empty()) return errors;
  return samples;
}

util::Result<Comparison> compare(std::string_view expected, const std::string& expected_name,
                                 std::string_view actual) {
  const auto wanted = load(expected, expected_name);
  if (!wanted) return wanted.errors();
  const auto found = load(actual, "(output)");
  if (!found) return found.errors();
  Comparison out;
  auto want = wanted->begin();
  auto have = found->begin();
  while (want != wanted->end() || have != found->end()) {
    const std::weak_ordering order = want == wanted->end()  ? std::weak_ordering::greater
                                     : have == found->end() ? std::weak_ordering::less
                                                            : compare_identity(*want, *have);
    if (order < 0) {
      out.removed.push_back(line('-', *want++));
    } else if (order > 0) {
      out.added.push_back(line('+', *have++));
    } else {
      if (!same_number(want->value, have->value)) {
        out.changed.push_back(fmt::format("{} -> {}", line('~', *want), have->value_text));
      }
      ++want;
      ++have;
    }
  }
  return out;
}

}  // namespace routemeter::expose
