// SPDX-License-Identifier: Apache-2.0
#include "format/quick_reader.h"

#include <array>
#include <bit>

#include "format/digits.h"
#include "format/usual_request.h"

namespace routemeter::format {
namespace {

using model::Field;

constexpr std::array<std::uint64_t, 10> kPowers = {1,      10,      100,      1000,      10000,
                                                   100000, 1000000, 10000000, 100000000, 1000000000};
constexpr std::uint64_t digit_of(char c) { return static_cast<unsigned char>(c ^ '0'); }

/// How many decimals of a unit are nanoseconds.
std::uint8_t decimals_of(model::Unit unit) {
  constexpr std::array<std::uint8_t, 4> kDecimals = {9, 6, 3, 0};
  return kDecimals[static_cast<std::size_t>(unit)];
}

/// Moves the digits before the point over it; the number of those behind it. None when there are more than
/// `most`, or nothing but a point.
std::optional<unsigned> take_point(std::uint64_t& digits, unsigned most) {
  const std::uint64_t point = util::zero_bytes(digits ^ util::eight_times(static_cast<char>(digit_of('.'))));
  if (point == 0) return 0;
  const auto at = static_cast<unsigned>(std::countr_zero(point)) / 8;
  if (7 - at > most || digits == digit_of('.') << 56) return std::nullopt;
  const std::uint64_t before = (std::uint64_t{1} << (8 * at)) - 1;
  digits = (digits & ~(before << 8 | 0xFF)) | (digits & before) << 8;
  return 7 - at;
}

}  // namespace

void QuickReader::plan(const TextSlots& slots, const IndexedScanner& scanner) {
  if (!scanner.usable() || slots.has_parts() || !slots.slot(Field::kRequest).used()) return;
  const auto point = [&](Field field) -> std::optional<std::uint16_t> {
    const TextSlots::Slot& slot = slots.slot(field);
    return slot.used() ? std::optional(scanner.point_of(slot.index)) : std::nullopt;
  };
  request_ = *point(Field::kRequest);
  status_ = *point(Field::kStatus);
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
    const bool is_size = field == Field::kRequestSize || field == Field::kResponseSize;
    const TextSlots::Slot& slot = slots.slot(field);
    if (!scanner.is_behind(slot.index, sizeof(std::uint64_t))) return;
    (is_size ? sizes_ : durations_).push_back({*point(field), field, decimals_of(slot.unit), out});
  }
  if (!scanner.is_behind(slots.slot(Field::kStatus).index, sizeof(std::uint64_t))) return;
  usable_ = true;
}

bool QuickReader::read(const char* base, const Points::Found& points, const char* line_end,
                       model::Request& out) const noexcept {
  if (!split_usual_request_line(IndexedScanner::text(request_, base, points), out)) return false;
  if (logname_ && IndexedScanner::text(*logname_, base, points) != "-") return false;
  out.readable_end = line_end;
  out.present = {};
  out.host = out.time = {};
  if (time_) out.time = IndexedScanner::text(*time_, base, points);
  if (host_) out.host = IndexedScanner::text(*host_, base, points);
  if (out.time == "-") out.time = {};
  if (out.host == "-") out.host = {};
  return read_numbers(base, points, out);
}

bool QuickReader::read_numbers(const char* base, const Points::Found& points,
                               model::Request& out) const noexcept {
  Digits digits;
  std::array<std::uint64_t, Digits::kMost> factors;
  std::size_t wrong = 0;  // not 0: a number is empty or longer than eight bytes
  std::size_t count = 0;
  model::FieldSet known;
  const auto read_one = [&](const Number& number) {
    const std::size_t end = points[number.point + 1U];
    const std::size_t size = end - points[number.point];
    wrong |= (size - 1) >> 3;
    const std::uint64_t all = last_digits(base + end, size);
    const bool nothing = (all == digit_of('-') << 56) & (size == 1);
    known.add_if(!nothing, number.field);
    return all & (std::uint64_t{nothing} - 1);  // no branch: every second line may have nothing
  };
  for (const Number& number : sizes_) {
    factors[count] = 1;
    digits.set(count++, read_one(number));
  }
  for (const Number& number : durations_) {
    std::uint64_t all = read_one(number);
    const std::optional<unsigned> decimals = take_point(all, number.decimals);
    if (!decimals) return false;
    factors[count] = kPowers[number.decimals - *decimals];
    digits.set(count++, all);
  }
  const std::size_t end = points[status_ + 1U];
  wrong |= (end - points[status_]) ^ 3;
  if (wrong != 0) return false;
  digits.set(count, last_digits(base + end, 3));
  Digits::Values values;
  if (!digits.read(count + 1, values)) return false;
  std::size_t at = 0;
  for (const Number& number : sizes_) out.*number.out = values[at++];
  for (const Number& number : durations_) {
    out.*number.out = values[at] * factors[at];
    ++at;
  }
  out.known = known;
  out.status = static_cast<std::uint16_t>(values[count]);
  return out.status >= 100 && out.status <= 599;
}

}  // namespace routemeter::format
