// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "document/yaml_scalar.h"
#include "tools/test/run_tests.h"
#include "util/fmt.h"
#include "util/utf8.h"

namespace routemeter::explain {
namespace {

constexpr std::string_view kBlanks = " \t";

bool has_outer_blank(std::string_view text) {
  return text.empty() || kBlanks.find(text.front()) != std::string_view::npos ||
         kBlanks.find(text.back()) != std::string_view::npos;
}

// A rule file is UTF-8. A byte that is none means the same when it is percent-encoded.
std::string as_utf8(std::string_view target) {
  std::string out;
  for (std::size_t i = 0; i < target.size();) {
    const std::size_t length = util::utf8_length(target.substr(i));
    if (length > 0) {
      out += target.substr(i, length);
      i += length;
      continue;
    }
    out += fmt::format("%{:02X}", static_cast<unsigned char>(target[i++]));
  }
  return out;
}

std::string text_test(const std::string& request, const std::string& outcome) {
  return "  - " + document::yaml_scalar(fmt::format("{} -> {}", request, outcome));
}

// A request from a log can be any token and target; the loader wants what it can tell from the rest of the
// text.
bool can_be_written(std::string_view method, std::string_view target) {
  if (method.empty() || has_outer_blank(target)) return false;
  return target[0] == '/' || target == "*" || method == "CONNECT" ||
         target.find("://") != std::string_view::npos;
}

}  // namespace

std::optional<std::string> test_line(const model::Request& request, const Explanation& explanation,
                                     const model::RuleFile& rules, bool with_status) {
  const std::string target = as_utf8(request.target);
  if (!can_be_written(request.method, target)) return std::nullopt;
  const std::string asked = std::string(request.method) + " " + target;
  const bool matched = explanation.outcome == Outcome::kMatched;
  const std::string outcome = matched                                     ? *explanation.handler
                              : explanation.outcome == Outcome::kExcluded ? "excluded"
                                                                          : "none";
  const bool any_host = std::any_of(rules.routes.begin(), rules.routes.end(),
                                    [](const model::Rule& rule) { return !rule.host.empty(); });
  const bool with_host = any_host && !request.host.empty();
  const bool is_word = matched && (outcome == "none" || outcome == "excluded");
  if (!with_host && !with_status && !is_word && !has_outer_blank(outcome) &&
      asked.find("->") == std::string::npos) {
    return text_test(asked, outcome);
  }
  std::vector<std::pair<std::string_view, std::string>> entries = {
      {"request", document::yaml_flow_scalar(asked)},
      {matched ? "handler" : "outcome", document::yaml_flow_scalar(outcome)}};
  if (with_host)
    entries.insert(entries.begin() + 1, {"host", document::yaml_flow_scalar(as_utf8(request.host))});
  if (with_status) entries.insert(entries.end() - 1, {"status", std::to_string(request.status)});
  for (const auto& [name, value] : explanation.record.labels) {
    if (with_status && name == "status")
      entries.emplace_back("labels", fmt::format("{{status: {}}}", document::yaml_flow_scalar(value)));
  }
  std::string out;
  for (const auto& [key, value] : entries)
    out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", key, value);
  return fmt::format("  - {{{}}}", out);
}

}  // namespace routemeter::explain
