// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <set>

#include "document/yaml_scalar.h"
#include "route/router.h"
#include "rules/rule_loader.h"
#include "tools/learn/learn.h"
#include "util/printable.h"

namespace routemeter::learn {
namespace {

constexpr std::size_t kNoiseShown = 20;
constexpr std::size_t kLogsShown = 5;
constexpr std::size_t kCommentColumn = 48;

std::string number(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t i = digits.size(); i > 3;) digits.insert(i -= 3, 1, ',');
  return digits;
}

std::string counted(std::uint64_t value, std::string_view one, std::string_view many) {
  return number(value) + " " + std::string(value == 1 ? one : many);
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f %%",
                whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole));
  return text;
}

// A file name inside a comment: no byte of it ends the line, for any reader of YAML.
std::string in_comment(const std::string& name) {
  std::string out;
  for (const char c : util::printable(name, 200)) out += static_cast<unsigned char>(c) < 0x80 ? c : '?';
  return out;
}

std::string rule_of(const Route& route) {
  std::string out;
  for (const std::string_view method : route.methods) out.append(out.empty() ? "" : ",").append(method);
  return out.append(out.empty() ? "" : " ").append(route.pattern.text);
}

// The values of a parameter stand beside the first rule that has it.
std::string evidence_of(const Route& route, std::set<const Node*>& told) {
  const Ends& ends = route.node->ends;
  std::string out = counted(ends.total(), "hit", "hits");
  if (const std::uint64_t unknown = ends.total(Proof::kUnknown); unknown > 0)
    out += " (" + number(unknown) + " not found)";
  for (const Parameter& p : route.pattern.parameters) {
    if (!told.insert(p.node).second) continue;
    const Values& values = *p.node->values;
    out += std::string("; ") + (values.exact() ? "" : "about ") + number(values.distinct()) + " " + p.name;
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
  std::string out = "# Learned by routemeter learn from " + counted(learned.lines, "line", "lines") + " of ";
  for (std::size_t i = 0; i < logs.size() && i < kLogsShown; ++i)
    out += (i == 0 ? "" : ", ") + in_comment(logs[i]);
  if (logs.size() > kLogsShown) out += " and " + std::to_string(logs.size() - kLogsShown) + " more";
  const std::uint64_t rest = learned.requests - learned.by_rules;
  out += ".\n";
  if (!rules.empty()) {
    out += "# Only what " + in_comment(rules) + " leaves unmatched: put these rules below its own. It has " +
           number(learned.by_rules) + " of\n# " + counted(learned.requests, "request", "requests") + ".\n";
  }
  out += "# " + counted(learned.found.routes.size(), "rule", "rules") + " for " + number(learned.learned) +
         " of " + counted(rest, "request", "requests") + " (" + percent(learned.learned, rest) + ").\n";
  if (learned.found.rare > 0) {
    out += "# Left out: " + counted(learned.found.rare, "path", "paths") + " with fewer than " +
           number(learned.min_hits) + " answered requests, " +
           counted(learned.found.rare_requests, "request", "requests") + " in all (--min-hits).\n";
  }
  if (learned.crowded)
    out +=
        "# Some places had more different words than are kept apart: they were merged before all were "
        "seen.\n";
  if (learned.dropped > 0) {
    out += "# There was no room for " + counted(learned.dropped, "request", "requests") +
           " with too many different paths: they are not in here.\n";
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
    std::string line = "  - " + util::yaml_scalar(rule_of(route));
    line.resize(std::max(line.size(), kCommentColumn), ' ');
    out += line + "  # " + evidence_of(route, told) + "\n";
  }
  return out;
}

std::string noise_text(const std::vector<Noise>& noise) {
  if (noise.empty()) return "";
  std::uint64_t hits = 0;
  for (const Noise& n : noise) hits += n.hits;
  std::string out = "\n# No rules: what was never answered, or is what scanners ask for: " +
                    counted(hits, "request", "requests") + ", " + counted(noise.size(), "path", "paths") +
                    ".\n";
  for (std::size_t i = 0; i < noise.size() && i < kNoiseShown; ++i) {
    char line[128];
    std::snprintf(line, sizeof line, "#   %8s  %s\n", number(noise[i].hits).c_str(), noise[i].path.c_str());
    out += line;
  }
  if (noise.size() > kNoiseShown)
    out += "#             and " + number(noise.size() - kNoiseShown) + " more\n";
  return out;
}

// Only tests that hold: where rules overlap, an example may belong to an earlier one.
std::string tests_text(const Learned& learned, const std::string& rules) {
  const auto file = route::parse_rule_file(rules, "learned rules");
  if (!file) return "";
  const auto router = route::compile(*file);
  if (!router) return "";
  const auto resolver = route::make_resolver(*router);
  std::string out;
  for (const Route& route : learned.found.routes) {
    for (const std::string& target : route.examples) {
      const std::string method(route.methods.empty() ? "GET" : route.methods.front());
      model::Request request;
      request.method = method;
      request.target = target;
      const route::Decision decision = resolver->resolve(request);
      if ((*router)->labels()[decision.label] != route.pattern.text) continue;
      out += "  - " + util::yaml_scalar(method + " " + target + " -> " + route.pattern.text) + "\n";
      break;
    }
  }
  return out;
}

}  // namespace

std::string rule_text(const Learned& learned, const std::vector<std::string>& logs,
                      const std::string& rules) {
  const std::string body =
      "version: 1\nformat: " + util::yaml_scalar(learned.format) + "\n\n" + routes_text(learned);
  const std::string tests = tests_text(learned, body);
  return head_of(learned, logs, rules) + body + noise_text(learned.noise) +
         (tests.empty() ? "" : "\ntests:\n" + tests);
}

}  // namespace routemeter::learn
