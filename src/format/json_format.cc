// SPDX-License-Identifier: Apache-2.0
#include "format/json_format.h"

#include <algorithm>

#include "format/escape.h"
#include "format/json_document.h"
#include "format/json_explain.h"
#include "format/json_plan.h"
#include "format/number.h"
#include "format/request_line.h"
#include "format/sampled.h"
#include "format/spec_error.h"

namespace routemeter::format {
namespace {

using model::Field;
using model::Reason;

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
  static constexpr Suffix kSuffixes[] = {{"ms", model::Unit::kMilliseconds},
                                         {"us", model::Unit::kMicroseconds},
                                         {"\xc2\xb5s", model::Unit::kMicroseconds},
                                         {"ns", model::Unit::kNanoseconds},
                                         {"s", model::Unit::kSeconds}};
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

class JsonParser final : public Parser {
 public:
  explicit JsonParser(std::shared_ptr<const JsonPlan> plan) : plan_(std::move(plan)) {}

  Reason parse(std::string_view line, model::Request& out) noexcept override {
    if (line.empty()) return Reason::kEmpty;
    out = model::Request{};
    row_ = nullptr;
    present_.reset();
    if (!document_.open(line)) return line[0] == '#' ? Reason::kComment : Reason::kBadJson;
    simdjson::ondemand::object root = document_.root();
    if (!read_object(root, JsonKeys::kRoot) || !document_.at_end()) return Reason::kBadJson;
    row_ = plan_->row_for(present_);
    if (row_ == nullptr) return Reason::kMissingField;
    out.present = fields_present();
    if (const Reason reason = fill_request(out); reason != Reason::kNone) return reason;
    if (!parse_status(text(Field::kStatus), out.status)) return Reason::kBadStatus;
    out.host = text(Field::kHost);
    out.time = text(Field::kTime);
    const bool good = fill_duration(out, Field::kDuration, out.duration_ns) &&
                      fill_duration(out, Field::kTimeToFirstByte, out.time_to_first_byte_ns) &&
                      fill_size(out, Field::kRequestSize, out.request_size) &&
                      fill_size(out, Field::kResponseSize, out.response_size);
    return good ? Reason::kNone : Reason::kBadNumber;
  }

  /// What feeds what in the last line; nothing when it is in no dialect.
  std::vector<FieldUse> uses() const {
    std::vector<FieldUse> out;
    for (std::size_t i = 0; row_ != nullptr && i < kFieldCount; ++i) {
      const JsonSource* source = first_present(static_cast<Field>(i));
      if (source == nullptr) continue;
      out.push_back({static_cast<Field>(i), plan_->keys.path(source->slot), source->unit});
    }
    return out;
  }

 private:
  /// Fields whose keys the line has.
  model::FieldSet fields_present() const {
    model::FieldSet fields;
    for (std::size_t i = 0; i < kFieldCount; ++i) {
      if ((row_->masks[i] & present_).any()) fields.add(static_cast<Field>(i));
    }
    return fields;
  }

  /// Notes the values of the keys that matter. As deep as the paths go, whatever the line nests.
  bool read_object(simdjson::ondemand::object& object, int at) noexcept {
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
  void note(const JsonKeys::Key& key, const JsonScalar& scalar) noexcept {
    const auto slot = static_cast<std::size_t>(key.slot);
    if (present_.test(slot) && depths_[slot] < key.depth) return;
    present_.set(slot);
    depths_[slot] = key.depth;
    values_[slot] = scalar;
  }

  static bool is_unknown(const JsonScalar& value) noexcept {
    if (!value.is_string) return value.text == "null";
    return value.text.empty() || value.text == "-";
  }

  bool is_present(Field field) const noexcept { return row_->has(field, present_); }

  /// The first source that the line has, or null.
  const JsonSource* first_present(Field field) const noexcept {
    for (const JsonSource& source : row_->of(field)) {
      if (present_.test(static_cast<std::size_t>(source.slot))) return &source;
    }
    return nullptr;
  }

  const JsonScalar& value_of(const JsonSource& source) const noexcept {
    return values_[static_cast<std::size_t>(source.slot)];
  }

  /// The first source with a value, unescaped; empty when there is none.
  std::string_view text(Field field) noexcept {
    for (const JsonSource& source : row_->of(field)) {
      if (!present_.test(static_cast<std::size_t>(source.slot))) continue;
      const JsonScalar& value = value_of(source);
      if (is_unknown(value)) continue;
      if (!value.is_string || value.text.find('\\') == std::string_view::npos) return value.text;
      const auto style = has_hex_escape(value.text) ? EscapeStyle::kBackslash : EscapeStyle::kJson;
      return unescape(value.text, style, scratch_[static_cast<std::size_t>(field)]);
    }
    return {};
  }

  /// Whether the request line is to be read. Some loggers have something else under "request", an id say:
  /// one word is no request line, and where the parts are there they tell.
  bool has_request_line(std::string_view line) const noexcept {
    if (!is_present(Field::kRequest)) return false;
    return line.find(' ') != std::string_view::npos || !is_present(Field::kMethod) ||
           !is_present(Field::kTarget);
  }

  Reason fill_request(model::Request& out) noexcept {
    const std::string_view line = text(Field::kRequest);
    const bool has_line = has_request_line(line);
    const bool own_method = !has_line || plan_->mapped.has(Field::kMethod);
    const bool own_target = !has_line || plan_->mapped.has(Field::kTarget);
    if (!own_method || !own_target) {
      const Reason reason = split_request_line(line, out);
      if (reason != Reason::kNone || (!own_method && !own_target)) return reason;
    }
    if (own_method) out.set_method(text(Field::kMethod));
    if (own_target) out.target = text(Field::kTarget);
    if (!is_method(out.method) || !is_target(out.method, out.target)) return Reason::kBadRequest;
    const std::string_view protocol = text(Field::kProtocol);
    return protocol.empty() || is_protocol(protocol) ? Reason::kNone : Reason::kBadRequest;
  }

  static bool take(Known known, Field field, model::Request& out) noexcept {
    if (known == Known::kValue) out.known.add(field);
    return known != Known::kBad;
  }

  bool fill_duration(model::Request& out, Field field, std::uint64_t& number) noexcept {
    const JsonSource* source = first_present(field);
    if (source == nullptr || is_unknown(value_of(*source))) return true;
    std::string_view value = value_of(*source).text;
    model::Unit unit = source->unit;
    if (value_of(*source).is_string && !split_unit(value, unit)) {
      return take(read_duration_list_ns(value, unit, number), field, out);
    }
    return take(read_duration_ns(value, unit, number), field, out);
  }

  bool fill_size(model::Request& out, Field field, std::uint64_t& number) noexcept {
    const JsonSource* source = first_present(field);
    if (source == nullptr || is_unknown(value_of(*source))) return true;
    return take(read_size(value_of(*source).text, number), field, out);
  }

  std::shared_ptr<const JsonPlan> plan_;
  JsonDocument document_;
  SlotSet present_;
  std::array<int, kMaxSlots> depths_{};
  std::array<JsonScalar, kMaxSlots> values_;
  std::array<std::string, kFieldCount> scratch_;
  const JsonRow* row_ = nullptr;
};

class JsonFormat final : public SampledFormat {
 public:
  explicit JsonFormat(std::shared_ptr<const JsonPlan> plan) : plan_(std::move(plan)) {
    name_ = "json";
    time_kind_ = TimeKind::kIso8601;
    open_ = true;
    for (std::size_t i = 0; i < kFieldCount; ++i) {
      available_.add(static_cast<Field>(i));
      if (plan_->mapped.has(static_cast<Field>(i))) certain_.add(static_cast<Field>(i));
    }
  }

  std::unique_ptr<Parser> make_parser() const override { return std::make_unique<JsonParser>(plan_); }

  FormatPtr fitted(std::span<const std::string_view> lines) const override {
    JsonParser parser(plan_);
    auto copy = std::make_shared<JsonFormat>(*this);
    bool timed = false;
    for (const std::string_view line : lines) {
      model::Request request;
      if (parser.parse(line, request) != Reason::kNone) continue;
      for (FieldUse& use : parser.uses()) add_use(copy->uses_, std::move(use));
      const TimeKind kind = guess_time_kind(request.time);
      if (kind != TimeKind::kNone && !timed) copy->time_kind_ = kind;
      timed = timed || kind != TimeKind::kNone;
    }
    return copy->uses_.empty() ? nullptr : copy;
  }

  std::optional<Mismatch> explain(std::string_view line) const override {
    JsonParser parser(plan_);
    model::Request request;
    const Reason reason = parser.parse(line, request);
    return reason == Reason::kNone ? std::nullopt : explain_json(reason, *plan_, parser.uses(), line);
  }

 private:
  /// The first source of a field is the one that most lines have.
  static void add_use(std::vector<FieldUse>& uses, FieldUse use) {
    const auto same = std::find_if(uses.begin(), uses.end(),
                                   [&use](const FieldUse& other) { return other.field == use.field; });
    if (same == uses.end()) uses.push_back(std::move(use));
  }

  std::shared_ptr<const JsonPlan> plan_;
};

}  // namespace

util::Result<FormatPtr> make_json(const model::FormatSpec& spec,
                                  const model::CaptureRegexFactory& /*regex*/) {
  util::Diagnostics errors;
  for (const auto& [field, source] : spec.fields) {
    const auto dots = static_cast<std::size_t>(std::count(source.name.begin(), source.name.end(), '.'));
    if (source.name.empty()) {
      errors.push_back(field_error(spec, source, "a field needs the name of a key"));
    } else if (dots >= JsonKeys::kMaxParts) {
      errors.push_back(field_error(
          spec, source,
          "the path '" + source.name + "' has more than " + std::to_string(JsonKeys::kMaxParts) + " parts"));
    }
  }
  if (!errors.empty()) return errors;
  return FormatPtr(
      std::make_shared<JsonFormat>(std::make_shared<const JsonPlan>(make_json_plan(spec.fields))));
}

}  // namespace routemeter::format
