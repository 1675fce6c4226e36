// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "format/json/json_parser.h"
#include "format/value/fast_numbers.h"
#include "util/bytes.h"

namespace routemeter::format {
namespace {

bool is_json_blank(char c) { return c == ' '; }

/// Whether a byte ends a value that is not a string.
bool ends_token(char c) { return c == ',' || c == ':' || c == ' ' || (c | 0x20) == '{' || (c | 0x20) == '}'; }

/// The token of one value, as simdjson sees it: nothing that ends it, and something. All is printable ASCII
/// and no quote.
bool is_shape_token(std::string_view text, const char* readable) noexcept {
  std::uint64_t digits = 0;
  if (!digits_of(text, readable, digits)) {
    return !text.empty() && std::none_of(text.begin(), text.end(), ends_token);
  }
  const std::uint64_t word = digits ^ util::eight_times('0');
  const auto has = [](std::uint64_t bytes, char c) { return util::zero_bytes(bytes ^ util::eight_times(c)); };
  const std::uint64_t folded = word | util::eight_times(0x20);  // brackets as braces
  return (has(word, ',') | has(word, ':') | has(word, ' ') | has(folded, '{') | has(folded, '}')) == 0;
}

/// One string or token of a line.
struct Item {
  std::string_view text;  ///< without quotes
  bool is_string = false;
  bool is_key = false;
};

/// Finds the next one from `at` on, and moves `at` behind it. False at the end.
bool next_item(std::string_view line, std::size_t& at, Item& out) {
  while (at < line.size() && line[at] != '"' && ends_token(line[at])) ++at;
  if (at == line.size()) return false;
  out.is_string = line[at] == '"';
  const std::size_t begin = out.is_string ? at + 1 : at;
  std::size_t end = begin;
  while (end < line.size() && line[end] != '"' && (out.is_string || !ends_token(line[end]))) ++end;
  out.text = line.substr(begin, end - begin);
  at = out.is_string ? end + 1 : end;
  const auto behind = std::find_if_not(line.begin() + static_cast<std::ptrdiff_t>(std::min(at, line.size())),
                                       line.end(), is_json_blank);
  out.is_key = out.is_string && behind != line.end() && *behind == ':';
  return true;
}

}  // namespace

std::unique_ptr<JsonShape> JsonShape::learn(const Example& example, model::FieldSet fields) {
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~' && c != '\\'; };
  if (!std::all_of(example.line.begin(), example.line.end(), is_plain)) return nullptr;
  auto shape = std::make_unique<JsonShape>();
  if (!shape->add_values(example)) return nullptr;
  shape->fields_ = fields;
  shape->present_ = *example.present;
  for (const model::Field field : kFields) {
    for (const JsonSource& source : example.row->sources[field]) {
      if (example.present->test(source.slot)) shape->row_.add(field, source);
    }
  }
  return shape;
}

bool JsonShape::add_values(const Example& example) {
  const std::string_view line = example.line;
  std::size_t literal = 0;
  std::size_t at = 0;
  std::size_t slots = 0;
  for (Item item; next_item(line, at, item);) {
    if (item.is_key) continue;
    Value value{JsonKeys::kNone, item.is_string};
    for (std::size_t slot = 0; slot < kMaxSlots; ++slot) {
      if (!example.present->test(slot) || (*example.values)[slot].text.data() != item.text.data()) continue;
      if (value.slot != JsonKeys::kNone) return false;
      value.slot = static_cast<int>(slot);
      ++slots;
    }
    const auto begin = static_cast<std::size_t>(item.text.data() - line.data());
    if (begin > literal) scanner_.add_literal(line.substr(literal, begin - literal));
    literal = begin + item.text.size();
    const bool wanted = value.slot != JsonKeys::kNone || !value.is_string;
    scanner_.add_field(item.is_string ? FieldClass::kText : FieldClass::kToken,
                       wanted ? static_cast<std::uint8_t>(values_.size()) : kNoSlot);
    if (wanted) values_.push_back(value);
    if (values_.size() > kMaxValues) return false;
  }
  scanner_.add_literal(line.substr(literal));
  scanner_.finish();
  // Every value has its place, or the shape is not understood.
  if (!scanner_.usable() || slots != example.present->count()) return false;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    values_[i].point = scanner_.point_of(static_cast<std::uint8_t>(i));
  }
  return true;
}

bool JsonShape::scan(const char* base, const std::uint16_t* places,
                     std::array<JsonScalar, kMaxSlots>& values) const noexcept {
  FieldOffsets::Found points;
  if (!scanner_.scan(base, places, points)) return false;
  const char* const line = base + static_cast<std::uint16_t>(places[0] + 1);
  for (const Value& value : values_) {
    const std::string_view text = IndexedScanner::text(value.point, base, points);
    if (!value.is_string && !is_shape_token(text, line)) return false;
    if (value.slot == JsonKeys::kNone) continue;
    // Part by part: a copy of the whole would wait until its parts have left the processor.
    JsonScalar& out = values[static_cast<std::size_t>(value.slot)];
    out.text = text;
    out.is_string = value.is_string;
  }
  return true;
}

}  // namespace routemeter::format
