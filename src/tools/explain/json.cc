// SPDX-License-Identifier: Apache-2.0
#include "tools/explain/json.h"

#include <string_view>
#include <utility>

#include "util/json_writer.h"
#include "util/real_text.h"

namespace routemeter::explain {
namespace {

void write_rule(util::JsonWriter& json, const model::Rule& rule) {
  json.begin_object();
  json.key("line");
  json.number(rule.at.line);
  json.member("text", rule.text);
  json.end_object();
}

void write_labels(util::JsonWriter& json, const Labels& labels) {
  json.key("labels");
  json.begin_object();
  for (const auto& [name, value] : labels) json.member(name, value);
  json.end_object();
}

void write_recorded(util::JsonWriter& json, const Recorded& recorded) {
  json.begin_object();
  json.member("name", recorded.family);
  json.member("type", model::type_name(recorded.type));
  write_labels(json, recorded.labels);
  json.key("value");
  json.number(recorded.value);
  if (recorded.type == model::MetricType::kHistogram) json.member("le", util::format_float(recorded.le));
  json.end_object();
}

}  // namespace

std::string to_json(const Explanation& explanation, const model::RuleFile& rules) {
  util::JsonWriter json;
  const bool parsed = explanation.outcome != Outcome::kUnparsed;
  json.begin_object();
  for (const auto& [name, text] :
       {std::pair<std::string_view, const std::string&>{"method", explanation.method},
        {"path", explanation.path}}) {
    json.key(name);
    parsed ? json.string(text) : json.null();
  }
  json.member("outcome", name_of(explanation.outcome));
  json.key("handler");
  explanation.handler ? json.string(*explanation.handler) : json.null();
  json.key("rule");
  explanation.rule ? write_rule(json, rules.routes[*explanation.rule]) : json.null();
  json.key("also");
  json.begin_array();
  for (const std::size_t later : explanation.also) write_rule(json, rules.routes[later]);
  json.end_array();
  write_labels(json, explanation.record.labels);
  json.key("metrics");
  json.begin_array();
  for (const Recorded& recorded : explanation.record.families) {
    if (recorded.counted) write_recorded(json, recorded);
  }
  json.end_array();
  json.end_object();
  return json.text();
}

}  // namespace routemeter::explain
