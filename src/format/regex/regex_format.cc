// SPDX-License-Identifier: Apache-2.0
#include "format/regex/regex_format.h"

#include <algorithm>

#include "format/explain/explain_line.h"
#include "format/value/field_number.h"
#include "format/value/request_line.h"
#include "model/vocabulary.h"
#include "util/fmt.h"
#include "util/words.h"

namespace routemeter::format {
namespace {

using model::Field;
using model::Reason;

constexpr std::size_t kNoGroup = static_cast<std::size_t>(-1);

/// Names of groups that mean a target although they are not the key of the field.
constexpr std::string_view kTargetNames[] = {"path", "uri"};

/// The group that feeds a field.
struct Binding {
  std::size_t group = kNoGroup;
  model::Unit unit = model::Unit::kSeconds;
};

struct RegexPlan {
  std::string pattern;              ///< in RE2's spelling
  model::CaptureRegexFactory make;  ///< for explain(): parts of the pattern
  std::shared_ptr<const model::CaptureRegex> regex;
  ByField<Binding> bindings;

  bool has(Field field) const { return bindings[field].group != kNoGroup; }
};

class RegexParser final : public Parser {
 public:
  explicit RegexParser(std::shared_ptr<const RegexPlan> plan)
      : plan_(std::move(plan)), groups_(plan_->regex->group_names().size()) {}

  Reason parse(std::string_view line, model::Request& out) noexcept override {
    if (line.empty()) return Reason::kEmpty;
    clear(out);
    if (!plan_->regex->match(line, groups_)) return line[0] == '#' ? Reason::kComment : Reason::kNoMatch;
    if (!took_part(Field::kStatus)) return Reason::kMissingField;
    if (const Reason reason = fill_request(out); reason != Reason::kNone) return reason;
    if (!parse_status(text(Field::kStatus), out.status)) return Reason::kBadStatus;
    out.host = known_text(Field::kHost);
    out.time = known_text(Field::kTime);
    const bool good = fill_duration(out, Field::kDuration, out.duration_ns) &&
                      fill_duration(out, Field::kTimeToFirstByte, out.time_to_first_byte_ns) &&
                      fill_size(out, Field::kRequestSize, out.request_size) &&
                      fill_size(out, Field::kResponseSize, out.response_size);
    return good ? Reason::kNone : Reason::kBadNumber;
  }

  std::string_view text(Field field) const noexcept {
    return plan_->has(field) ? groups_[plan_->bindings[field].group] : std::string_view{};
  }

 private:
  std::string_view known_text(Field field) const noexcept {
    return text(field) == "-" ? std::string_view{} : text(field);
  }
  /// False also for a group in an alternative that did not match.
  bool took_part(Field field) const noexcept { return text(field).data() != nullptr; }

  Reason fill_request(model::Request& out) const noexcept {
    if (took_part(Field::kRequest)) return split_request_line(text(Field::kRequest), out);
    if (!took_part(Field::kMethod) || !took_part(Field::kTarget)) return Reason::kMissingField;
    out.set_method(text(Field::kMethod));
    out.target = text(Field::kTarget);
    if (!is_method(out.method) || !is_target(out.method, out.target)) return Reason::kBadRequest;
    const std::string_view protocol = text(Field::kProtocol);
    return protocol.empty() || is_protocol(protocol) ? Reason::kNone : Reason::kBadRequest;
  }

  static bool take(Known known, Field field, model::Request& out) noexcept {
    if (known == Known::kValue) out.known.add(field);
    return known != Known::kBad;
  }
  bool fill_duration(model::Request& out, Field field, std::uint64_t& number) const noexcept {
    if (!plan_->has(field)) return true;
    return take(read_duration_list_ns(text(field), plan_->bindings[field].unit, number), field, out);
  }
  bool fill_size(model::Request& out, Field field, std::uint64_t& number) const noexcept {
    if (!plan_->has(field)) return true;
    return take(read_size(text(field), number), field, out);
  }

  std::shared_ptr<const RegexPlan> plan_;
  std::vector<std::string_view> groups_;
};

class RegexFormat final : public SampledFormat {
 public:
  explicit RegexFormat(std::shared_ptr<const RegexPlan> plan) : plan_(std::move(plan)) {
    name_ = "regex";
    for (const Field field : kFields) {
      if (!plan_->has(field)) continue;
      available_.add(field);
      uses_.push_back(
          {field, plan_->regex->group_names()[plan_->bindings[field].group], plan_->bindings[field].unit});
    }
    if (plan_->has(Field::kTime)) time_kind_ = TimeKind::kIso8601;
  }

  std::unique_ptr<Parser> make_parser() const override { return std::make_unique<RegexParser>(plan_); }

  std::optional<Mismatch> explain(std::string_view line) const override {
    RegexParser parser(plan_);
    model::Request request;
    const Reason reason = parser.parse(line, request);
    if (reason == Reason::kNone) return std::nullopt;
    if (reason == Reason::kNoMatch || reason == Reason::kComment) {
      return explain_regex(plan_->pattern, plan_->make, line);
    }
    std::vector<FieldValue> values;
    for (const FieldUse& use : uses_) {
      const std::string_view text = parser.text(use.field);
      if (text.data() != nullptr) values.push_back({use.field, text, use.name});
    }
    return explain_values(reason, values, line);
  }

  FormatPtr fitted(std::span<const std::string_view> lines) const override {
    RegexParser parser(plan_);
    for (const std::string_view line : lines) {
      model::Request request;
      parser.parse(line, request);
      const TimeKind kind = guess_time_kind(request.time);
      if (kind == TimeKind::kNone) continue;
      auto copy = std::make_shared<RegexFormat>(*this);
      copy->time_kind_ = kind;
      return copy;
    }
    return nullptr;
  }

 private:
  std::shared_ptr<const RegexPlan> plan_;
};

/// The pattern in RE2's spelling.
SpecString to_re2_spelling(std::string_view text) {
  SpecString out;
  bool in_class = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out.append(text[i], i);
    // Bytes from here on that say nothing else.
    std::size_t taken = 0;
    if (text[i] == '\\') {
      taken = 1;
    } else if (in_class) {
      in_class = text[i] != ']';
    } else if (text[i] == '[') {
      in_class = true;
      // A bracket right behind the opening one is a member.
      const std::size_t negated = text.substr(i + 1, 1) == "^" ? 1 : 0;
      if (text.substr(i + 1 + negated, 1) == "]") taken = negated + 1;
    } else if (text.substr(i, 3) == "(?<" && text.substr(i, 4) != "(?<=" && text.substr(i, 4) != "(?<!") {
      out.append('?', i + 1);
      out.append('P', i + 1);
      ++i;
    }
    for (; taken > 0 && i + 1 < text.size(); --taken) {
      ++i;
      out.append(text[i], i);
    }
  }
  out.offsets.push_back(text.size());
  return out;
}

std::size_t find_group(const std::vector<std::string>& names, std::string_view name) {
  const auto at = std::find(names.begin(), names.end(), name);
  return at == names.end() ? kNoGroup : static_cast<std::size_t>(at - names.begin());
}

void bind_by_name(RegexPlan& plan) {
  const std::vector<std::string>& names = plan.regex->group_names();
  for (const Field field : kFields) plan.bindings[field].group = find_group(names, model::name_of(field));
  for (const std::string_view name : kTargetNames) {
    std::size_t& group = plan.bindings[Field::kTarget].group;
    if (group == kNoGroup) group = find_group(names, name);
  }
}

std::string list_of_groups(std::vector<std::string> names) {
  std::erase(names, "");
  return util::joined(names);
}

}  // namespace

bool is_regex_format(std::string_view text) noexcept {
  if (text.find("(?P<") != std::string_view::npos) return true;
  for (std::size_t at = text.find("(?<"); at != std::string_view::npos; at = text.find("(?<", at + 1)) {
    const std::string_view next = text.substr(at + 3, 1);
    if (!next.empty() && next != "=" && next != "!") return true;
  }
  return false;
}

util::Result<FormatPtr> make_regex(const model::FormatSpec& spec, const model::CaptureRegexFactory& regex) {
  if (!is_regex_format(spec.text)) {
    return spec_error(
        spec, 0, "a regex format needs named groups",
        "write the regular expression itself: (?P<method>[A-Z]+) (?P<path>\\S+) (?P<status>[0-9]{3})");
  }
  const SpecString pattern = to_re2_spelling(spec.text);
  auto compiled = regex(pattern.text);
  if (!compiled) {
    util::Diagnostics errors;
    for (const util::Diagnostic& error : compiled.errors()) {
      const auto offset = static_cast<std::size_t>(std::max(error.at.column - 1, 0));
      const std::size_t origin = pattern.offsets[std::min(offset, pattern.offsets.size() - 1)];
      errors.push_back(spec_error(spec, origin, error.message, error.hint));
    }
    return errors;
  }
  RegexPlan plan;
  plan.regex = *compiled;
  plan.pattern = pattern.text;
  plan.make = regex;
  bind_by_name(plan);

  util::Diagnostics errors;
  for (const auto& [field, source] : spec.fields) {
    Binding& binding = plan.bindings[field];
    const std::size_t group = find_group(plan.regex->group_names(), source.name);
    if (group == kNoGroup || source.name.empty()) {
      errors.push_back(field_error(spec, source, fmt::format("the regex has no group '{}'", source.name),
                                   fmt::format("groups: {}", list_of_groups(plan.regex->group_names()))));
      continue;
    }
    binding.group = group;
    if (source.unit) binding.unit = *source.unit;
  }
  const char* const kHint = "name a group as the field, or say under 'fields' which group it is";
  if (!plan.has(Field::kStatus)) {
    errors.push_back(spec_error(spec, 0, "the regex has no group for 'status'", kHint));
  }
  if (!plan.has(Field::kRequest) && !(plan.has(Field::kMethod) && plan.has(Field::kTarget))) {
    errors.push_back(spec_error(
        spec, 0, "the regex has no group for 'request', nor for both of 'method' and 'target'", kHint));
  }
  if (!errors.empty()) return errors;
  return FormatPtr(std::make_shared<RegexFormat>(std::make_shared<const RegexPlan>(std::move(plan))));
}

}  // namespace routemeter::format
