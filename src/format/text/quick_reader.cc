// SPDX-License-Identifier: Apache-2.0
#include "format/text/quick_reader.h"

#include <utility>

#include "format/value/usual_request.h"

namespace routemeter::format {

using model::Field;

void QuickReader::plan(const TextSlots& slots, const IndexedScanner& scanner) {
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

bool QuickReader::read(const char* base, const Points::Found& points, const char* line_end,
                       model::Request& out) const noexcept {
  if (!split_usual_request_line(IndexedScanner::text(request_, base, points), out)) return false;
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
