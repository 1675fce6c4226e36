// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "route/template/converter.h"
#include "tools/openapi/endpoint.h"
#include "util/printable.h"

namespace routemeter::openapi {
namespace {

using FormatSample = std::pair<std::string_view, std::string_view>;
constexpr std::array kFormats = {
    FormatSample{"uuid", route::row_of(route::Converter::kUuid).sample},
    FormatSample{"date", "2024-01-31"},
    FormatSample{"date-time", "2024-01-31T12:00:00Z"},
    FormatSample{"time", "12:00:00"},
    FormatSample{"email", "user@example.org"},
    FormatSample{"ipv4", "192.0.2.1"},
    FormatSample{"ipv6", "2001:db8::1"},
    FormatSample{"byte", "YWJj"},
};
constexpr std::size_t kMaxSample = 100;

class Collector {
 public:
  explicit Collector(const Document& document) : document_(document) {}

  std::vector<std::string> take() { return std::move(values_); }

  void parameter(const Value& parameter) {
    add(member(&parameter, "example"));
    for (const auto& [name, example] : entries_of(member(&parameter, "examples")))
      add(member(follow(document_, example.get()), "value"));
    // Swagger 2 has type and format in the parameter itself, and examples under a name of its own.
    add(member(&parameter, "x-example"));
    const Value* schema = member(&parameter, "schema");
    // It may have `content` with one media type instead of a schema.
    const auto& content = entries_of(member(&parameter, "content"));
    if (schema == nullptr && !content.empty()) schema = member(content.front().second.get(), "schema");
    schema_values(schema != nullptr ? schema : &parameter, 0);
  }

 private:
  void add(const Value* value) {
    if (value == nullptr || !value->is_scalar()) return;
    const std::string& text = value->text;
    // A sample is one path segment of a readable test.
    const bool usable = !text.empty() && text.size() <= kMaxSample && text != "." && text != "..";
    if (usable && util::printable(text) == text) add_text(text);
  }

  // The first of a list: they may be thousands.
  static std::span<const document::YamlPtr> first_of(const Value* list) {
    return std::span(items_of(list)).first(std::min<std::size_t>(items_of(list).size(), 4));
  }

  void add_all(const Value* list) {
    for (const auto& item : first_of(list)) add(item.get());
  }

  void schema_values(const Value* schema, int depth) {
    schema = follow(document_, schema);
    if (schema == nullptr || depth > kMaxRefs) return;
    add(member(schema, "example"));
    add_all(member(schema, "examples"));
    add(member(schema, "const"));
    add(member(schema, "default"));
    add_all(member(schema, "enum"));
    type_value(*schema);
    for (const std::string_view choice : {"anyOf", "oneOf", "allOf"}) {
      for (const auto& item : first_of(member(schema, choice))) schema_values(item.get(), depth + 1);
    }
  }

  void type_value(const Value& schema) {
    std::string_view type = text_member(&schema, "type");
    for (const auto& item : items_of(member(&schema, "type"))) {
      if (type.empty() && item->text != "null") type = item->text;
    }
    if (type == "integer" || type == "number") {
      add(member(&schema, "minimum"));
      add_text("1");
    } else if (type == "boolean") {
      add_text("true");
    } else if (type == "string") {
      const auto* known = std::ranges::find(kFormats, text_member(&schema, "format"), &FormatSample::first);
      if (known != kFormats.end()) add_text(known->second);
    }
  }

  void add_text(std::string_view text) {
    if (std::ranges::find(values_, text) == values_.end()) values_.emplace_back(text);
  }

  const Document& document_;
  std::vector<std::string> values_;
};

}  // namespace

std::vector<std::string> sample_values(const Document& document, const Value& parameter) {
  Collector collector(document);
  collector.parameter(parameter);
  return collector.take();
}

}  // namespace routemeter::openapi
