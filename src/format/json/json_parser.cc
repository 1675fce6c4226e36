// SPDX-License-Identifier: Apache-2.0
#include "format/json/json_parser.h"

#include <algorithm>
#include <utility>

#include "format/value/fast_numbers.h"
#include "format/value/log_escape.h"
#include "format/value/request_line.h"
#include "model/vocabulary.h"

namespace routemeter::format {
namespace {

using model::Field;
using model::Reason;

/// The most shapes of one log: if it has more, its lines have no common shape.
constexpr std::size_t kMaxShapes = 4;
/// The price of learning a shape: so many lines must be cut by shapes before the next one is learnt.
constexpr int kLearnCost = 8;
constexpr int kMaxCredit = 8 * kLearnCost;

/// nginx with escape=default writes \xHH into what is meant to be JSON; that is no JSON escape.
bool has_hex_escape(std::string_view text) noexcept {
  for (std::size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at + 2)) {
    if (text.substr(at + 1, 1) == "x") return true;
  }
  return false;
}

/// Cuts a unit off the end of "1.5ms". False when there is none.
bool split_unit(std::string_view& text, model::Unit& unit) noexcept {
  struct Suffix {
    std::string_view text;
    model::Unit unit;
  };
  static constexpr Suffix kSuffixes[] = {
      {name_of(model::Unit::kMilliseconds), model::Unit::kMilliseconds},
      {name_of(model::Unit::kMicroseconds), model::Unit::kMicroseconds},
      {"\xc2\xb5s", model::Unit::kMicroseconds},
      {name_of(model::Unit::kNanoseconds), model::Unit::kNanoseconds},
      {name_of(model::Unit::kSeconds), model::Unit::kSeconds}};  // the last: its name ends the others
  for (const Suffix& suffix : kSuffixes) {
    if (text.size() <= suffix.text.size() || text.substr(text.size() - suffix.text.size()) != suffix.text) {
      continue;
    }
    text.remove_suffix(suffix.text.size());
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    unit = suffix.unit;
    return true;
  }
  return false;
}

inline bool is_unknown(const JsonScalar& value) noexcept {
  const std::string_view text = value.text;
  if (!value.is_string) return text.size() == 4 && text == "null";
  return text.empty() || (text.size() == 1 && text[0] == '-');
}

}  // namespace

Reason JsonParser::parse(std::string_view line, model::Request& out) noexcept {
  if (line.empty()) return Reason::kEmpty;
  clear(out);
  row_ = nullptr;
  present_.reset();
  if (!document_.open(line)) return line[0] == '#' ? Reason::kComment : Reason::kBadJson;
  simdjson::ondemand::object root = document_.root();
  if (!read_object(root, JsonKeys::kRoot) || !document_.at_end()) return Reason::kBadJson;
  row_ = plan_->row_for(present_);
  if (row_ == nullptr) return Reason::kMissingField;
  is_plain_ = false;
  out.present = fields_present();
  return interpret(document_.text().data(), out);
}

void JsonParser::parse(Batch& batch) noexcept {
  batch.clear();
  while (batch.has_more() && !batch.is_full()) {
    if (parse_by_shape(batch)) continue;
    const Batch::Line& line = batch.next_line();
    const bool goes_on = parse_next(batch);
    if (line.reason == Reason::kNone && credit_ >= 0 && BlockIndex::available()) learn_shape();
    if (!goes_on) return;
  }
}

/// The next line, when it is as an earlier one was.
bool JsonParser::parse_by_shape(Batch& batch) noexcept {
  for (std::size_t i = 0; i < shapes_.size(); ++i) {
    const JsonShape& shape = *shapes_[i];
    const std::uint16_t* const places =
        batch.places(BlockIndex::Kind::kJson, shape.places(), IndexedScanner::kBehind);
    if (places == nullptr || !shape.scan(batch.index().base(), places, values_)) continue;
    const std::string_view text = batch.text_to(places[shape.places()]);
    model::Request& request = batch.next_line().request;
    row_ = &shape.row();
    present_ = shape.present();
    is_plain_ = true;
    clear(request);
    request.present = shape.fields();
    request.readable_end = text.data() + text.size();
    if (interpret(text.data(), request) != Reason::kNone) return false;
    batch.keep(places, shape.places());
    if (i != 0) std::swap(shapes_[0], shapes_[i]);
    credit_ = std::min(credit_ + 1, kMaxCredit);
    return true;
  }
  return false;
}

/// Of the line that was parsed last.
void JsonParser::learn_shape() noexcept {
  credit_ -= kLearnCost;
  auto shape = JsonShape::learn({document_.text(), row_, &present_, &values_}, fields_present());
  if (shape == nullptr) return;
  if (shapes_.size() == kMaxShapes) shapes_.pop_back();
  shapes_.insert(shapes_.begin(), std::move(shape));
}

std::vector<FieldUse> JsonParser::uses() const {
  std::vector<FieldUse> out;
  if (row_ == nullptr) return out;
  for (const Field field : kFields) {
    const JsonSource* const source = first_present(field);
    if (source != nullptr) out.push_back({field, plan_->keys.path(source->slot), source->unit});
  }
  return out;
}

/// Fields whose keys the line has.
model::FieldSet JsonParser::fields_present() const {
  model::FieldSet fields;
  for (const Field field : kFields) fields.add_if(is_present(field), field);
  return fields;
}

/// Notes the values of the keys that matter. As deep as the paths go, whatever the line nests.
bool JsonParser::read_object(simdjson::ondemand::object& object, int at) noexcept {
  for (auto item : object) {
    if (item.error() != simdjson::SUCCESS) return false;
    // A reference: copying the field costs more than reading it.
    simdjson::ondemand::field&& field = std::move(item).value_unsafe();
    const char* const raw = field.key().raw();
    const std::string_view token = field.value().raw_json_token();
    std::string_view name = key_before(raw, token);
    if (plan_->keys.may_be_escaped() && name.find('\\') != std::string_view::npos &&
        field.unescaped_key().get(name) != simdjson::SUCCESS) {
      continue;
    }
    const JsonKeys::Key* key = plan_->keys.find(at, name);
    if (key == nullptr) continue;
    JsonScalar scalar;
    if (read_scalar(token, scalar)) {
      if (key->slot != JsonKeys::kNone) note(*key, scalar);
      continue;
    }
    if (key->inner == JsonKeys::kNone || token[0] != '{') continue;
    simdjson::ondemand::object inner;
    if (field.value().get_object().get(inner) != simdjson::SUCCESS) return false;
    if (!read_object(inner, key->inner)) return false;
  }
  return true;
}

/// The better spelling wins, then the later one, as in every JSON reader.
void JsonParser::note(const JsonKeys::Key& key, const JsonScalar& scalar) noexcept {
  const auto slot = static_cast<std::size_t>(key.slot);
  if (present_.test(slot) && depths_[slot] < key.depth) return;
  present_.set(slot);
  depths_[slot] = key.depth;
  values_[slot] = scalar;
}

/// The first source that the line has, or null.
const JsonSource* JsonParser::first_present(Field field) const noexcept {
  for (const JsonSource& source : row_->sources[field]) {
    if (present_.test(source.slot)) return &source;
  }
  return nullptr;
}

/// The first source with a value, unescaped; empty when there is none.
std::string_view JsonParser::text(Field field) noexcept {
  for (const JsonSource& source : row_->sources[field]) {
    if (!present_.test(source.slot)) continue;
    const JsonScalar& value = value_of(source);
    if (is_unknown(value)) continue;
    if (is_plain_ || !value.is_string || value.text.find('\\') == std::string_view::npos) return value.text;
    const auto style = has_hex_escape(value.text) ? EscapeStyle::kBackslash : EscapeStyle::kJson;
    return unescape(value.text, style, scratch_[field]);
  }
  return {};
}

/// always_inline: called for each number of a line.
[[gnu::always_inline]] inline bool JsonParser::fill_number(const char* readable, const NumberField& number,
                                                           model::Request& out) noexcept {
  const JsonSource* const source = first_present(number.field);
  if (source == nullptr || is_unknown(value_of(*source))) return true;
  std::string_view text = value_of(*source).text;
  model::Unit unit = source->unit;
  std::uint64_t& value = out.*number.out;
  Known known = Known::kValue;
  if (!number.is_duration) {
    known = fast_size(text, readable, value);
  } else if (!fast_duration(text, readable, unit, value)) {
    known = value_of(*source).is_string && !split_unit(text, unit) ? read_duration_list_ns(text, unit, value)
                                                                   : read_duration_ns(text, unit, value);
  }
  out.known.add_if(known == Known::kValue, number.field);
  return known != Known::kBad;
}

Reason JsonParser::interpret(const char* readable, model::Request& out) noexcept {
  const Reason request = fill_request(readable, out);
  if (request != Reason::kNone) return request;
  if (!fast_status(text(Field::kStatus), readable, out.status)) return Reason::kBadStatus;
  for (const TextField& field : kTextFields) out.*field.out = text(field.field);
#pragma GCC unroll 4
  for (const NumberField& number : kNumberFields) {
    if (!fill_number(readable, number, out)) return Reason::kBadNumber;
  }
  return Reason::kNone;
}

/// Whether the request line is to be read. Some loggers have something else under "request", an id say: one
/// word is no request line, and where the parts are there they tell.
bool JsonParser::has_request_line(std::string_view line) const noexcept {
  if (!is_present(Field::kRequest)) return false;
  return line.find(' ') != std::string_view::npos || !is_present(Field::kMethod) ||
         !is_present(Field::kTarget);
}

Reason JsonParser::fill_request(const char* readable, model::Request& out) noexcept {
  const std::string_view line = text(Field::kRequest);
  const bool has_line = has_request_line(line);
  const bool own_method = !has_line || plan_->mapped.has(Field::kMethod);
  const bool own_target = !has_line || plan_->mapped.has(Field::kTarget);
  if (!own_method || !own_target) {
    const Reason reason = split_request_line(line, out);
    if (reason != Reason::kNone || (!own_method && !own_target)) return reason;
  }
  // Unescaped, the method is somewhere else.
  const std::string_view method = own_method ? text(Field::kMethod) : out.method;
  if (!take_method(method, is_plain_ ? readable : method.data(), out)) return Reason::kBadRequest;
  if (own_target) out.target = text(Field::kTarget);
  if (!is_target(out.method, out.target)) return Reason::kBadRequest;
  const std::string_view protocol = text(Field::kProtocol);
  return protocol.empty() || is_protocol(protocol) ? Reason::kNone : Reason::kBadRequest;
}

}  // namespace routemeter::format
