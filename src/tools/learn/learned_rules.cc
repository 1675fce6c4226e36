// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <set>

#include "document/yaml_scalar.h"
#include "route/router.h"
#include "rules/rule_loader.h"
#include "rules/rule_text.h"
#include "tools/learn/learn.h"
#include "util/printable.h"
#include "util/words.h"

namespace routemeter::learn {
namespace {

using util::grouped;

constexpr std::size_t kNoiseShown = 20;
constexpr std::size_t kLogsShown = 5;
constexpr std::size_t kRuleWidth = 44;

// A file name inside a comment: no byte of it ends the line, for any reader of YAML.
std::string in_comment(const std::string& name) {
  std::string out;
  for (const char c : util::printable(name, 200)) out += static_cast<unsigned char>(c) < 0x80 ? c : '?';
  return out;
}

model::Rule rule_of(const Route& route) {
  model::Rule rule;
  rule.methods.assign(route.methods.begin(), route.methods.end());
  rule.handler = rule.pattern = route.pattern.text;
  return rule;
}

// The values of a parameter stand beside the first rule that has it.
std::string evidence_of(const Route& route, std::set<const Node*>& told) {
  const Ends& ends = route.node->ends;
  std::string out = grouped(ends.total(), "hit");
  if (const std::uint64_t unknown = ends.total(Proof::kUnknown); unknown > 0)
    out += fmt::format(" ({} not found)", grouped(unknown));
  for (const Parameter& p : route.pattern.parameters) {
    if (!told.insert(p.node).second) continue;
    const Values& values = *p.node->values;
    out += fmt::format("; {}{} {}", values.exact() ? "" : "about ", grouped(values.distinct()), p.name);
    const std::size_t examples = std::min<std::size_t>(values.examples().size(), p.name == "email" ? 0 : 2);
    for (std::size_t i = 0; i < examples; ++i) {
      std::string value = shown_value(*p.node, Kind::kWord, i);
      if (value.size() > 40) value = value.substr(0, 37) + "...";
      out += (i == 0 ? ": " : ", ") + value;
    }
  }
  return out;
}

std::string head_of(const Learned& learned, const std::vector<std::string>& logs, const std::string& rules) {
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < logs.size() && i < kLogsShown; ++i) shown.push_back(in_comment(logs[i]));
  std::string out = fmt::format("# Learned by routemeter learn from {} of {}", grouped(learned.lines, "line"),
                                util::joined(shown));
  if (logs.size() > kLogsShown) out += fmt::format(" and {} more", logs.size() - kLogsShown);
  const std::uint64_t rest = learned.requests - learned.by_rules;
  out += ".\n";
  if (!rules.empty()) {
    out +=
        fmt::format("# Only what {} leaves unmatched: put these rules below its own. It has {} of\n# {}.\n",
                    in_comment(rules), grouped(learned.by_rules), grouped(learned.requests, "request"));
  }
  out +=
      fmt::format("# {} for {} of {} ({}).\n", grouped(learned.found.routes.size(), "rule"),
                  grouped(learned.learned), grouped(rest, "request"), util::percent(learned.learned, rest));
  if (learned.found.rare > 0) {
    out += fmt::format("# Left out: {} with fewer than {} answered requests, {} in all (--min-hits).\n",
                       grouped(learned.found.rare, "path"), grouped(learned.min_hits),
                       grouped(learned.found.rare_requests, "request"));
  }
  if (learned.routes.crowded())
    out +=
        "# Some places had more different words than are kept apart: they were merged before all were "
        "seen.\n";
  if (learned.dropped > 0) {
    out += fmt::format("# There was no room for {} with too many different paths: they are not in here.\n",
                       grouped(learned.dropped, "request"));
  }
  out +=
      "# A proposal: read it, give the parameters the names that your application has, and run\n"
      "#   routemeter check FILE && routemeter test FILE\n";
  return out;
}

std::string routes_text(const Learned& learned) {
  if (learned.found.routes.empty()) return "routes: []\n";
  std::string out = "routes:\n";
  std::set<const Node*> told;
  for (const Route& route : learned.found.routes) {
    std::string rule = rules::rule_entry(rule_of(route));
    rule.resize(std::max(rule.size(), kRuleWidth), ' ');
    out += fmt::format("  - {}  # {}\n", rule, evidence_of(route, told));
  }
  return out;
}

std::string noise_text(const std::vector<Noise>& noise) {
  if (noise.empty()) return "";
  std::uint64_t hits = 0;
  for (const Noise& n : noise) hits += n.hits;
  std::string out =
      fmt::format("\n# No rules: what was never answered, or is what scanners ask for: {}, {}.\n",
                  grouped(hits, "request"), grouped(noise.size(), "path"));
  for (std::size_t i = 0; i < noise.size() && i < kNoiseShown; ++i)
    out += fmt::format("#   {:>8}  {}\n", grouped(noise[i].hits), noise[i].path);
  if (noise.size() > kNoiseShown)
    out += fmt::format("#             and {} more\n", grouped(noise.size() - kNoiseShown));
  return out;
}

// Only tests that hold: where rules overlap, an example may belong to an earlier one.
std::string tests_text(const Learned& learned, const std::string& rules) {
  const auto file = rules::parse_rule_file(rules, "learned rules");
  if (!file) return "";
  const auto router = route::compile(*file);
  if (!router) return "";
  const auto resolver = route::make_resolver(*router);
  std::string out;
  for (const Route& route : learned.found.routes) {
    for (const std::string& target : route.examples) {
      model::Request request;
      request.method = route.methods.empty() ? "GET" : route.methods.front();
      request.target = target;
      if ((*router)->labels()[resolver->resolve(request).label] != route.pattern.text) continue;
      model::RuleTest test;
      test.method = request.method;
      test.target = target;
      test.handler = route.pattern.text;
      out += fmt::format("  - {}\n", rules::test_entry(test));
      break;
    }
  }
  return out;
}

}  // namespace

std::string rule_text(const Learned& learned, const std::vector<std::string>& logs,
                      const std::string& rules) {
  const std::string body = fmt::format("version: 1\nformat: {}\n\n{}", document::yaml_scalar(learned.format),
                                       routes_text(learned));
  const std::string tests = tests_text(learned, body);
  return head_of(learned, logs, rules) + body + noise_text(learned.noise) +
         (tests.empty() ? "" : "\ntests:\n" + tests);
}

}  // namespace routemeter::learn
