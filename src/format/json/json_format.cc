// SPDX-License-Identifier: Apache-2.0
#include "format/json/json_format.h"

#include <algorithm>

#include "format/contract/sampled.h"
#include "format/contract/spec_error.h"
#include "format/json/json_explain.h"
#include "format/json/json_parser.h"

namespace routemeter::format {
namespace {

using model::Field;
using model::Reason;

class JsonFormat final : public SampledFormat {
 public:
  explicit JsonFormat(std::shared_ptr<const JsonPlan> plan) : plan_(std::move(plan)) {
    name_ = "json";
    time_kind_ = TimeKind::kIso8601;
    open_ = true;
    for (std::size_t i = 0; i < kFieldCount; ++i) {
      available_.add(static_cast<Field>(i));
      if (plan_->mapped.has(static_cast<Field>(i))) certain_.add(static_cast<Field>(i));
    }
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
      errors.push_back(field_error(
          spec, source,
          "the path '" + source.name + "' has more than " + std::to_string(JsonKeys::kMaxParts) + " parts"));
    }
  }
  if (!errors.empty()) return errors;
  return FormatPtr(
      std::make_shared<JsonFormat>(std::make_shared<const JsonPlan>(make_json_plan(spec.fields))));
}

}  // namespace routemeter::format
