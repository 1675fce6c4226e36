// SPDX-License-Identifier: Apache-2.0
#include "tools/explain/text.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/explain/reason_text.h"
#include "tools/explain/rule_list.h"
#include "util/printable.h"
#include "util/real_text.h"

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
  std::string numbers = "status " + std::to_string(request.status);
  const auto number = [&](Field field, const char* name, const std::string& text) {
    numbers += std::string(", ") + name + " " + (request.known.has(field) ? text : "unknown");
  };
  number(Field::kDuration, "duration", seconds(request.duration_ns));
  number(Field::kTimeToFirstByte, "to first byte", seconds(request.time_to_first_byte_ns));
  number(Field::kRequestSize, "request", std::to_string(request.request_size) + " bytes");
  number(Field::kResponseSize, "response", std::to_string(request.response_size) + " bytes");
  add(out, "fields", numbers);
}

std::string place_of(const model::RuleFile& rules, int line) {
  return "line " + std::to_string(line) + " of " + util::printable(rules.path);
}

// What decided, in a sentence or two.
std::string decision_text(const Explanation& e, const model::RuleFile& rules) {
  const model::Rule* rule = e.rule ? &rules.routes[*e.rule] : nullptr;
  std::string out;
  if (rule != nullptr && rule->kind == model::Rule::Kind::kStop) {
    out = "none: a stop, " + place_of(rules, rule->at.line);
  } else if (rule != nullptr) {
    out = shown(rule->text) + ", " + place_of(rules, rule->at.line);
    if (e.other_method) out += "; its path matches, its methods do not (method_mismatch: handler)";
  } else {
    out = rules.routes.empty() ? "none: there are no rules" : "none matches";
  }
  if (e.redirected) {
    out += "; it matches " + shown(e.matched_path) + " (redirect_slashes)";
  } else if (rule == nullptr && !rules.routes.empty() && rules.options.redirect_slashes) {
    const std::string other = route::toggled_slash(e.path);
    if (!other.empty()) out += ", nor with " + shown(other) + " (redirect_slashes)";
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
      return "excluded: '" + pattern.text + "', " + place_of(rules, pattern.at.line) + ", is found in " +
             e.excluded_label;
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
    model::FieldSet one;
    one.add(field);
    if (recorded.needs.has_all(one) && recorded.needs.has(field) && !request.known.has(field)) {
      return "nothing: " + std::string(name) + " is unknown";
    }
  }
  return "nothing";
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
      return out + " " + real(recorded.value) + " s, bucket le=\"" + util::format_float(recorded.le) + "\"";
    case model::MetricType::kSummary:
      break;
  }
  return out + " " + real(recorded.value) + " bytes";
}

std::string to_text(std::string_view question, const model::Request* request, const Explanation& e,
                    const Explainer& explainer, const Shown& what) {
  const model::RuleFile& rules = explainer.rules();
  std::string out = shown(question) + "\n";
  if (request == nullptr) {
    add(out, "unparsed", std::string(model::name_of(e.reason)) + ": " + std::string(meaning_of(e.reason)));
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
          (what.assumed_status ? "  (status " + std::to_string(request->status) + " is assumed)" : ""));
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

}  // namespace routemeter::explain
