// SPDX-License-Identifier: Apache-2.0
#include "route/memo.h"

#include <cstring>

#include "route/mix.h"

namespace routemeter::route {
namespace {

std::uint64_t hash_of(const Memo::Key& key) {
  const std::string_view path = key.path;
  std::uint64_t hash = key.method + key.host * kMixB + path.size() * kMixA;
  std::size_t at = 0;
  for (; at + 8 <= path.size(); at += 8) hash = mix(hash ^ load64(path.data() + at), kMixA);
  const std::uint64_t last = load_short(path.data() + at, path.size() - at);
  return mix(hash ^ last, kMixB);
}

std::size_t slot_of(std::uint64_t hash) { return hash & (Memo::kSlots - 1); }
std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32) | 1; }

}  // namespace

Memo::Memo() : tags_(kSlots), entries_(new Entry[kSlots]) {}

std::optional<Decision> Memo::find(const Key& key) const noexcept {
  if (key.path.size() > kMaxPath) return std::nullopt;
  const std::uint64_t hash = hash_of(key);
  if (tags_[slot_of(hash)].kept != tag_of(hash)) return std::nullopt;
  const Entry& entry = entries_[slot_of(hash)];
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
  const std::uint64_t hash = hash_of(key);
  Tag& tag = tags_[slot_of(hash)];
  if (tag.seen != tag_of(hash)) {
    tag.seen = tag_of(hash);
    return;
  }
  Entry& entry = entries_[slot_of(hash)];
  entry.method = key.method;
  entry.host = key.host;
  entry.label = decision.label;
  entry.rule = decision.rule;
  entry.outcome = decision.outcome;
  entry.size = static_cast<std::uint16_t>(key.path.size());
  std::memcpy(entry.path.data(), key.path.data(), key.path.size());
  tag.kept = tag_of(hash);
}

}  // namespace routemeter::route
