// SPDX-License-Identifier: Apache-2.0
#include "format/scan/indexed_scanner.h"

#include <algorithm>
#include <cstring>

namespace routemeter::format {
namespace {

constexpr std::uint16_t kNoPoint = 0xFFFF;

/// Takes the bytes of literals in turn: which of them are places of the index?
class PlaceCounter {
 public:
  explicit PlaceCounter(BlockIndex::Kind kind) : kind_(kind) {}
  bool quoted() const { return quoted_; }
  std::size_t count() const { return count_; }
  /// The number of places in `text`; `first` and `last` are set to their offsets when there are any.
  std::size_t take(std::string_view text, std::size_t& first, std::size_t& last) {
    std::size_t found = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool soft = text[i] == ' ' || text[i] == '[' || text[i] == ']';
      const bool is_place =
          text[i] == '"' || text[i] == '\n' || (kind_ == BlockIndex::Kind::kText && soft && !quoted_);
      if (!is_place) continue;
      if (text[i] == '"') quoted_ = !quoted_;
      if (found++ == 0) first = i;
      last = i;
    }
    count_ += found;
    return found;
  }
  void skip(std::size_t places) { count_ += places; }

 private:
  BlockIndex::Kind kind_;
  bool quoted_ = false;
  std::size_t count_ = 0;
};

/// Whether there is a comma in the `size` bytes from `begin`; eight bytes before their end must be readable.
bool has_comma(const char* begin, std::size_t size) noexcept {
  if (size > 8) return std::memchr(begin, ',', size) != nullptr;
  if (size == 0) return false;
  // Shifts the bytes before the field out.
  const std::uint64_t bytes = util::load64(begin + size - 8) >> (64 - 8 * size);
  return util::zero_bytes(bytes ^ util::eight_times(',')) != 0;
}

}  // namespace

void IndexedScanner::add_literal(std::string_view text) {
  if (parts_.empty() || parts_.back().is_field) parts_.push_back({});
  parts_.back().text += text;
}

void IndexedScanner::add_field(FieldClass cls, std::uint8_t slot) { parts_.push_back({true, {}, cls, slot}); }

void IndexedScanner::finish() {
  if (ends_ == Ends::kWithLine) add_literal("\n");
  usable_ = BlockIndex::available() && plan();
  parts_.clear();
}

/// Requires `literal` at a distance from a place, sixteen bytes at a time.
void IndexedScanner::expect(std::string_view literal, std::size_t place, std::size_t offset) {
  for (std::size_t at = 0; at < literal.size(); at += Literal16::kSize) {
    literals_.emplace_back(literal.substr(at));
    points_.add(place, offset + at);
  }
}

/// Whether a field surely ends where the first place of the literal behind it says, `first` bytes before it.
bool IndexedScanner::can_cut(FieldClass cls, bool quoted, std::size_t first) {
  if (cls == FieldClass::kToken) return !quoted;  // it could hold blanks there, which are no places
  if (cls == FieldClass::kBracket || cls == FieldClass::kList) return !quoted && first == 0;
  // It may hold what the literal begins with, and then end sooner than at the place; but not a quote.
  if (cls == FieldClass::kText) return quoted || first == 0;
  return cls == FieldClass::kAny && first == 0;
}

/// Numbers the places of the format; false when its fields cannot be cut by number.
bool IndexedScanner::plan() {
  PlaceCounter places(kind_);
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t from = 0;
  std::size_t skip = 1;  // the newline before the line
  std::size_t least = 0;
  std::size_t part = 0;
  std::vector<Cut> cuts;
  if (!parts_[0].is_field) {
    const std::string& prefix = parts_[part++].text;
    if (too_long(prefix)) return false;
    skip += prefix.size();
    if (places.take(prefix, first, last) > 0) skip = prefix.size() - last;
    expect(prefix, 0, 1);
    from = places.count();
    least = prefix.size();
  }
  for (; part < parts_.size(); part += 2) {  // a field and the literal behind it
    const FieldClass cls = parts_[part].cls;
    if (part + 1 == parts_.size() || parts_[part + 1].is_field) return false;
    const std::string& literal = parts_[part + 1].text;
    if (too_long(literal)) return false;
    const bool quoted = places.quoted();
    if (cls == FieldClass::kBracket) {
      places.skip(1);  // 24/Nov/2026:06:00:00 +0000
      expect(" ", places.count(), 0);
    }
    const std::size_t to = places.count() + 1;
    if (places.take(literal, first, last) == 0 || !can_cut(cls, quoted, first)) return false;
    if (cls == FieldClass::kList && least < 8) return false;  // see has_comma()
    // Before the n-th place there are n - 1 bytes at least, whatever the line: what is looked at is there.
    if (first >= to) return false;
    expect(literal, to, 0 - first);
    cuts.push_back({from, skip, to, first, least, cls, parts_[part].slot});
    from = places.count();
    skip = literal.size() - last;
    least += literal.size();
  }
  add_fields(cuts);
  places_ = places.count();
  return points_.finish() && !places.quoted() && places_ < BlockIndex::kBytes;
}

void IndexedScanner::add_fields(const std::vector<Cut>& cuts) {
  for (const Cut& cut : cuts) {
    const bool is_list = cut.cls == FieldClass::kList;
    if (cut.slot == kNoSlot && cut.back == 0 && !is_list) continue;
    const std::uint16_t point = points_.add(cut.from, cut.skip);
    points_.add(cut.to, 0 - cut.back);
    if (cut.back != 0) short_.push_back(point);
    if (is_list) lists_.push_back(point);
    if (cut.slot == kNoSlot) continue;
    if (field_points_.size() <= cut.slot) field_points_.resize(cut.slot + std::size_t{1}, kNoPoint);
    field_points_[cut.slot] = point;
    least_.resize(field_points_.size());
    least_[cut.slot] = cut.least;
  }
}

bool IndexedScanner::scan(const char* base, const std::uint16_t* places,
                          FieldOffsets::Found& points) const noexcept {
  points_.find(places, points);
  Literal16::Differences differences;
  for (std::size_t i = 0; i < literals_.size(); ++i) differences.add(literals_[i], base + points[i]);
  if (differences.any()) return false;
  // All literals are where they should be, so every field that ends at a place begins before it.
  for (const std::uint16_t point : short_) {
    if (points[point + 1U] < points[point]) return false;
  }
  for (const std::uint16_t point : lists_) {
    const std::string_view list = text(point, base, points);
    const char* const end = list.data() + list.size();
    const bool goes_on = end[0] == ' ' && end[1] == ':';  // " : " begins with a place
    if (goes_on || has_comma(list.data(), list.size())) return false;
  }
  return true;
}

void IndexedScanner::cut(const char* base, const FieldOffsets::Found& points,
                         std::string_view* captures) const noexcept {
  for (std::size_t slot = 0; slot < field_points_.size(); ++slot) {
    if (field_points_[slot] != kNoPoint) captures[slot] = text(field_points_[slot], base, points);
  }
}

}  // namespace routemeter::format
