// SPDX-License-Identifier: Apache-2.0
#include "tools/diff/diff.h"
#include "util/json.h"

namespace routemeter::explain {
namespace {

using util::Json;

Json rule_json(const model::RuleFile& rules, std::optional<std::size_t> index) {
  if (!index) return nullptr;
  return {{"line", rules.routes[*index].at.line}, {"text", rules.routes[*index].text}};
}

// null for the side on which it is not there.
template <typename One>
void add_sides(Json& out, const One& one) {
  out["before"] = one.change != Change::kAdded ? Json(one.before) : Json();
  out["after"] = one.change != Change::kRemoved ? Json(one.after) : Json();
}

Json series_json(const SeriesChange& series) {
  Json out = {{"change", name_of(series.change)}, {"family", series.family}, {"labels", Json::object()}};
  for (const auto& [name, value] : series.labels) out["labels"][name] = value;
  add_sides(out, series);
  return out;
}

Json sample_json(const SampleDiff& sample) {
  Json labels = Json::array();
  for (const LabelShift& shift : sample.shifts) {
    labels.push_back({{"before", shift.before},
                      {"after", shift.after},
                      {"requests", shift.requests},
                      {"examples", shift.examples}});
  }
  Json series = Json::array();
  for (const SeriesChange& one : sample.series) series.push_back(series_json(one));
  return {{"lines", sample.lines}, {"changed", sample.shifted}, {"labels", labels}, {"series", series}};
}

}  // namespace

std::string to_json(const Difference& d) {
  Json out = {{"same", d.same()}, {"rules", Json::array()}, {"settings", Json::array()}};
  for (const RuleChange& change : d.rules) {
    out["rules"].push_back({{"change", name_of(change.change)},
                            {"before", rule_json(d.before->rules, change.before)},
                            {"after", rule_json(d.after->rules, change.after)}});
  }
  for (const SettingChange& change : d.settings) {
    Json setting = {{"change", name_of(change.change)}, {"name", change.name}};
    add_sides(setting, change);
    out["settings"].push_back(std::move(setting));
  }
  out["sample"] = d.sample ? sample_json(*d.sample) : Json();
  return util::dump(out, 2) + "\n";
}

}  // namespace routemeter::explain
