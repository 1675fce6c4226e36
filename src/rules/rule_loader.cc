// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_loader.h"

#include <utility>

#include "document/read_file.h"
#include "document/yaml_reader.h"
#include "rules/load_context.h"
#include "rules/rule_keys.h"

namespace routemeter::rules {
namespace {

constexpr std::string_view kVersion = "1";

// Metrics of a file that names none.
std::vector<model::MetricSpec> default_metrics() {
  std::vector<model::MetricSpec> out(1);
  out.front().kind = "default";
  return out;
}

util::Diagnostics with_code(util::Diagnostics errors, const std::string& code) {
  for (util::Diagnostic& error : errors) error.code = code;
  return errors;
}

void load_version(LoadContext& context, const YamlNode& node) {
  if (node.is_scalar() && node.text == kVersion && !node.quoted) return;
  if (node.is_scalar() && !node.quoted && node.text.find_first_not_of("0123456789") == std::string::npos) {
    context.error(node.at, "version " + node.text + " is not known", "this program reads version 1");
    return;
  }
  context.wrong_type(node, "version", "the number 1", node.quoted ? "write it without quotes" : "");
}

void load_static_labels(LoadContext& context, const YamlNode& node) {
  context.file.labels_at = node.at;
  context.file.labels = load_label_map(context, node);
}

void load_name_space(LoadContext& context, const LoadContext::Entry& entry) {
  model::RuleFile& file = context.file;
  // Clashes are reported where the prefix of all names is set, the first of the two.
  if (file.name_space.empty() && file.subsystem.empty()) file.namespace_at = entry.value->at;
  (entry.key == "namespace" ? file.name_space : file.subsystem) =
      load_metric_name(context, *entry.value, entry.key);
}

void load_key(LoadContext& context, const LoadContext::Entry& entry) {
  using Load = void (*)(LoadContext&, const YamlNode&);
  static constexpr std::pair<std::string_view, Load> kParts[] = {
      {"version", load_version},      {"format", load_format},   {"fields", load_fields},
      {"routes", load_routes},        {"exclude", load_exclude}, {"options", load_options},
      {"labels", load_static_labels}, {"metrics", load_metrics}, {"limits", load_limits},
      {"tests", load_tests},
  };
  for (const auto& [key, load] : kParts) {
    if (key != entry.key) continue;
    context.set_code("invalid-" + std::string(key));
    return load(context, *entry.value);
  }
  context.set_code("invalid-metrics");
  load_name_space(context, entry);
}

util::Diagnostics load(LoadContext& context, const YamlNode& root) {
  const std::string hint = "begin the file with 'version: 1'";
  context.set_code("invalid-file");
  bool has_version = false;
  for (const LoadContext::Entry& entry : context.entries(root, "", kFileKeys)) {
    has_version = has_version || entry.key == "version";
    load_key(context, entry);
  }
  context.set_code("invalid-file");
  if (root.is_map() && !has_version) context.error({1, 1}, "'version' is missing", hint);
  return context.take();
}

}  // namespace

ReadRuleFile read_rule_text(std::string_view text, const std::string& path) {
  ReadRuleFile read;
  model::RuleFile& file = read.file;
  file.path = path;
  file.format.origin = path;
  const auto tree = document::read_yaml(text, file);
  if (!tree) {
    read.errors = with_code(tree.errors(), "invalid-yaml");
  } else if (*tree == nullptr) {
    read.errors = with_code({util::error_about(path, "the rule file is empty", "begin it with 'version: 1'")},
                            "invalid-file");
  } else {
    LoadContext context(file);
    read.errors = load(context, **tree);
  }
  if (file.metrics.empty()) file.metrics = default_metrics();
  return read;
}

util::Result<model::RuleFile> parse_rule_file(std::string_view text, const std::string& path) {
  ReadRuleFile read = read_rule_text(text, path);
  if (!read.errors.empty()) return std::move(read.errors);
  return std::move(read.file);
}

util::Result<model::RuleFile> load_rule_file(const std::string& path) {
  const auto text = document::read_file(path, "rule file");
  if (!text) return text.errors();
  return parse_rule_file(*text, path);
}

model::RuleFile builtin_rules() {
  model::RuleFile file;
  file.path = "built-in rules";
  file.format.origin = file.path;
  file.metrics = default_metrics();
  return file;
}

}  // namespace routemeter::rules
