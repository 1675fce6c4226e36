// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "rules/load_context.h"
#include "rules/rule_keys.h"

namespace routemeter::rules {
namespace {

using model::RuleTest;

constexpr std::string_view kTestForm = "write 'GET /items/42 -> HANDLER', '... -> excluded' or '... -> none'";
constexpr std::string_view kArrow = "->";

// "METHOD TARGET" at byte `offset` of the node's text. The method is taken as it stands: it is what a client
// sends.
bool load_request(LoadContext& context, const YamlNode& node, std::string_view text, std::size_t offset,
                  RuleTest& test) {
  text = document::trim(text, offset);
  const std::size_t blank = std::min(text.find_first_of(" \t"), text.size());
  test.method = text.substr(0, blank);
  std::size_t target_at = offset + blank;
  test.target = document::trim(text.substr(blank), target_at);
  if (test.target.empty()) {
    context.error(inside(node, offset), "a test needs a method and a path", std::string(kTestForm));
    return false;
  }
  if (!is_token(test.method)) {
    context.error(inside(node, offset), "'" + test.method + "' is not a method", std::string(kTestForm));
    return false;
  }
  const bool has_form = test.target[0] == '/' || test.target == "*" || test.method == "CONNECT" ||
                        test.target.find("://") != std::string::npos;
  if (!has_form) {
    context.error(inside(node, target_at), "a path begins with '/'", "write '/" + test.target + "'");
    return false;
  }
  return true;
}

void load_text_test(LoadContext& context, const YamlNode& node) {
  const std::string_view text = node.text;
  const std::size_t arrow = text.find(kArrow);
  if (arrow == std::string_view::npos) {
    context.error(node.at, "a test without '->'", std::string(kTestForm));
    return;
  }
  RuleTest test;
  test.at = node.at;
  test.text = text;
  std::size_t offset = arrow + kArrow.size();
  const std::string_view outcome = document::trim(text.substr(offset), offset);
  if (!load_request(context, node, text.substr(0, arrow), 0, test)) return;
  if (outcome.empty()) {
    context.error(inside(node, arrow), "a test without an outcome", std::string(kTestForm));
    return;
  }
  const auto* const word = std::ranges::find(RuleTest::kOutcomes, outcome);
  if (word != RuleTest::kOutcomes.end()) {
    test.outcome = static_cast<RuleTest::Outcome>(word - RuleTest::kOutcomes.begin());
  } else {
    test.handler = outcome;
  }
  context.file.tests.push_back(std::move(test));
}

void load_test_labels(LoadContext& context, const YamlNode& node, RuleTest& test) {
  for (const LoadContext::Entry& entry : context.entries(node, "labels", {})) {
    if (auto value = context.text(*entry.value, entry.key)) {
      test.labels.emplace_back(std::string(entry.key), std::move(*value));
    }
  }
}

void load_map_test(LoadContext& context, const YamlNode& node) {
  const std::size_t before = context.findings();
  RuleTest test;
  test.at = node.at;
  bool has_request = false;
  int outcomes = 0;
  for (const LoadContext::Entry& entry : context.entries(node, "tests", kTestKeys)) {
    const YamlNode& value = *entry.value;
    if (entry.key == "handler" || entry.key == "outcome") ++outcomes;
    if (load_key(context, entry, kTests, test)) continue;
    if (entry.key == "request") {
      has_request = true;
      if (context.non_empty(value, entry.key)) load_request(context, value, value.text, 0, test);
    } else {
      load_test_labels(context, value, test);
    }
  }
  if (context.findings() != before) return;
  if (!has_request || outcomes != 1) {
    context.error(node.at, has_request ? "a test has one of handler and outcome" : "a test without 'request'",
                  "write {request: 'GET /items/42', handler: LABEL} or {request: ..., outcome: none}");
    return;
  }
  test.text = fmt::format("{} {} -> {}", test.method, test.target, test.wanted());
  context.file.tests.push_back(std::move(test));
}

}  // namespace

void load_tests(LoadContext& context, const YamlNode& node) {
  const auto* items = context.list(node, "tests");
  if (items == nullptr) return;
  for (const YamlPtr& item : *items) {
    if (item->is_scalar()) {
      load_text_test(context, *item);
    } else if (item->is_map()) {
      load_map_test(context, *item);
    } else {
      context.error(item->at, "a test is text or a map, not " + describe(*item), std::string(kTestForm));
    }
  }
}

}  // namespace routemeter::rules
