// SPDX-License-Identifier: Apache-2.0
#include "tools/check/language/rule_shapes.h"

#include <utility>

#include "route/template/template.h"

namespace routemeter::check {

std::vector<RuleShape> shapes_of(const model::RuleFile& file) {
  std::vector<RuleShape> shapes;
  shapes.reserve(file.routes.size());
  for (const model::Rule& rule : file.routes) {
    RuleShape shape;
    shape.regex = rule.pattern;
    if (rule.kind == model::Rule::Kind::kTemplate) {
      if (const auto parts = route::parse_template(rule.pattern)) shape.regex = route::regex_of(*parts);
    }
    shape.tree = parse_path_regex(shape.regex);
    if (shape.tree) shape.language = PathLanguage::make(*shape.tree);
    shapes.push_back(std::move(shape));
  }
  return shapes;
}

}  // namespace routemeter::check
