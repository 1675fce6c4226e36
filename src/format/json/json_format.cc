// SPDX-License-Identifier: Apache-2.0
#include "format/json/json_format.h"

#include <algorithm>

#include "format/explain/explain_line.h"
#include "format/json/json_outline.h"
#include "format/json/json_parser.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::format {
namespace {

using model::Field;
using model::Reason;

/// The first few of `names`.
std::string first_of(const std::vector<std::string>& names, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < most; ++i) out += (i == 0 ? "" : ", ") + names[i];
  return names.size() > most ? out + " ..." : out;
}

/// The names that a field may have: what the rule file says, or those of all dialects, the first few.
std::string names_of(const JsonPlan& plan, Field field) {
  std::vector<std::string> names;
  for (const JsonRow& row : plan.rows) {
    for (const JsonSource& source : row.sources[field]) {
      const std::string& path = plan.keys.path(source.slot);
      if (std::find(names.begin(), names.end(), path) == names.end()) names.push_back(path);
    }
  }
  return first_of(names, 5);
}

bool has_any(const JsonPlan& plan, Field field, const JsonOutline& outline) {
  for (const JsonRow& row : plan.rows) {
    for (const JsonSource& source : row.sources[field]) {
      for (const JsonLeaf& leaf : outline.leaves) {
        if (leaf.path == plan.keys.path(source.slot)) return true;
      }
    }
  }
  return false;
}

std::string missing_keys(const JsonPlan& plan, const JsonOutline& outline) {
  std::string out;
  const auto want = [&](Field field, std::string_view what) {
    if (has_any(plan, field, outline)) return;
    out += fmt::format("{}a key for the {}: {}", out.empty() ? "" : "; ", what, names_of(plan, field));
  };
  want(Field::kStatus, "status");
  if (!has_any(plan, Field::kRequest, outline)) {
    want(Field::kMethod, "method");
    want(Field::kTarget, "path");
  }
  return out.empty() ? "method, path and status under the names of one and the same program" : out;
}

std::string keys_of(const JsonOutline& outline) {
  std::vector<std::string> names;
  for (const JsonLeaf& leaf : outline.leaves) names.push_back(leaf.path);
  return first_of(names, 20);
}

std::string_view wanted_value(Reason reason) {
  if (reason == Reason::kBadStatus) return "a status from 100 to 599";
  return reason == Reason::kBadNumber ? "a number" : "a request";
}

/// Why a line is no request of that plan, with the reason that the parser gave. `uses` are the keys that
/// feed the line's fields, empty when no dialect fits it.
std::optional<Mismatch> explain_json(Reason reason, const JsonPlan& plan, std::span<const FieldUse> uses,
                                     std::string_view line) {
  const JsonOutline outline = outline_json(line);
  if (reason == Reason::kBadJson || outline.error_at) {
    const std::size_t at = outline.error_at.value_or(0);
    return Mismatch{std::string(line), at, outline.error_at ? outline.expected : "a JSON object"};
  }
  if (reason == Reason::kMissingField) {
    std::string expected = missing_keys(plan, outline);
    if (!outline.leaves.empty()) expected += fmt::format(" (the keys are: {})", keys_of(outline));
    return Mismatch{std::string(line), 0, std::move(expected)};
  }
  for (const FieldUse& use : uses) {
    if (!can_blame(reason, use.field)) continue;
    for (const JsonLeaf& leaf : outline.leaves) {
      if (leaf.path != use.name) continue;
      const bool is_number = !leaf.value.empty() && util::is_digit(leaf.value[0]);
      if (reason == Reason::kBadNumber && is_number) continue;  // not this one
      return Mismatch{std::string(line), leaf.at, fmt::format("{} in {}", wanted_value(reason), use.name)};
    }
  }
  return std::nullopt;
}

class JsonFormat final : public SampledFormat {
 public:
  explicit JsonFormat(std::shared_ptr<const JsonPlan> plan) : plan_(std::move(plan)) {
    name_ = "json";
    writer_ = Writer::kJson;
    time_kind_ = TimeKind::kIso8601;
    open_ = true;
    available_ = model::FieldSet::all();
    certain_ = plan_->mapped;
  }

  std::unique_ptr<Parser> make_parser() const override { return std::make_unique<JsonParser>(plan_); }

  FormatPtr fitted(std::span<const std::string_view> lines) const override {
    JsonParser parser(plan_);
    auto copy = std::make_shared<JsonFormat>(*this);
    bool timed = false;
    for (const std::string_view line : lines) {
      model::Request request;
      if (parser.parse(line, request) != Reason::kNone) continue;
      for (FieldUse& use : parser.uses()) add_use(copy->uses_, std::move(use));
      const TimeKind kind = guess_time_kind(request.time);
      if (kind != TimeKind::kNone && !timed) copy->time_kind_ = kind;
      timed = timed || kind != TimeKind::kNone;
    }
    return copy->uses_.empty() ? nullptr : copy;
  }

  std::optional<Mismatch> explain(std::string_view line) const override {
    JsonParser parser(plan_);
    model::Request request;
    const Reason reason = parser.parse(line, request);
    return reason == Reason::kNone ? std::nullopt : explain_json(reason, *plan_, parser.uses(), line);
  }

 private:
  /// The first source of a field is the one that most lines have.
  static void add_use(std::vector<FieldUse>& uses, FieldUse use) {
    const auto same = std::find_if(uses.begin(), uses.end(),
                                   [&use](const FieldUse& other) { return other.field == use.field; });
    if (same == uses.end()) uses.push_back(std::move(use));
  }

  std::shared_ptr<const JsonPlan> plan_;
};

}  // namespace

util::Result<FormatPtr> make_json(const model::FormatSpec& spec,
                                  const model::CaptureRegexFactory& /*regex*/) {
  util::Diagnostics errors;
  for (const auto& [field, source] : spec.fields) {
    const auto dots = static_cast<std::size_t>(std::count(source.name.begin(), source.name.end(), '.'));
    if (source.name.empty()) {
      errors.push_back(field_error(spec, source, "a field needs the name of a key"));
    } else if (dots >= JsonKeys::kMaxParts) {
      errors.push_back(
          field_error(spec, source,
                      fmt::format("the path '{}' has more than {} parts", source.name, JsonKeys::kMaxParts)));
    }
  }
  if (!errors.empty()) return errors;
  return FormatPtr(
      std::make_shared<JsonFormat>(std::make_shared<const JsonPlan>(make_json_plan(spec.fields))));
}

}  // namespace routemeter::format
