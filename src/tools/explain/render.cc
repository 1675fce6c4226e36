// SPDX-License-Identifier: Apache-2.0
#include "tools/explain/render.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "model/vocabulary.h"
#include "tools/explain/rule_list.h"
#include "util/fmt.h"
#include "util/json.h"
#include "util/printable.h"
#include "util/words.h"

namespace routemeter::explain {
namespace {

constexpr std::size_t kNameWidth = 10;
constexpr std::size_t kLongestShown = 400;

std::string shown(std::string_view text) { return util::printable(text, kLongestShown); }

std::string real(double value) {
  std::string out;
  util::append_real(out, value);
  return out;
}

// "  path      /items/42\n"; without a name the line goes on with what the one before said.
void add(std::string& out, std::string_view name, std::string_view text) {
  out += "  ";
  out += name;
  out.append(kNameWidth - std::min(kNameWidth - 1, name.size()), ' ');
  out += text;
  out += '\n';
}

void add_fields(std::string& out, const model::Request& request) {
  using model::Field;
  if (!request.host.empty()) add(out, "host", shown(request.host));
  if (!request.time.empty()) add(out, "time", shown(request.time));
  const auto seconds = [](std::uint64_t ns) { return real(static_cast<double>(ns) / 1e9) + " s"; };
  std::string numbers = fmt::format("status {}", request.status);
  const auto number = [&](Field field, const char* name, const std::string& text) {
    numbers += fmt::format(", {} {}", name, request.known.has(field) ? text : "unknown");
  };
  number(Field::kDuration, "duration", seconds(request.duration_ns));
  number(Field::kTimeToFirstByte, "to first byte", seconds(request.time_to_first_byte_ns));
  number(Field::kRequestSize, "request", fmt::format("{} bytes", request.request_size));
  number(Field::kResponseSize, "response", fmt::format("{} bytes", request.response_size));
  add(out, "fields", numbers);
}

std::string place_of(const model::RuleFile& rules, int line) {
  return fmt::format("line {} of {}", line, util::printable(rules.path));
}

// The rule that decided, in a sentence or two.
std::string decision_text(const Explanation& e, const model::RuleFile& rules) {
  const model::Rule* rule = e.rule ? &rules.routes[*e.rule] : nullptr;
  std::string out;
  if (rule != nullptr && rule->kind == model::Rule::Kind::kStop) {
    out = fmt::format("none: a stop, {}", place_of(rules, rule->at.line));
  } else if (rule != nullptr) {
    out = fmt::format("{}, {}", shown(rule->text), place_of(rules, rule->at.line));
    if (e.other_method) out += "; its path matches, its methods do not (method_mismatch: handler)";
  } else {
    out = rules.routes.empty() ? "none: there are no rules" : "none matches";
  }
  if (e.redirected) {
    out += fmt::format("; it matches {} (redirect_slashes)", shown(e.matched_path));
  } else if (rule == nullptr && !rules.routes.empty() && rules.options.redirect_slashes) {
    const std::string other = route::toggled_slash(e.path);
    if (!other.empty()) out += fmt::format(", nor with {} (redirect_slashes)", shown(other));
  }
  return out;
}

std::string result_text(const Explanation& e, const model::RuleFile& rules) {
  switch (e.outcome) {
    case Outcome::kMatched:
      return *e.handler;
    case Outcome::kUntemplated:
      return *e.handler + (rules.options.group_untemplated ? "" : " (group_untemplated: false)");
    case Outcome::kExcluded: {
      const model::Pattern& pattern = rules.exclude[static_cast<std::size_t>(e.exclude)];
      return fmt::format("excluded: '{}', {}, is found in {}", pattern.text, place_of(rules, pattern.at.line),
                         e.excluded_label);
    }
    case Outcome::kIgnored:
      return "ignored: no rule matches (ignore_untemplated)";
    case Outcome::kUnparsed:
      break;
  }
  return "";
}

std::string missing_text(const Recorded& recorded, const model::Request& request) {
  constexpr std::pair<model::Field, std::string_view> kNames[] = {
      {model::Field::kDuration, "the duration"},
      {model::Field::kTimeToFirstByte, "the time to the first byte"}};
  for (const auto& [field, name] : kNames) {
    if (recorded.needs.has(field) && !request.known.has(field))
      return fmt::format("nothing: {} is unknown", name);
  }
  return "nothing";
}

// A reason for people, as REASONS in routemeter-rules(5) explains it.
std::string_view meaning_of(model::Reason reason) {
  constexpr std::array<std::string_view, model::kReasonCount> kMeanings = {
      "a request",
      "nothing on the line",
      "neither 'METHOD /path' nor a line of the format; `routemeter doctor` says where it parts from it",
      "a line of the format, but its request is none",
      "the status is no number from 100 to 599",
      "a duration or size that is no number",
      "not a JSON object",
      "without a method, target or status",
      "a server message between access lines",
      "a websocket, which is not measured",
      "a comment",
      "longer than a line may be",
      "not wrapped as the other lines are"};
  return kMeanings[static_cast<std::size_t>(reason)];
}

using util::Json;

Json json_of(const model::Rule& rule) { return {{"line", rule.at.line}, {"text", rule.text}}; }

Json json_of(const Labels& labels) {
  Json out = Json::object();
  for (const auto& [name, value] : labels) out[name] = value;
  return out;
}

Json json_of(const Recorded& recorded) {
  Json out = {{"name", recorded.family},
              {"type", model::type_name(recorded.type)},
              {"labels", json_of(recorded.labels)},
              {"value", recorded.value}};
  if (recorded.type == model::MetricType::kHistogram) out["le"] = util::format_float(recorded.le);
  return out;
}

}  // namespace

std::string labels_text(const Labels& labels) {
  std::string out;
  for (const auto& [name, value] : labels) {
    if (!out.empty()) out += ',';
    out += name + "=\"";
    for (const char c : value) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return util::printable(out);
}

std::string recorded_text(const Recorded& recorded) {
  std::string out = recorded.family;
  if (!recorded.labels.empty()) out += "{" + labels_text(recorded.labels) + "}";
  switch (recorded.type) {
    case model::MetricType::kCounter:
      return out + " +1";
    case model::MetricType::kGauge:
      return out + " 0: a log shows a request when it has ended";
    case model::MetricType::kHistogram:
      return fmt::format("{} {} s, bucket le=\"{}\"", out, real(recorded.value),
                         util::format_float(recorded.le));
    case model::MetricType::kSummary:
      break;
  }
  return fmt::format("{} {} bytes", out, real(recorded.value));
}

std::string to_text(std::string_view question, const model::Request* request, const Explanation& e,
                    const Explainer& explainer, const Shown& what) {
  const model::RuleFile& rules = explainer.rules();
  std::string out = shown(question) + "\n";
  if (request == nullptr) {
    add(out, "unparsed", fmt::format("{}: {}", model::name_of(e.reason), meaning_of(e.reason)));
    return out;
  }
  if (what.log_line) {
    add(out, "method", shown(request->method));
    add(out, "target", shown(request->target));
  }
  add(out, "path", shown(e.path));
  if (what.log_line) add_fields(out, *request);
  std::string_view name = "rules";
  for (const std::string& line : rule_list(*request, e, explainer, what.all_rules)) {
    add(out, name, line);
    name = "";
  }
  add(out, "rule", decision_text(e, rules));
  add(out, "handler", shown(result_text(e, rules)));
  if (!e.handler) return out;
  add(out, "labels",
      labels_text(e.record.labels) +
          (what.assumed_status ? fmt::format("  (status {} is assumed)", request->status) : ""));
  name = "metrics";
  for (const Recorded& recorded : e.record.families) {
    const bool gauge = recorded.type == model::MetricType::kGauge;
    add(out, name,
        recorded.counted || gauge ? recorded_text(recorded)
                                  : recorded.family + " " + missing_text(recorded, *request));
    name = "";
  }
  return out;
}

std::string to_json(const Explanation& explanation, const model::RuleFile& rules) {
  const bool parsed = explanation.outcome != Outcome::kUnparsed;
  Json out;
  out["method"] = parsed ? Json(explanation.method) : Json();
  out["path"] = parsed ? Json(explanation.path) : Json();
  out["outcome"] = name_of(explanation.outcome);
  out["handler"] = explanation.handler ? Json(*explanation.handler) : Json();
  out["rule"] = explanation.rule ? json_of(rules.routes[*explanation.rule]) : Json();
  out["also"] = Json::array();
  for (const std::size_t later : explanation.also) out["also"].push_back(json_of(rules.routes[later]));
  out["labels"] = json_of(explanation.record.labels);
  out["metrics"] = Json::array();
  for (const Recorded& recorded : explanation.record.families) {
    if (recorded.counted) out["metrics"].push_back(json_of(recorded));
  }
  return util::dump(out);
}

}  // namespace routemeter::explain
