// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "document/yaml_scalar.h"
#include "model/method.h"
#include "tools/check/review/reviews.h"
#include "util/fmt.h"
#include "util/words.h"

namespace routemeter::check {
namespace {

using model::Rule;

bool overlap(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return a.empty() || b.empty() || std::any_of(a.begin(), a.end(), [&b](const std::string& method) {
           return std::find(b.begin(), b.end(), method) != b.end();
         });
}

// Equal for templates that a router takes for the same: the names of parameters do not matter.
std::string path_key(const Rule& rule, std::string_view regex) {
  return rule.host + ' ' + std::string(regex);
}

void review_labels(const Subject& subject, Findings& findings) {
  std::unordered_map<std::string, const Rule*> first;
  for (std::size_t i = 0; i < subject.shapes.size(); ++i) {
    const Rule& rule = subject.file.routes[i];
    if (rule.kind != Rule::Kind::kTemplate) continue;
    const auto [at, added] = first.emplace(path_key(rule, subject.shapes[i].regex), &rule);
    const Rule& earlier = *at->second;
    if (added || earlier.handler == rule.handler || overlap(earlier.methods, rule.methods)) continue;
    findings.add("two-labels", rule.at,
                 fmt::format("its paths have another label in {}: they are two handlers", line_of(earlier)),
                 "write the same parameter names in both, unless the application itself names them so");
  }
}

void review_slash_twins(const Subject& subject, Findings& findings) {
  if (!subject.file.options.redirect_slashes) return;
  std::unordered_map<std::string, const Rule*> by_path;
  for (std::size_t i = 0; i < subject.shapes.size(); ++i) {
    const Rule& rule = subject.file.routes[i];
    if (rule.kind == Rule::Kind::kTemplate) by_path.emplace(path_key(rule, subject.shapes[i].regex), &rule);
  }
  for (std::size_t i = 0; i < subject.shapes.size(); ++i) {
    const Rule& rule = subject.file.routes[i];
    if (rule.kind != Rule::Kind::kTemplate || !rule.pattern.ends_with('/') || rule.pattern.size() < 2)
      continue;
    // Quoted in the regex.
    std::string bare = subject.shapes[i].regex;
    bare.resize(bare.size() - (bare.ends_with("\\/") ? 2 : 1));
    const auto twin = by_path.find(path_key(rule, bare));
    if (twin == by_path.end() || twin->second->handler == rule.handler) continue;
    if (!overlap(twin->second->methods, rule.methods)) continue;
    std::string label = rule.handler;
    label.pop_back();
    findings.add("slash-twin", rule.at,
                 fmt::format("requests with and without the slash at the end are two handlers: see {}",
                             line_of(*twin->second)),
                 fmt::format("for one handler write {{template: {}, handler: {}}}",
                             document::yaml_flow_scalar(rule.pattern), document::yaml_flow_scalar(label)));
  }
}

// `others`: the methods that a finding has told to become "other"; once in a file is enough.
void review_method(const Rule& rule, const std::string& method, bool verbatim, std::set<std::string>& others,
                   Findings& findings) {
  const auto& known = model::kMethods;
  if (std::find(known.begin(), known.end(), method) != known.end()) return;
  const bool joined = method.find_first_of("|+&") != std::string::npos;
  std::string hint;
  if (const std::string_view near = util::nearest(method, known); !near.empty() && !joined) {
    hint = fmt::format("did you mean {}?", near);
  } else if (joined) {
    hint = "write several methods with commas: GET,POST";
  } else if (method == "ALL") {
    hint = "leave the methods out for any method";
  }
  if (!hint.empty()) {
    findings.add("unknown-method", rule.at, fmt::format("no client sends the method {}", method),
                 std::move(hint));
  } else if (!verbatim && others.insert(method).second) {
    findings.add(
        "other-method", rule.at,
        fmt::format("requests with the method {} will have the label method=\"other\"", method),
        "to see it by its name write unknown_methods: verbatim under 'options:', and bound what clients "
        "send with limits: {labels: {method: 20}}");
  }
}

// Go writes {rest...} for what spans slashes; here the dots are part of the name.
void review_parameters(const Rule& rule, Findings& findings) {
  const std::size_t at = rule.pattern.find("...}");
  if (at == std::string::npos) return;
  const std::size_t open = rule.pattern.rfind('{', at);
  const std::string name = rule.pattern.substr(open + 1, at - open - 1);
  findings.add_inside("one-segment", rule.pattern, rule.pattern_at, open,
                      fmt::format("'{{{}...}}' takes one segment here, not all that follow", name),
                      fmt::format("write {{{}:path}}", name));
}

// Labels that have a meaning before any rule is written.
void review_handler(const Rule& rule, Findings& findings) {
  if (rule.handler == "none") {
    findings.add("reserved-handler", rule.at, "requests that no rule matches are counted under 'none' too",
                 "give it another name; for requests without a handler write a stop: {stop: RE2}");
  } else if (rule.handler == "other") {
    findings.add("reserved-handler", rule.at, "labels beyond the limits are counted under 'other' too",
                 "give it another name");
  }
}

}  // namespace

void review_routes(const Subject& subject, Findings& findings) {
  std::set<std::string> others;
  for (const Rule& rule : subject.file.routes) {
    for (const std::string& method : rule.methods) {
      review_method(rule, method, subject.file.options.verbatim_methods, others, findings);
    }
    review_handler(rule, findings);
    if (rule.kind != Rule::Kind::kTemplate) continue;
    review_parameters(rule, findings);
    if (const std::size_t at = rule.pattern.find("//"); at != std::string::npos) {
      findings.add_inside("double-slash", rule.pattern, rule.pattern_at, at,
                          "only requests with two slashes here match", "write one '/'");
    }
  }
  review_labels(subject, findings);
  review_slash_twins(subject, findings);
}

}  // namespace routemeter::check
