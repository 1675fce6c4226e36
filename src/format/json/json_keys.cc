// SPDX-License-Identifier: Apache-2.0
#include "format/json/json_keys.h"

#include <algorithm>

namespace routemeter::format {

JsonKeys::Key& JsonKeys::key(int object, std::string_view name, int depth) {
  for (Key& known : keys_) {
    if (known.object == object && known.name == name) return known;
  }
  keys_.push_back(Key{std::string(name), object, kNone, kNone, depth});
  return keys_.back();
}

void JsonKeys::add_spellings(int object, std::string_view path, int depth, int slot) {
  key(object, path, depth).slot = slot;
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
    Key& outer = key(object, path.substr(0, dot), depth);
    if (outer.inner == kNone) outer.inner = objects_++;
    add_spellings(outer.inner, path.substr(dot + 1), depth + 1, slot);
  }
}

int JsonKeys::add(std::string_view path) {
  const auto known = std::find(paths_.begin(), paths_.end(), path);
  const int slot = static_cast<int>(known - paths_.begin());
  if (known != paths_.end()) return slot;
  paths_.emplace_back(path);
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\' || c == '/') may_be_escaped_ = true;
  }
  add_spellings(kRoot, path, 0, slot);
  return slot;
}

void JsonKeys::seal() {
  std::size_t size = 64;
  while (size < keys_.size() * 2) size *= 2;
  mask_ = size - 1;
  table_.assign(size, Entry{});
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const Key& key = keys_[i];
    const Ends ends = ends_of(key.name);
    std::size_t at = hash(key.object, ends, key.name.size());
    while (table_[at & mask_].key != kNone) ++at;
    table_[at & mask_] = Entry{ends, key.name.size(), key.object, static_cast<int>(i)};
  }
}

}  // namespace routemeter::format
