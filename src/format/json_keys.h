// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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
  int add(std::string_view path);
  /// To be called after the last add().
  void seal();

  std::size_t slots() const { return paths_.size(); }
  /// True when a name may be written with escapes, so that keys must be unescaped to be compared.
  bool may_be_escaped() const { return may_be_escaped_; }

  /// The key of that name in that object, or null when nothing cares for it.
  const Key* find(int object, std::string_view name) const noexcept {
    std::size_t at = hash(object, name);
    while (true) {
      const std::int16_t index = table_[at & mask_];
      if (index < 0) return nullptr;
      const Key& key = keys_[static_cast<std::size_t>(index)];
      if (key.object == object && key.name == name) return &key;
      ++at;
    }
  }

 private:
  /// Length, ends and middle tell keys apart well enough, and cost the same for any length.
  static std::size_t hash(int object, std::string_view name) noexcept {
    const std::size_t size = name.size();
    if (size == 0) return 0;
    const auto byte = [&name](std::size_t at) { return std::size_t{static_cast<unsigned char>(name[at])}; };
    return (static_cast<std::size_t>(object) * 61 + size) * 31 + byte(0) * 7 + byte(size / 2) * 13 +
           byte(size - 1) * 3 + byte(size / 4) * 17;
  }

  Key& key(int object, std::string_view name, int depth);
  void add_spellings(int object, std::string_view path, int depth, int slot);

  std::vector<std::string> paths_;
  std::vector<Key> keys_;
  int objects_ = 1;
  bool may_be_escaped_ = false;
  std::vector<std::int16_t> table_;
  std::size_t mask_ = 0;
};

}  // namespace routemeter::format
