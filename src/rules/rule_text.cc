// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_text.h"

#include "document/yaml_scalar.h"
#include "util/printable.h"

namespace routemeter::route {
namespace {

std::string joined(const std::vector<std::string>& methods, std::string_view between) {
  std::string out;
  for (const std::string& method : methods) {
    if (!out.empty()) out += between;
    out += method;
  }
  return out;
}

bool has_blank(std::string_view text) { return text.find_first_of(" \t") != std::string_view::npos; }

}  // namespace

std::string rule_entry(const model::Rule& rule) {
  const bool is_template = rule.kind == model::Rule::Kind::kTemplate;
  if (is_template && rule.handler == rule.pattern && rule.host.empty() && !has_blank(rule.pattern)) {
    return util::yaml_scalar(joined(rule.methods, ",") + (rule.methods.empty() ? "" : " ") + rule.pattern);
  }
  std::string out = "{handler: " + util::yaml_flow_scalar(rule.handler) +
                    (is_template ? ", template: " : ", pattern: ") + util::yaml_flow_scalar(rule.pattern);
  if (!rule.methods.empty()) {
    out += ", methods: [";
    for (const std::string& method : rule.methods)
      out += (out.ends_with('[') ? "" : ", ") + util::yaml_flow_scalar(method);
    out += ']';
  }
  return out + "}";
}

std::string test_entry(const model::RuleTest& test) {
  const std::string request = test.method + " " + test.target;
  if (!has_blank(test.handler)) return util::yaml_scalar(request + " -> " + test.handler);
  return "{request: " + util::yaml_flow_scalar(request) +
         ", handler: " + util::yaml_flow_scalar(test.handler) + "}";
}

std::string rule_name(const model::Rule& rule) {
  const std::string methods = joined(rule.methods, ",");
  const std::string& path = rule.handler.empty() ? rule.pattern : rule.handler;
  return util::printable((methods.empty() ? "" : methods + " ") + path, 200);
}

}  // namespace routemeter::route
