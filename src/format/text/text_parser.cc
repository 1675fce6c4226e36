// SPDX-License-Identifier: Apache-2.0
#include "format/text/text_parser.h"

#include <utility>

#include "format/value/request_line.h"
#include "util/bytes.h"

namespace routemeter::format {

using model::Field;
using model::Reason;

namespace {

bool is_nothing(std::string_view text) { return text.size() == 1 && text[0] == '-'; }

std::string_view known(std::string_view text) { return is_nothing(text) ? std::string_view() : text; }

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
bool TextParser::read_duration(Field field, std::string_view line, std::uint64_t& out,
                               model::FieldSet& known) const {
  const TextLayout::Slot& slot = layout_->slot(field);
  if (!slot.used()) return true;
  const std::string_view text = captures_[slot.index];
  const Known result = slot.list && !is_plain_ ? read_duration_list_ns(text, slot.unit, out)
                                               : fast_duration_ns(text, line.data(), slot.unit, out);
  known.add_if(result == Known::kValue, field);
  return result != Known::kBad;
}

bool TextParser::read_size_of(Field field, std::string_view line, std::uint64_t& out,
                              model::FieldSet& known) const {
  const TextLayout::Slot& slot = layout_->slot(field);
  if (!slot.used()) return true;
  const std::string_view text = captures_[slot.index];
  const Known result =
      slot.list && !is_plain_ ? read_size_list(text, out) : fast_size(text, line.data(), out);
  known.add_if(result == Known::kValue, field);
  return result != Known::kBad;
}

Reason TextParser::interpret(std::string_view line, model::Request& out) noexcept {
  if (shifted()) return Reason::kNoMatch;
  out.readable_end = is_plain_ ? line.data() + line.size() : nullptr;
  const Reason request = read_request(out);
  if (request != Reason::kNone) return request;
  if (!read_status(line, out)) return Reason::kBadStatus;
  out.present = {};
  out.known = {};
  const bool numbers = read_duration(Field::kDuration, line, out.duration_ns, out.known) &&
                       read_duration(Field::kTimeToFirstByte, line, out.time_to_first_byte_ns, out.known) &&
                       read_size_of(Field::kRequestSize, line, out.request_size, out.known) &&
                       read_size_of(Field::kResponseSize, line, out.response_size, out.known);
  if (!numbers) return Reason::kBadNumber;
  out.host = {};
  if (layout_->slot(Field::kHost).used()) out.host = known(plain(text(Field::kHost), host_));
  out.time = known(text(Field::kTime));
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
std::string_view TextParser::plain(std::string_view text, std::string& scratch) const {
  if (is_plain_) return text;
  const char* end = text.data() + text.size();
  if (util::find_any(text.data(), text.data(), end, '\\') == end) return text;
  return unescape(text, layout_->escape, scratch);
}

Reason TextParser::read_request(model::Request& out) {
  if (layout_->slot(Field::kRequest).used()) {
    const Reason reason = split_request_line(plain(text(Field::kRequest), target_), out);
    if (reason != Reason::kNone) return reason;
    if (!layout_->has_parts()) return reason;
  }
  if (layout_->slot(Field::kMethod).used()) out.set_method(plain(text(Field::kMethod), method_));
  if (layout_->slot(Field::kTarget).used()) out.target = plain(text(Field::kTarget), path_);
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
  host_ = point(Field::kHost);
  time_ = point(Field::kTime);
  if (slots.logname != kNoSlot) logname_ = scanner.point_of(slots.logname);
  const std::pair<Field, std::uint64_t model::Request::*> numbers[] = {
      {Field::kDuration, &model::Request::duration_ns},
      {Field::kTimeToFirstByte, &model::Request::time_to_first_byte_ns},
      {Field::kRequestSize, &model::Request::request_size},
      {Field::kResponseSize, &model::Request::response_size}};
  for (const auto& [field, out] : numbers) {
    if (!point(field)) continue;
    const TextSlots::Slot& slot = slots.slot(field);
    if (!scanner.is_behind(slot.index, sizeof(std::uint64_t))) return;
    if (field == Field::kRequestSize || field == Field::kResponseSize) {
      numbers_.add_size(*point(field), field, out);
    } else {
      numbers_.add_duration(*point(field), field, out, slot.unit);
    }
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
  out.host = {};  // not one as a copy of the other, which would wait until that has left the processor
  out.time = {};
  if (time_) out.time = IndexedScanner::text(*time_, base, points);
  if (host_) out.host = IndexedScanner::text(*host_, base, points);
  if (out.time == "-") out.time = {};
  if (out.host == "-") out.host = {};
  return numbers_.read(base, points, out);
}

}  // namespace routemeter::format
