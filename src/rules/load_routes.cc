// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "document/yaml_scalar.h"
#include "route/template/template.h"
#include "rules/load_context.h"
#include "rules/rule_keys.h"
#include "util/ascii.h"
#include "util/words.h"

namespace routemeter::rules {
namespace {

using model::Rule;

constexpr std::string_view kRuleForms =
    "a rule is 'GET /path/{parameter}', '/path' for any method, {handler: LABEL, pattern: RE2}, "
    "{template: /path, handler: LABEL} or {stop: RE2}";

void report_template(LoadContext& context, const YamlNode& node, std::size_t offset, std::string_view text) {
  const auto parts = route::parse_template(text);
  if (parts) return;
  for (const util::Diagnostic& d : parts.errors()) {
    context.error(inside(node, offset + static_cast<std::size_t>(d.at.column) - 1), d.message, d.hint);
  }
}

// One method; Starlette upper-cases what a route lists, so `get` means GET.
void add_method(LoadContext& context, util::Position at, std::string_view word,
                std::vector<std::string>& out) {
  const std::string shown = "'" + std::string(word) + "'";
  if (word == "*" || word == "ANY" || word == "any") {
    context.error(at, shown + " is not a method", "leave the methods out for any method");
  } else if (!is_token(word)) {
    context.error(at, word.empty() ? "a method is missing" : shown + " is not a method",
                  "write GET, or several with commas: GET,PUT");
  } else {
    std::string method(word);
    std::ranges::transform(method, method.begin(), util::to_upper);
    if (std::find(out.begin(), out.end(), method) != out.end()) {
      context.error(at, "method " + shown + " is there twice", "keep one of them");
    } else {
      out.push_back(std::move(method));
    }
  }
}

// "GET,PUT" at byte `offset` of the node's text.
std::vector<std::string> split_methods(LoadContext& context, const YamlNode& node, std::string_view list,
                                       std::size_t offset) {
  std::vector<std::string> out;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t comma = std::min(list.find(',', begin), list.size());
    std::size_t at = offset + begin;
    const std::string_view word = document::trim(list.substr(begin, comma - begin), at);
    add_method(context, inside(node, at), word, out);
    begin = comma + 1;
  }
  return out;
}

// Where the path of "METHODS /path" begins: at the first '/' that nothing or a blank is before.
std::size_t path_offset(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '/' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t')) return i;
  }
  return std::string_view::npos;
}

// No path: says whether the method or the slash is what stands there.
void report_no_path(LoadContext& context, const YamlNode& node, std::string_view text, std::size_t offset) {
  const std::size_t blank = text.find_first_of(" \t");
  const bool has_slash = text.find('/') != std::string_view::npos;
  if (blank == std::string_view::npos && !has_slash) {
    context.error(inside(node, offset), text.empty() ? "an empty rule" : "the path is missing in this rule",
                  "write 'GET /path'; inside [...] put a rule with commas in quotes");
    return;
  }
  if (blank != std::string_view::npos) {
    const std::size_t rest = std::min(text.find_first_not_of(" \t", blank), text.size());
    offset += rest;
    text.remove_prefix(rest);
  }
  context.error(inside(node, offset), "a template begins with '/'", "write '/" + std::string(text) + "'");
}

void load_text_rule(LoadContext& context, const YamlNode& node) {
  std::size_t offset = 0;
  const std::string_view text = document::trim(node.text, offset);
  const std::size_t path = path_offset(text);
  if (path == std::string_view::npos) return report_no_path(context, node, text, offset);

  Rule rule;
  rule.kind = Rule::Kind::kTemplate;
  rule.text = text;
  rule.at = node.at;
  if (path > 0) {
    const std::string_view methods = text.substr(0, text.find_last_not_of(" \t", path - 1) + 1);
    rule.methods = split_methods(context, node, methods, offset);
  }
  rule.pattern = text.substr(path);
  rule.handler = rule.pattern;
  rule.pattern_at = inside(node, offset + path);
  if (const std::size_t arrow = rule.pattern.find(" -> "); arrow != std::string::npos) {
    context.error(inside(node, offset + path + arrow + 1), "a rule has no '->'",
                  "for a label of its own write {template: /path, handler: LABEL}");
    return;
  }
  if (const std::size_t protocol = rule.pattern.find(" HTTP/"); protocol != std::string::npos) {
    context.error(inside(node, offset + path + protocol + 1), "a rule has no protocol",
                  "leave 'HTTP/...' out");
    return;
  }
  report_template(context, node, offset + path, rule.pattern);
  context.file.routes.push_back(std::move(rule));
}

std::vector<std::string> load_methods(LoadContext& context, const YamlNode& node) {
  if (node.is_scalar()) return split_methods(context, node, node.text, 0);
  std::vector<std::string> out;
  const auto* items = context.list(node, "methods");
  if (items == nullptr) return out;
  if (items->empty()) {
    context.error(node.at, "'methods' is empty", "leave it out for any method");
  }
  for (const YamlPtr& item : *items) {
    if (const auto word = context.text(*item, "methods")) add_method(context, item->at, *word, out);
  }
  return out;
}

// A host is compared without port and case (model::Rule); what cannot match is refused.
std::string load_host(LoadContext& context, const YamlNode& node) {
  auto host = context.non_empty(node, "host");
  if (!host) return {};
  const bool address = host->front() == '[' && host->back() == ']';
  const std::size_t bad = address ? std::string::npos : host->find_first_of(":/*?@[] ");
  if (bad != std::string::npos) {
    const std::string_view hint = (*host)[bad] == ':' && host->find("//") == std::string::npos
                                      ? "a host is compared without its port; leave the port out"
                                  : (*host)[bad] == '*'
                                      ? "a host is compared as a whole; write one rule for each"
                                      : "write the name alone: cdn.example.org";
    context.error(inside(node, bad), "'" + *host + "' is not a host name", std::string(hint));
  }
  return util::to_lower(*host);
}

// The rule as a person would write it on one line.
std::string text_of(const Rule& rule) {
  const std::string pattern = document::single_quoted(rule.pattern);
  const std::string handler = document::single_quoted(rule.handler);
  std::string out =
      rule.kind == Rule::Kind::kTemplate  ? fmt::format("template: {}, handler: {}", pattern, handler)
      : rule.kind == Rule::Kind::kPattern ? fmt::format("handler: {}, pattern: {}", handler, pattern)
                                          : fmt::format("stop: {}", pattern);
  if (!rule.methods.empty()) out += fmt::format(", methods: [{}]", util::joined(rule.methods));
  if (!rule.host.empty()) out += fmt::format(", host: {}", rule.host);
  return fmt::format("{{{}}}", out);
}

// Which of `template`, `pattern` and `stop` a map has; the others and what does not go with it are reported.
const LoadContext::Entry* matcher_of(LoadContext& context, const YamlNode& node,
                                     const std::vector<LoadContext::Entry>& entries) {
  const LoadContext::Entry* matcher = nullptr;
  const LoadContext::Entry* handler = nullptr;
  for (const LoadContext::Entry& entry : entries) {
    if (entry.key == "handler") handler = &entry;
    if (std::ranges::find(Rule::kKindNames, entry.key) == Rule::kKindNames.end()) continue;
    if (matcher != nullptr) {
      context.error(entry.key_node->at, fmt::format("'{}' beside '{}' in one rule", entry.key, matcher->key),
                    "a rule has one of template, pattern and stop; make two rules of it");
      return nullptr;
    }
    matcher = &entry;
  }
  if (matcher == nullptr && handler == nullptr) {
    context.error(node.at, "a rule without a path", std::string(kRuleForms));
  } else if (matcher == nullptr) {
    context.error(handler->key_node->at, "'handler' without 'pattern'",
                  "add pattern: RE2 or template: /path, which say what the label is for");
  } else if (matcher->key == "pattern" && handler == nullptr) {
    context.error(matcher->key_node->at, "'pattern' without 'handler'",
                  "add handler: LABEL, which the requests are counted under");
  } else if (matcher->key == "stop" && handler != nullptr) {
    context.error(handler->key_node->at, "'handler' beside 'stop' in one rule",
                  "what a stop matches has no handler; for a label use pattern instead of stop");
  }
  return matcher;
}

void load_map_rule(LoadContext& context, const YamlNode& node) {
  if (node.entries.size() == 1 && node.entries[0].first->text.find('/') != std::string::npos) {
    context.error(
        node.entries[0].first->at, "a rule with ':' behind the path",
        "for a label of its own write {template: /path, handler: LABEL}; put a path with ': ' in quotes");
    return;
  }
  const std::size_t before = context.findings();
  const auto entries = context.entries(node, "routes", kRuleKeys);
  if (context.findings() != before) return;
  const LoadContext::Entry* matcher = matcher_of(context, node, entries);
  Rule rule;
  rule.at = node.at;
  for (const LoadContext::Entry& entry : entries) {
    if (entry.key == "methods") rule.methods = load_methods(context, *entry.value);
    if (entry.key == "host") rule.host = load_host(context, *entry.value);
    if (entry.key == "handler") rule.handler = context.non_empty(*entry.value, "handler").value_or("");
  }
  if (matcher == nullptr) return;
  const auto pattern = context.non_empty(*matcher->value, matcher->key);
  if (!pattern) return;
  rule.pattern = *pattern;
  rule.pattern_at = matcher->value->at;
  rule.kind =
      static_cast<Rule::Kind>(std::ranges::find(Rule::kKindNames, matcher->key) - Rule::kKindNames.begin());
  if (rule.kind == Rule::Kind::kTemplate) {
    report_template(context, *matcher->value, 0, rule.pattern);
    if (rule.handler.empty()) rule.handler = rule.pattern;
  }
  rule.text = text_of(rule);
  context.file.routes.push_back(std::move(rule));
}

}  // namespace

void load_routes(LoadContext& context, const YamlNode& node) {
  const auto* items = context.list(node, "routes");
  if (items == nullptr) return;
  for (const YamlPtr& item : *items) {
    if (item->is_scalar()) {
      load_text_rule(context, *item);
    } else if (item->is_map()) {
      load_map_rule(context, *item);
    } else {
      context.error(item->at, "a rule is text or a map, not " + describe(*item), std::string(kRuleForms));
    }
  }
}

void load_exclude(LoadContext& context, const YamlNode& node) {
  const auto* items = context.list(node, "exclude");
  if (items == nullptr) return;
  for (const YamlPtr& item : *items) {
    if (item->is_scalar() && item->text.empty()) {
      context.error(item->at, "an empty pattern is found in every label: nothing would be counted",
                    "remove it");
    } else if (auto text = context.text(*item, "exclude")) {
      context.file.exclude.push_back({std::move(*text), item->at});
    }
  }
}

}  // namespace routemeter::rules
