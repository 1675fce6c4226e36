// SPDX-License-Identifier: Apache-2.0
#include "route/memo.h"

#include <cstring>

#include "route/path/byte_words.h"

namespace routemeter::route {
namespace {

std::size_t slot_of(std::uint64_t hash) { return hash & (Memo::kSlots - 1); }
std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32) | 1; }

}  // namespace

Memo::Key::Key(std::string_view raw_path, std::uint64_t method_bit, std::uint32_t host_number) noexcept
    : path(raw_path),
      method(method_bit),
      host(host_number),
      hash(method_bit + host_number * kMixB + raw_path.size() * kMixA) {
  if (path.size() > kMaxPath) return;
  std::size_t at = 0;
  for (; at + 8 <= path.size(); at += 8) hash = mix(hash ^ load64(path.data() + at), kMixA);
  hash = mix(hash ^ load_short(path.data() + at, path.size() - at), kMixB);
}

Memo::Memo() : tags_(kSlots), entries_(new Entry[kSlots]) {}

std::optional<Decision> Memo::find(const Key& key) const noexcept {
  if (key.path.size() > kMaxPath) return std::nullopt;
  if (tags_[slot_of(key.hash)].kept != tag_of(key.hash)) return std::nullopt;
  const Entry& entry = entries_[slot_of(key.hash)];
  if (entry.method != key.method || entry.host != key.host ||
      std::string_view(entry.path.data(), entry.size) != key.path) {
    return std::nullopt;
  }
  Decision decision;
  decision.outcome = entry.outcome;
  decision.label = entry.label;
  decision.rule = entry.rule;
  return decision;
}

void Memo::put(const Key& key, const Decision& decision) noexcept {
  if (key.path.size() > kMaxPath) return;
  Tag& tag = tags_[slot_of(key.hash)];
  if (tag.seen != tag_of(key.hash)) {
    tag.seen = tag_of(key.hash);
    return;
  }
  Entry& entry = entries_[slot_of(key.hash)];
  entry.method = key.method;
  entry.host = key.host;
  entry.label = decision.label;
  entry.rule = decision.rule;
  entry.outcome = decision.outcome;
  entry.size = static_cast<std::uint16_t>(key.path.size());
  std::memcpy(entry.path.data(), key.path.data(), key.path.size());
  tag.kept = tag_of(key.hash);
}

}  // namespace routemeter::route
