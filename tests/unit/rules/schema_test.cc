// SPDX-License-Identifier: Apache-2.0
// The JSON schemas in rules/ know the words that the loaders know, no more and no fewer.
// tests/support/check_schema.py validates real files against it.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <span>
#include <string>

#include <catch2/catch.hpp>

#include "app/load/config_file.h"
#include "document/yaml_reader.h"
#include "model/rule_file.h"
#include "rules/rule_keys.h"

namespace {

using routemeter::document::YamlNode;
using routemeter::document::YamlPtr;
using Words = std::set<std::string>;
namespace keys = routemeter::rules;
namespace model = routemeter::model;

// JSON is YAML: our own reader reads the schema.
YamlPtr schema(const std::string& name = "routemeter-rules") {
  std::ifstream in(std::string(ROUTEMETER_SOURCE_DIR) + "/rules/" + name + ".schema.json", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  routemeter::util::SourceText file;
  auto tree = routemeter::document::read_yaml(text, file);
  if (!tree) FAIL(routemeter::util::format(tree.errors()));
  return *tree;
}

const YamlNode* find(const YamlNode& node, const std::string& key) {
  for (const auto& [name, value] : node.entries) {
    if (name->text == key) return value.get();
  }
  return nullptr;
}

// A node by its path, "definitions/options/properties"; list items by number.
const YamlNode& at(const YamlNode& root, const std::string& path) {
  const YamlNode* node = &root;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string step = path.substr(begin, end - begin);
    const YamlNode* next = node->is_list() ? node->items.at(std::stoul(step)).get() : find(*node, step);
    if (next == nullptr) FAIL("the schema has no " << path);
    node = next;
    begin = end + 1;
  }
  return *node;
}

Words keys_of(const YamlNode& map) {
  Words out;
  for (const auto& [name, value] : map.entries) out.insert(name->text);
  return out;
}

Words items_of(const YamlNode& list) {
  Words out;
  for (const YamlPtr& item : list.items) out.insert(item->text);
  return out;
}

Words words(std::span<const std::string_view> table) { return {table.begin(), table.end()}; }

// The words and the range of each row that has them.
template <typename Rows>
void check_values(const YamlNode& root, const std::string& path, const Rows& rows) {
  for (const auto& row : rows) {
    CAPTURE(path, row.key);
    const std::string property = path + std::string(row.key);
    if (!row.values.words.empty()) CHECK(items_of(at(root, property + "/enum")) == words(row.values.words));
    if (row.values.most == 0) continue;
    CHECK(at(root, property + "/minimum").text == std::to_string(row.values.least));
    CHECK(at(root, property + "/maximum").text == std::to_string(row.values.most));
  }
}

struct Row {
  std::string path;
  std::span<const std::string_view> table;
};

void check_descriptions(const YamlNode& node, const std::string& path) {
  if (!node.is_map()) return;
  if (const YamlNode* properties = find(node, "properties"); properties != nullptr && properties->is_map()) {
    for (const auto& [name, value] : properties->entries) {
      const bool described = find(*value, "description") != nullptr || find(*value, "$ref") != nullptr ||
                             find(*value, "anyOf") != nullptr;
      INFO(path << "/" << name->text);
      CHECK(described);
    }
    const YamlNode* further = find(node, "additionalProperties");
    INFO(path);
    REQUIRE(further != nullptr);
    CHECK(further->text == "false");
  }
}

}  // namespace

TEST_CASE("the schema has the keys of the loader") {
  const YamlPtr root = schema();
  const Row rows[] = {
      {"properties", keys::kFileKeys},
      {"definitions/format/properties", keys::kFormatKeys},
      {"definitions/fields/properties", keys::kFieldKeys},
      {"definitions/duration_source/properties", keys::kFieldSourceKeys},
      {"definitions/options/properties", keys::kOptionKeys},
      {"definitions/metric/properties", keys::kMetricKinds},
      {"definitions/limits/properties/labels/properties", keys::kLimitedLabels},
      {"definitions/limits/properties", keys::kLimitKeys},
      {"definitions/test/properties", keys::kTestKeys},
  };
  for (const Row& row : rows) {
    CAPTURE(row.path);
    CHECK(keys_of(at(*root, row.path)) == words(row.table));
  }
  for (const model::MetricKind& kind : model::kMetricKinds) {
    const bool own = kind.group != model::kOther || kind.key == "inprogress";
    const std::string definition(own ? kind.key : "simple_metric");
    CAPTURE(kind.key);
    CHECK(at(*root, "definitions/metric/properties/" + std::string(kind.key) + "/anyOf/0/$ref").text ==
          "#/definitions/" + definition);
    CHECK(keys_of(at(*root, "definitions/" + definition + "/properties")) == words(keys::metric_keys(kind)));
  }
  // Three kinds of rules share one table.
  Words rule = keys_of(at(*root, "definitions/rule_template/properties"));
  rule.merge(keys_of(at(*root, "definitions/rule_pattern/properties")));
  rule.merge(keys_of(at(*root, "definitions/rule_stop/properties")));
  CHECK(rule == words(keys::kRuleKeys));
  CHECK(keys_of(at(*root, "definitions/field_source/properties")) == Words{"field"});
}

TEST_CASE("the schema has the words of the loader") {
  const YamlPtr root = schema();
  const Row rows[] = {
      {"definitions/format/properties/escape/enum", routemeter::model::kEscapeNames},
      {"definitions/format/properties/envelope/enum", routemeter::model::kEnvelopeNames},
      {"definitions/duration_source/properties/unit/enum", routemeter::model::kUnitNames},
      {"properties/metrics/items/oneOf/0/enum", keys::kMetricKinds},
      {"definitions/latency/properties/labels/items/enum", keys::kMetricLabels},
      {"definitions/simple_metric/properties/labels/items/enum", keys::kMetricLabels},
      {"definitions/inprogress/properties/labels/items/enum", keys::kInprogressLabels},
      {"definitions/labels/propertyNames/not/enum", keys::kReservedLabels},
  };
  for (const Row& row : rows) {
    CAPTURE(row.path);
    CHECK(items_of(at(*root, row.path)) == words(row.table));
  }
  check_values(*root, "definitions/format/properties/", keys::kFormat);
  check_values(*root, "definitions/duration_source/properties/", keys::kFieldSource);
  check_values(*root, "definitions/options/properties/", keys::kOptions);
  check_values(*root, "definitions/limits/properties/", keys::kLimits);
  for (const std::string_view label : keys::kLimitedLabels) {
    const keys::LimitKey one[] = {{label, &model::Limits::max_series, keys::kSeries}};
    check_values(*root, "definitions/limits/properties/labels/properties/", one);
  }
  check_values(*root, "definitions/test/properties/", keys::kTests);
}

TEST_CASE("the manual page names every key and metric of a rule file") {
  std::ifstream in(std::string(ROUTEMETER_SOURCE_DIR) + "/man/routemeter-rules.5", std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  constexpr auto metric_keys = keys::names_of(model::kMetricKeys);
  const std::span<const std::string_view> tables[] = {
      keys::kFileKeys,   keys::kFormatKeys,  keys::kFieldKeys, keys::kFieldSourceKeys, keys::kRuleKeys,
      keys::kOptionKeys, keys::kMetricKinds, metric_keys,      keys::kLimitKeys,       keys::kTestKeys};
  for (const auto& table : tables) {
    for (const std::string_view key : table) {
      CAPTURE(key);
      CHECK(std::regex_search(page, std::regex("\\b" + std::string(key) + "\\b")));
    }
  }
}

TEST_CASE("the schema has the defaults of the model") {
  const YamlPtr root = schema();
  const routemeter::model::RuleFile file;
  for (const keys::OptionKey& row : keys::kOptions) {
    const auto value = keys::text_of(row, file.options);
    if (!value) continue;
    CAPTURE(row.key);
    CHECK(at(*root, "definitions/options/properties/" + std::string(row.key) + "/default").text == *value);
  }
  CHECK(at(*root, "properties/format/default").text == file.format.text);
  CHECK(at(*root, "definitions/limits/properties/max_series/default").text ==
        std::to_string(file.limits.max_series));
}

TEST_CASE("every property is described, and no other is allowed") {
  for (const std::string name : {"routemeter-rules", "routemeter-config"}) {
    const YamlPtr root = schema(name);
    check_descriptions(*root, name);
    for (const auto& [definition, value] : at(*root, "definitions").entries) {
      check_descriptions(*value, name + "/" + definition->text);
    }
  }
}

TEST_CASE("the schema of the configuration file has the words of its loader") {
  const YamlPtr root = schema("routemeter-config");
  CHECK(keys_of(at(*root, "properties")) == words(routemeter::app::kConfigKeys));
  CHECK(keys_of(at(*root, "definitions/service/properties")) == words(routemeter::app::kServiceKeys));
  CHECK(items_of(at(*root, "definitions/labels/propertyNames/not/enum")) == words(keys::kReservedLabels));
  CHECK(at(*root, "definitions/service/properties/name/default").text ==
        routemeter::app::ServiceConfig().name);
}
