// SPDX-License-Identifier: Apache-2.0
#include "format/text/text_parser.h"

#include "format/value/request_line.h"
#include "util/bytes.h"

namespace routemeter::format {

using model::Field;
using model::Reason;

namespace {

bool is_nothing(std::string_view text) { return text.size() == 1 && text[0] == '-'; }

std::string_view known_text(std::string_view text) { return is_nothing(text) ? std::string_view() : text; }

}  // namespace

Reason TextParser::parse(std::string_view line, model::Request& out) noexcept {
  if (line.empty()) return Reason::kEmpty;
  is_plain_ = false;
  const bool fits = layout_->scanner.scan(line, captures_.data(), scratch_);
  const Reason reason = fits ? interpret(line, out) : Reason::kNoMatch;
  // A W3C header line can have the shape of the fields that it names.
  return reason != Reason::kNone && line[0] == '#' ? Reason::kComment : reason;
}

void TextParser::parse(Batch& batch) noexcept {
  if (!layout_->indexed.usable()) return Parser::parse(batch);
  batch.clear();
  while (batch.has_more() && !batch.is_full()) {
    if (!parse_by_index(batch) && !parse_next(batch)) return;
  }
}

/// The fast path: reads the next line if it is as usual.
bool TextParser::parse_by_index(Batch& batch) noexcept {
  const IndexedScanner& scanner = layout_->indexed;
  const std::size_t count = scanner.places();
  const std::uint16_t* const places = batch.places(BlockIndex::Kind::kText, count, IndexedScanner::kBehind);
  const char* const base = batch.index().base();
  FieldOffsets::Found points;
  if (places == nullptr || batch.rest()[0] == '\0' || !scanner.scan(base, places, points)) return false;
  model::Request& out = batch.next_line().request;
  if (layout_->fast.usable()) {
    if (!layout_->fast.read(base, points, base + places[count], out)) return false;
  } else {
    scanner.cut(base, points, captures_.data());
    is_plain_ = true;
    if (interpret(batch.text_to(places[count]), out) != Reason::kNone) return false;
  }
  batch.keep(places, count);
  return true;
}

/// Of a list (one status per upstream tried) the last one is what the client got.
bool TextParser::read_status(std::string_view line, model::Request& out) const {
  std::string_view status = text(Field::kStatus);
  if (layout_->slot(Field::kStatus).list) {
    const std::size_t blank = status.rfind(' ');
    if (blank != std::string_view::npos) status.remove_prefix(blank + 1);
  }
  return fast_status(status, line.data(), out.status);
}

/// Of one that is a list, a list of one is read like any number.
bool TextParser::read_number(const NumberField& number, std::string_view line, model::Request& out) const {
  const TextLayout::Slot& slot = layout_->slot(number.field);
  if (!slot.used()) return true;
  const std::string_view text = captures_[slot.index];
  std::uint64_t& value = out.*number.out;
  Known known = Known::kUnknown;
  if (slot.list && !is_plain_) {
    known = number.is_duration ? read_duration_list_ns(text, slot.unit, value) : read_size_list(text, value);
  } else {
    known = number.is_duration ? fast_duration_ns(text, line.data(), slot.unit, value)
                               : fast_size(text, line.data(), value);
  }
  out.known.add_if(known == Known::kValue, number.field);
  return known != Known::kBad;
}

Reason TextParser::interpret(std::string_view line, model::Request& out) noexcept {
  if (shifted()) return Reason::kNoMatch;
  out.readable_end = is_plain_ ? line.data() + line.size() : nullptr;
  const Reason request = read_request(out);
  if (request != Reason::kNone) return request;
  if (!read_status(line, out)) return Reason::kBadStatus;
  out.present = {};
  out.known = {};
  for (const NumberField& number : kNumberFields) {
    if (!read_number(number, line, out)) return Reason::kBadNumber;
  }
  for (const TextField& field : kTextFields) out.*field.out = known_text(plain(field.field));
  return Reason::kNone;
}

/// User names may hold blanks, so the user takes in a field too many: of "x 1.2.3.4 - - [" the address would
/// be the logname and "- -" the user. Words before a line (a traceback that quotes one) must not make it a
/// request, and a user with a blank is rare enough where identd is asked for a logname.
bool TextParser::shifted() const {
  if (layout_->logname == kNoSlot || is_nothing(captures_[layout_->logname])) return false;
  return captures_[layout_->user].find(' ') != std::string_view::npos;
}

/// With the logger's escapes undone.
std::string_view TextParser::plain(Field field) {
  const std::string_view text = this->text(field);
  if (is_plain_) return text;
  const char* end = text.data() + text.size();
  if (util::find_any(text.data(), text.data(), end, '\\') == end) return text;
  return unescape(text, layout_->escape, unescaped_[field]);
}

Reason TextParser::read_request(model::Request& out) {
  if (layout_->slot(Field::kRequest).used()) {
    const Reason reason = split_request_line(plain(Field::kRequest), out);
    if (reason != Reason::kNone || !layout_->has_parts()) return reason;
  }
  if (layout_->slot(Field::kMethod).used()) out.set_method(plain(Field::kMethod));
  if (layout_->slot(Field::kTarget).used()) out.target = plain(Field::kTarget);
  const std::string_view protocol = text(Field::kProtocol);
  if (!protocol.empty() && protocol != "-" && !is_protocol(protocol)) return Reason::kBadRequest;
  return is_method(out.method) && is_target(out.method, out.target) ? Reason::kNone : Reason::kBadRequest;
}

void FastFieldReader::plan(const TextSlots& slots, const IndexedScanner& scanner) {
  if (!scanner.usable() || slots.has_parts() || !slots.slot(Field::kRequest).used()) return;
  const auto point = [&](Field field) -> std::optional<std::uint16_t> {
    const TextSlots::Slot& slot = slots.slot(field);
    return slot.used() ? std::optional(scanner.point_of(slot.index)) : std::nullopt;
  };
  request_ = *point(Field::kRequest);
  for (std::size_t i = 0; i < texts_.size(); ++i) texts_[i] = point(kTextFields[i].field);
  if (slots.logname != kNoSlot) logname_ = scanner.point_of(slots.logname);
  for (const NumberField& number : kNumberFields) {
    const TextSlots::Slot& slot = slots.slot(number.field);
    if (!slot.used()) continue;
    if (!scanner.is_behind(slot.index, sizeof(std::uint64_t))) return;
    numbers_.add(scanner.point_of(slot.index), number, slot.unit);
  }
  if (!scanner.is_behind(slots.slot(Field::kStatus).index, sizeof(std::uint64_t))) return;
  numbers_.add_status(*point(Field::kStatus));
  usable_ = true;
}

bool FastFieldReader::read(const char* base, const FieldOffsets::Found& points, const char* line_end,
                           model::Request& out) const noexcept {
  if (!split_fast_request_line(IndexedScanner::text(request_, base, points), out)) return false;
  if (logname_ && IndexedScanner::text(*logname_, base, points) != "-") return false;
  out.readable_end = line_end;
  out.present = {};
#pragma GCC unroll 4
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    std::string_view& text = out.*kTextFields[i].out;
    text = {};
    if (!texts_[i]) continue;
    const std::string_view logged = IndexedScanner::text(*texts_[i], base, points);
    if (!is_nothing(logged)) text = logged;
  }
  return numbers_.read(base, points, out);
}

}  // namespace routemeter::format
