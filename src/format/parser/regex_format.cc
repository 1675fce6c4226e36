// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "format/explain/explain_line.h"
#include "format/parser/own_parsers.h"
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

struct RegexPlan {
  std::string pattern;              ///< in RE2's spelling
  model::CaptureRegexFactory make;  ///< for explain(): parts of the pattern
  std::shared_ptr<const model::CaptureRegex> regex;
  ByField<std::size_t> groups;  ///< that feed the fields, or kNoGroup
  ByField<model::Unit> units;

  bool has(Field field) const { return groups[field] != kNoGroup; }
};

class RegexParser final : public Parser {
 public:
  explicit RegexParser(std::shared_ptr<const RegexPlan> plan)
      : plan_(std::move(plan)), groups_(plan_->regex->group_names().size()) {}

  Reason parse(std::string_view line, model::Request& out) noexcept override {
    if (line.empty()) return Reason::kEmpty;
    clear(out);
    if (!plan_->regex->match(line, groups_)) return line[0] == '#' ? Reason::kComment : Reason::kNoMatch;
    for (const Field field : kFields) {
      if (plan_->has(field)) texts_[field] = groups_[plan_->groups[field]];
    }
    return read_fields(texts_, plan_->units, out);
  }

  /// Without data for a group in an alternative that did not match.
  std::string_view text(Field field) const noexcept { return texts_[field]; }

 private:
  std::shared_ptr<const RegexPlan> plan_;
  std::vector<std::string_view> groups_;
  ByField<std::string_view> texts_;
};

class RegexFormat final : public SampledFormat {
 public:
  explicit RegexFormat(std::shared_ptr<const RegexPlan> plan) : plan_(std::move(plan)) {
    name_ = "regex";
    for (const Field field : kFields) {
      if (!plan_->has(field)) continue;
      available_.add(field);
      uses_.push_back({field, plan_->regex->group_names()[plan_->groups[field]], plan_->units[field]});
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
  for (const Field field : kFields) plan.groups[field] = find_group(names, model::name_of(field));
  for (const std::string_view name : kTargetNames) {
    std::size_t& group = plan.groups[Field::kTarget];
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
    const std::size_t group = find_group(plan.regex->group_names(), source.name);
    if (group == kNoGroup || source.name.empty()) {
      errors.push_back(field_error(spec, source, fmt::format("the regex has no group '{}'", source.name),
                                   fmt::format("groups: {}", list_of_groups(plan.regex->group_names()))));
      continue;
    }
    plan.groups[field] = group;
    if (source.unit) plan.units[field] = *source.unit;
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
