// SPDX-License-Identifier: Apache-2.0
#include "tools/diff/diff.h"
#include "util/json_writer.h"

namespace routemeter::explain {
namespace {

using util::JsonWriter;

void write_rule_change(JsonWriter& json, std::string_view key, const model::RuleFile& rules,
                       std::optional<std::size_t> index) {
  json.key(key);
  if (!index) return json.null();
  json.begin_object();
  json.key("line");
  json.number(rules.routes[*index].at.line);
  json.member("text", rules.routes[*index].text);
  json.end_object();
}

// null for what is not there.
void write_side(JsonWriter& json, std::string_view key, const std::string& text, bool there) {
  json.key(key);
  there ? json.string(text) : json.null();
}

template <typename One>
void write_sides(JsonWriter& json, const One& one) {
  write_side(json, "before", one.before, one.change != Change::kAdded);
  write_side(json, "after", one.after, one.change != Change::kRemoved);
}

void write_sample(JsonWriter& json, const SampleDiff& sample) {
  json.begin_object();
  json.key("lines");
  json.number(sample.lines);
  json.key("changed");
  json.number(sample.shifted);
  json.key("labels");
  json.begin_array();
  for (const LabelShift& shift : sample.shifts) {
    json.begin_object();
    json.member("before", shift.before);
    json.member("after", shift.after);
    json.key("requests");
    json.number(shift.requests);
    json.key("examples");
    json.begin_array();
    for (const std::string& example : shift.examples) json.string(example);
    json.end_array();
    json.end_object();
  }
  json.end_array();
  json.key("series");
  json.begin_array();
  for (const SeriesChange& one : sample.series) {
    json.begin_object();
    json.member("change", name_of(one.change));
    json.member("family", one.family);
    json.key("labels");
    json.begin_object();
    for (const auto& [name, value] : one.labels) json.member(name, value);
    json.end_object();
    write_sides(json, one);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

}  // namespace

std::string to_json(const Difference& d) {
  JsonWriter json(2);
  json.begin_object();
  json.key("same");
  json.boolean(d.same());
  json.key("rules");
  json.begin_array();
  for (const RuleChange& change : d.rules) {
    json.begin_object();
    json.member("change", name_of(change.change));
    write_rule_change(json, "before", d.before->rules, change.before);
    write_rule_change(json, "after", d.after->rules, change.after);
    json.end_object();
  }
  json.end_array();
  json.key("settings");
  json.begin_array();
  for (const SettingChange& change : d.settings) {
    json.begin_object();
    json.member("change", name_of(change.change));
    json.member("name", change.name);
    write_sides(json, change);
    json.end_object();
  }
  json.end_array();
  json.key("sample");
  d.sample ? write_sample(json, *d.sample) : json.null();
  json.end_object();
  return json.text() + "\n";
}

}  // namespace routemeter::explain
