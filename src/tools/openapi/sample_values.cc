// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string_view>

#include "route/template/converter.h"
#include "tools/openapi/endpoint.h"
#include "util/printable.h"

namespace routemeter::openapi {
namespace {

struct FormatSample {
  std::string_view format;
  std::string_view value;
};
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
    if (const Value* examples = member(&parameter, "examples"); examples != nullptr && examples->is_map()) {
      for (const auto& [name, example] : examples->entries)
        add(member(follow(document_, example.get()), "value"));
    }
    // Swagger 2 has type and format in the parameter itself, and examples under a name of its own.
    add(member(&parameter, "x-example"));
    const Value* schema = member(&parameter, "schema");
    if (schema == nullptr) schema = first_content_schema(parameter);
    schema_values(schema != nullptr ? schema : &parameter, 0);
  }

 private:
  // A parameter may have `content` with one media type instead of a schema.
  static const Value* first_content_schema(const Value& parameter) {
    const Value* content = member(&parameter, "content");
    if (content == nullptr || !content->is_map() || content->entries.empty()) return nullptr;
    return member(content->entries.front().second.get(), "schema");
  }

  void add(const Value* value) {
    if (value == nullptr || !value->is_scalar()) return;
    const std::string& text = value->text;
    // A sample is one path segment of a readable test.
    if (text.empty() || text.size() > kMaxSample || text == "." || text == ".." ||
        util::printable(text) != text)
      return;
    if (std::ranges::find(values_, text) == values_.end()) values_.push_back(text);
  }

  void add_all(const Value* list) {
    if (list == nullptr || !list->is_list()) return;
    for (std::size_t i = 0; i < list->items.size() && i < 4; ++i) add(list->items[i].get());
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
      const Value* list = member(schema, choice);
      if (list == nullptr || !list->is_list()) continue;
      for (std::size_t i = 0; i < list->items.size() && i < 4; ++i)
        schema_values(list->items[i].get(), depth + 1);
    }
  }

  void type_value(const Value& schema) {
    std::string_view type = text_member(&schema, "type");
    if (const Value* types = member(&schema, "type"); types != nullptr && types->is_list()) {
      for (const auto& item : types->items) {
        if (type.empty() && item->text != "null") type = item->text;
      }
    }
    if (type == "integer" || type == "number") {
      add(member(&schema, "minimum"));
      add_text("1");
    } else if (type == "boolean") {
      add_text("true");
    } else if (type == "string") {
      const std::string_view format = text_member(&schema, "format");
      for (const FormatSample& known : kFormats) {
        if (known.format == format) add_text(known.value);
      }
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
