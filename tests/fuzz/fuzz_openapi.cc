// SPDX-License-Identifier: Apache-2.0
// Any bytes as an OpenAPI document: refused with findings, or a rule file that loads, whose tests hold, and
// that a merge leaves as it is. A second document behind a NUL is merged into it, and merging that again does
// nothing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "route/router.h"
#include "rules/rule_loader.h"
#include "tools/openapi/document.h"
#include "tools/openapi/import.h"
#include "tools/openapi/merge/marks.h"
#include "tools/openapi/merge/merge_rules.h"

namespace {

using namespace routemeter;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const util::Diagnostics& findings) {
  for (const util::Diagnostic& d : findings) {
    require(!d.message.empty());
    for (const char c : util::format(d)) {
      require(c == '\n' || c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F));
    }
  }
}

std::optional<openapi::Imported> imported(std::string_view text, const openapi::ImportOptions& options) {
  const auto document = openapi::read_document(text, "d");
  if (!document) {
    require(!document.errors().empty());
    check(document.errors());
    return std::nullopt;
  }
  auto result = openapi::import_document(*document, options);
  if (!result) {
    require(!result.errors().empty());
    check(result.errors());
    return std::nullopt;
  }
  check(result->warnings);
  return *result;
}

// The rule file loads and says what was imported, and its tests hold.
void check_rules(const std::string& text, const openapi::Imported& from) {
  const auto file = rules::parse_rule_file(text, "r");
  require(static_cast<bool>(file));
  require(file->routes.size() == from.routes.size());
  for (std::size_t i = 0; i < file->routes.size(); ++i)
    require(openapi::fingerprint(file->routes[i]) == openapi::fingerprint(from.routes[i].rule));
  const auto router = route::compile(*file);
  require(static_cast<bool>(router));
  const auto resolver = route::make_resolver(*router);
  for (const model::RuleTest& test : file->tests) {
    model::Request request;
    request.method = test.method;
    request.target = test.target;
    const route::Decision decision = resolver->resolve(request);
    require(decision.outcome == route::Outcome::kTemplated);
    require((*router)->labels()[decision.label] == test.handler);
  }
}

std::string merged(const std::string& text, const openapi::Imported& from) {
  const auto marks = openapi::read_marks(text, "r");
  require(static_cast<bool>(marks));
  const auto result = openapi::merge(text, "r", *marks, from, false);
  require(static_cast<bool>(result));
  return result->text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  openapi::ImportOptions options;
  options.spec_order = (data[0] & 1U) != 0;
  options.docs = (data[0] & 2U) != 0;
  options.app_labels = (data[0] & 4U) != 0;
  if ((data[0] & 8U) != 0) options.path_params = {"id"};
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t end = std::min(text.find('\0'), text.size());
  const auto first = imported(text.substr(0, end), options);
  if (!first) return 0;
  const std::string rules = openapi::render(*first, "auto", "r");
  check_rules(rules, *first);
  require(merged(rules, *first) == rules);
  if (end == text.size()) return 0;
  const auto second = imported(text.substr(end + 1), options);
  if (!second) return 0;
  const std::string once = merged(rules, *second);
  require(merged(once, *second) == once);
  return 0;
}
