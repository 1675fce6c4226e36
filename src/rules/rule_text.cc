// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_text.h"

#include "document/yaml_scalar.h"
#include "util/printable.h"
#include "util/words.h"

namespace routemeter::rules {
namespace {

bool has_blank(std::string_view text) { return text.find_first_of(" \t") != std::string_view::npos; }

}  // namespace

std::string rule_entry(const model::Rule& rule) {
  const bool is_template = rule.kind == model::Rule::Kind::kTemplate;
  if (is_template && rule.handler == rule.pattern && rule.host.empty() && !has_blank(rule.pattern)) {
    const std::string methods = util::joined(rule.methods, ",");
    return document::yaml_scalar(fmt::format("{}{}{}", methods, methods.empty() ? "" : " ", rule.pattern));
  }
  std::vector<std::string> methods;
  for (const std::string& method : rule.methods) methods.push_back(document::yaml_flow_scalar(method));
  return fmt::format("{{handler: {}, {}: {}{}}}", document::yaml_flow_scalar(rule.handler),
                     is_template ? "template" : "pattern", document::yaml_flow_scalar(rule.pattern),
                     methods.empty() ? "" : fmt::format(", methods: [{}]", util::joined(methods)));
}

std::string test_entry(const model::RuleTest& test) {
  const std::string request = test.method + " " + test.target;
  if (!has_blank(test.handler)) return document::yaml_scalar(fmt::format("{} -> {}", request, test.handler));
  return fmt::format("{{request: {}, handler: {}}}", document::yaml_flow_scalar(request),
                     document::yaml_flow_scalar(test.handler));
}

std::string rule_name(const model::Rule& rule) {
  const std::string& path = rule.handler.empty() ? rule.pattern : rule.handler;
  return util::printable((rule.methods.empty() ? "" : util::joined(rule.methods, ",") + " ") + path, 200);
}

}  // namespace routemeter::rules
