// SPDX-License-Identifier: Apache-2.0
#include "format/indexed_scanner.h"

#include <algorithm>
#include <cstring>

namespace routemeter::format {
namespace {

bool is_special(char c) { return c == ' ' || c == '"'; }

/// Takes the bytes of literals in turn: which of them are places of the index?
class PlaceCounter {
 public:
  bool quoted() const { return quoted_; }
  std::size_t count() const { return count_; }
  /// The number of places in `text`; `first` and `last` are set to their offsets when there are any.
  std::size_t take(std::string_view text, std::size_t& first, std::size_t& last) {
    std::size_t found = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (!is_special(text[i]) || (text[i] == ' ' && quoted_)) continue;
      if (text[i] == '"') quoted_ = !quoted_;
      if (found++ == 0) first = i;
      last = i;
    }
    count_ += found;
    return found;
  }
  void skip(std::size_t places) { count_ += places; }

 private:
  bool quoted_ = false;
  std::size_t count_ = 0;
};

bool has_comma(std::string_view line, std::size_t from, std::size_t end) {
  if (end - from > 8 || line.size() - from < 8) {
    return line.substr(from, end - from).find(',') != std::string_view::npos;
  }
  // The bytes that are commas become 0; the lowest zero byte is found without a doubt (Mycroft's test).
  const std::uint64_t bytes = load64(line.data() + from) ^ 0x2C2C2C2C2C2C2C2CU;
  const std::uint64_t zeros = (bytes - 0x0101010101010101U) & ~bytes & 0x8080808080808080U;
  return zeros != 0 && static_cast<std::size_t>(__builtin_ctzll(zeros)) / 8 < end - from;
}

}  // namespace

void IndexedScanner::add_literal(std::string_view text) {
  if (parts_.empty() || parts_.back().is_field) parts_.push_back({});
  parts_.back().text += text;
}

void IndexedScanner::add_field(FieldClass cls, std::uint8_t slot) { parts_.push_back({true, {}, cls, slot}); }

void IndexedScanner::finish(std::uint8_t unused) {
  usable_ = LineIndex::available() && plan();
  for (Field& field : fields_) {
    if (field.slot == kNoSlot) field.slot = unused;
    if (field.check != Check::kNone || field.size > sizeof(field.head)) checked_.push_back(field);
  }
  // In a line that fits, so many bytes stand behind a field at least.
  std::size_t behind = 0;
  quick_ = fields_.size();
  for (; quick_ > 0; --quick_) {
    behind += fields_[quick_ - 1].size;
    if (behind >= sizeof(Field::head)) break;
  }
  parts_.clear();
}

/// Numbers the places of the format; false when its fields cannot be cut by number.
bool IndexedScanner::plan() {
  PlaceCounter places;
  std::size_t first = 0;
  std::size_t last = 0;
  std::uint16_t from = 0;
  std::size_t skip = 0;
  std::size_t part = 0;
  if (!parts_.empty() && !parts_[0].is_field) {
    prefix_ = parts_[part++].text;
    skip = prefix_.size();
    if (places.take(prefix_, first, last) > 0) skip -= last;
    from = static_cast<std::uint16_t>(places.count());
  }
  for (; part < parts_.size(); part += 2) {  // a field and the literal behind it
    const FieldClass cls = parts_[part].cls;
    const std::string_view literal =
        part + 1 < parts_.size() ? std::string_view(parts_[part + 1].text) : std::string_view();
    if (part + 1 < parts_.size() && parts_[part + 1].is_field) return false;
    const bool quoted = places.quoted();
    Field field;
    field.slot = parts_[part].slot;
    field.from = from;
    field.skip = static_cast<std::uint16_t>(skip);
    switch (cls) {
      case FieldClass::kText:
      case FieldClass::kAny:
        break;
      case FieldClass::kToken:
        if (quoted) return false;  // it could hold blanks there, which are no places
        break;
      case FieldClass::kList:
        if (quoted) return false;
        field.check = Check::kOneElement;
        break;
      case FieldClass::kBracket:
        if (quoted || literal.empty() || literal[0] != ']') return false;
        field.check = Check::kTime;
        places.skip(1);  // 24/Nov/2026:06:00:00 +0000
        break;
      default:
        return false;
    }
    const std::size_t before = places.count();
    const std::size_t found = places.take(literal, first, last);
    const bool ends_line = part + 2 >= parts_.size();
    if (found == 0 && !ends_line) return false;
    // A field may hold what the literal behind it begins with, and then it may end sooner than at the place.
    if (found > 0 && first != 0 && cls != FieldClass::kBracket) return false;
    field.to = static_cast<std::uint16_t>(before + 1);
    field.back = static_cast<std::uint16_t>(found > 0 ? first : literal.size());
    field.size = static_cast<std::uint32_t>(literal.size());
    field.at = static_cast<std::uint32_t>(literals_.size());
    literals_ += literal;
    const std::size_t head = std::min(literal.size(), sizeof(field.head));
    if (head > 0) std::memcpy(&field.head, literal.data(), head);
    std::memset(&field.head_mask, 0xFF, head);
    fields_.push_back(field);
    from = static_cast<std::uint16_t>(places.count());
    skip = literal.size() - last;
  }
  places_ = places.count();
  return !fields_.empty() && places_ > 0 && places_ <= LineIndex::kMaxPlaces;
}

/// The whole comparison, also where less than eight bytes are left. `end` is within the line.
bool IndexedScanner::has_literal(const Field& field, std::string_view line, std::size_t end) const noexcept {
  const std::size_t behind = end + field.size;
  if (behind > line.size()) return false;
  if (field.size <= sizeof(field.head) && behind >= sizeof(field.head)) {
    // Eight bytes that end with the literal.
    const std::uint64_t bytes = load64(line.data() + behind - sizeof(field.head));
    return field.size == 0 || bytes >> (8 * (sizeof(field.head) - field.size)) == field.head;
  }
  return std::memcmp(line.data() + end, literals_.data() + field.at, field.size) == 0;
}

/// Whether what the quick comparison leaves out is as the format wants it, too.
bool IndexedScanner::holds(const Field& field, std::string_view line, const LineIndex& index) const noexcept {
  const auto [from, end] = cut_at(field, index);
  if (field.size > sizeof(field.head) && !has_literal(field, line, end)) [[unlikely]]
    return false;
  const char* const begin = line.data();
  switch (field.check) {
    case Check::kNone:
      return true;
    case Check::kTime:
      return util::find_any(begin, begin + from, begin + line.size(), ']', '[', '"') == begin + end;
    case Check::kOneElement:
      // A comma would make it a list, or end it; so would " : ", which begins with the place that it ends at.
      return !has_comma(line, from, end) &&
             (line.size() - end < 2 || line[end] != ' ' || line[end + 1] != ':');
  }
  return false;
}

bool IndexedScanner::scan(std::string_view line, std::string_view* captures,
                          LineIndex& index) const noexcept {
  if (!line.starts_with(prefix_) || !index.build(line) || index.count() != places_) return false;
  const char* const begin = line.data();
  std::uint64_t different = 0;
  const Field* field = fields_.data();
  for (const Field* const end_of_quick = field + quick_; field != end_of_quick; ++field) {
    const Cut cut = cut_at(*field, index);
    // Where the literal before this field is another, the size may be nonsense: that shows in `different`.
    captures[field->slot] = std::string_view(begin + cut.from, cut.end - cut.from);
    if (cut.end + sizeof(field->head) > line.size()) return false;
    different |= (load64(begin + cut.end) ^ field->head) & field->head_mask;
  }
  if (different != 0) return false;
  for (const Field* const end_of_all = fields_.data() + fields_.size(); field != end_of_all; ++field) {
    const Cut cut = cut_at(*field, index);
    if (cut.end > line.size() || cut.end < cut.from || !has_literal(*field, line, cut.end)) return false;
    captures[field->slot] = std::string_view(begin + cut.from, cut.end - cut.from);
  }
  const Field& last = fields_.back();
  if (cut_at(last, index).end + last.size != line.size()) return false;
  return std::all_of(checked_.begin(), checked_.end(),
                     [&](const Field& checked) { return holds(checked, line, index); });
}

}  // namespace routemeter::format
