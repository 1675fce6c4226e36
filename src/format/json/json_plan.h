// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "format/contract/format.h"

namespace routemeter::format {

/// The keys that matter in a JSON object and the objects in it. Built once, then a hash look-up per key.
///
/// A dotted path has several spellings: "a.b" is the key "a.b", or "b" in the object "a". The one with the
/// fewest objects is the one meant when a line has more.
class JsonKeys {
 public:
  static constexpr int kRoot = 0;
  static constexpr int kNone = -1;
  /// More parts than this make a path too long: the number of spellings doubles with each.
  static constexpr std::size_t kMaxParts = 8;

  struct Key {
    std::string name;
    int object = kRoot;  ///< the object it stands in
    int slot = kNone;    ///< the path that ends here
    int inner = kNone;   ///< the object that begins here, when paths go on
    int depth = 0;       ///< objects around it: the smaller, the better the spelling
  };

  /// The slot of `path`, which is new or known. Slots count from 0 in the order of their making.
  std::size_t add(std::string_view path);
  /// To be called after the last add().
  void seal();

  std::size_t slots() const { return paths_.size(); }
  const std::string& path(std::size_t slot) const { return paths_[slot]; }
  /// True when a name may be written with escapes, so that keys must be unescaped to be compared.
  bool may_be_escaped() const { return may_be_escaped_; }

  /// The key of that name in that object, or null when nothing cares for it.
  const Key* find(int object, std::string_view name) const noexcept {
    const Ends ends = ends_of(name);
    for (std::size_t at = hash(object, ends, name.size());; ++at) {
      const Entry& entry = table_[at & mask_];
      if (entry.key == kNone) return nullptr;
      if (entry.ends == ends && entry.size == name.size() && entry.object == object) {
        const Key& key = keys_[static_cast<std::size_t>(entry.key)];
        if (name.size() <= kEndsCover || key.name == name) return &key;
      }
    }
  }

 private:
  /// The first and the last eight bytes of a name: all of it up to 16 bytes, so that most look-ups need no
  /// call of memcmp.
  struct Ends {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    bool operator==(const Ends&) const = default;
  };
  static constexpr std::size_t kEndsCover = 16;

  struct Entry {
    Ends ends;
    std::size_t size = 0;
    int object = kRoot;
    int key = kNone;  ///< in keys_; kNone = an empty place
  };

  template <typename Word>
  static std::uint64_t load(const char* from) noexcept {
    Word word = 0;
    std::memcpy(&word, from, sizeof word);
    return word;
  }

  static Ends ends_of(std::string_view name) noexcept {
    const char* const begin = name.data();
    const char* const end = begin + name.size();
    if (name.size() >= 8) return {load<std::uint64_t>(begin), load<std::uint64_t>(end - 8)};
    if (name.size() >= 4) return {load<std::uint32_t>(begin), load<std::uint32_t>(end - 4)};
    if (name.size() >= 2) return {load<std::uint16_t>(begin), load<std::uint16_t>(end - 2)};
    return {name.empty() ? 0U : load<std::uint8_t>(begin), 0};
  }

  static std::size_t hash(int object, const Ends& ends, std::size_t size) noexcept {
    const std::uint64_t mixed =
        (ends.head * 0x9E3779B97F4A7C15U) ^ (ends.tail * 0xC2B2AE3D27D4EB4FU) ^ (size << 56U);
    return static_cast<std::size_t>(mixed >> 40U) + static_cast<std::size_t>(object) * 17;
  }

  Key& key(int object, std::string_view name, int depth);
  void add_spellings(int object, std::string_view path, int depth, int slot);

  std::vector<std::string> paths_;
  std::vector<Key> keys_;
  int objects_ = 1;
  bool may_be_escaped_ = false;
  std::vector<Entry> table_;
  std::size_t mask_ = 0;
};

inline constexpr std::size_t kMaxSlots = 128;
using SlotSet = std::bitset<kMaxSlots>;

/// A place where a field may stand, and the unit if it is a duration.
struct JsonSource {
  std::size_t slot;
  model::Unit unit;
};

/// One dialect, with what the rule file's `fields` replaced in it.
struct JsonRow {
  ByField<std::vector<JsonSource>> sources;
  ByField<SlotSet> masks;  ///< the same as sets

  void add(model::Field field, JsonSource source) {
    sources[field].push_back(source);
    masks[field].set(source.slot);
  }
  bool has(model::Field field, const SlotSet& present) const { return (masks[field] & present).any(); }
  /// True when lines with these slots are requests in this dialect. What the rule file names must be there.
  bool fits(const SlotSet& present, model::FieldSet mapped) const {
    const bool line = has(model::Field::kRequest, present);
    const bool method = has(model::Field::kMethod, present);
    const bool target = has(model::Field::kTarget, present);
    return has(model::Field::kStatus, present) && (method || (line && !mapped.has(model::Field::kMethod))) &&
           (target || (line && !mapped.has(model::Field::kTarget)));
  }
};

/// All keys and dialects, compiled. Which dialect a line is in depends on that line alone: of those that fit
/// the one with most fields present, then the first.
struct JsonPlan {
  JsonKeys keys;
  std::vector<JsonRow> rows;
  model::FieldSet mapped;  ///< fields that the rule file names itself

  const JsonRow* row_for(const SlotSet& present) const noexcept;
};

/// Compiles json_dialects() with `fields` on top: a mapped field stands where the rule file says
/// and nowhere else. A mapped request line replaces method and target; mapped alone, each of these stands
/// over the request line's.
JsonPlan make_json_plan(const std::map<model::Field, model::FieldSource>& fields);

}  // namespace routemeter::format
