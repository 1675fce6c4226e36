// SPDX-License-Identifier: Apache-2.0
#include "tools/explain/json.h"

#include "util/json.h"
#include "util/real_text.h"

namespace routemeter::explain {
namespace {

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
