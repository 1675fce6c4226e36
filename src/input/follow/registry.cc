// SPDX-License-Identifier: Apache-2.0
#include "input/follow/registry.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace routemeter::input {
namespace {

using State = KnownFile::State;

// The copy of a truncated file is there before the truncation; this is for slow listings.
constexpr std::chrono::minutes kCutKept{1};

void save_id(const FileId& id, util::Encoder& out) {
  out.u64(id.device);
  out.u64(id.inode);
  out.u64(static_cast<std::uint64_t>(id.birth));
}

FileId load_id(util::Decoder& in) {
  FileId id;
  id.device = in.u64();
  id.inode = in.u64();
  id.birth = static_cast<std::int64_t>(in.u64());
  return id;
}

void save_entry(const KnownFile& entry, util::Encoder& out) {
  save_id(entry.id, out);
  out.u64(entry.source);
  out.text(entry.path);
  out.text(entry.base);
  out.u8(static_cast<std::uint8_t>(entry.state));
  std::uint8_t flags = 0;
  flags |= entry.gzip ? 1 : 0;
  flags |= entry.active ? 2 : 0;
  flags |= entry.recovering ? 4 : 0;
  flags |= entry.broken ? 8 : 0;
  if (entry.gone()) flags |= 16;
  if (entry.presence == Presence::kSuperseded) flags |= 32;
  out.u8(flags);
  save_position(entry.place(), out);
  save_id(entry.copy_of, out);
  out.u64(entry.open ? entry.open->facts().size : entry.size);
  out.u64(static_cast<std::uint64_t>(entry.open ? entry.open->facts().modified : entry.modified));
}

std::unique_ptr<KnownFile> load_entry(util::Decoder& in) {
  auto entry = std::make_unique<KnownFile>();
  entry->id = load_id(in);
  entry->id.device = 0;  // another one after the next mount
  entry->source = in.u64();
  entry->path = in.text();
  entry->base = in.text();
  const std::uint8_t state = in.u8();
  if (state > static_cast<std::uint8_t>(State::kCopy)) return nullptr;
  entry->state = static_cast<State>(state);
  const std::uint8_t flags = in.u8();
  entry->gzip = (flags & 1) != 0;
  entry->active = (flags & 2) != 0;
  entry->recovering = (flags & 4) != 0;
  entry->broken = (flags & 8) != 0;
  if ((flags & 16) != 0) entry->presence = (flags & 32) != 0 ? Presence::kSuperseded : Presence::kGone;
  entry->position = load_position(in);
  entry->copy_of = load_id(in);
  entry->copy_of.device = 0;
  entry->size = in.u64();
  entry->modified = static_cast<std::int64_t>(in.u64());
  entry->verified = false;
  return in.ok() ? std::move(entry) : nullptr;
}

}  // namespace

void FileRegistry::begin_look() {
  by_inode_.clear();
  for (const auto& file : files_) {
    if (!file->cut()) by_inode_.emplace(file->id.inode, file.get());
    file->at_look = {};
    file->at_look.was_active = file->active;
    file->at_look.was_unlinked = file->unlinked;
    if (file->active) file->at_look.path_before = file->path;
  }
}

KnownFile* FileRegistry::find(const FileId& id) const {
  KnownFile* gone = nullptr;
  const auto [first, last] = by_inode_.equal_range(id.inode);
  for (auto each = first; each != last; ++each) {
    KnownFile* entry = each->second;
    if (!same_file(entry->id, id)) continue;
    if (!entry->gone()) return entry;
    // Without a birth time the inode may have been given to another file.
    if (entry->id.birth != 0) gone = entry;
  }
  return gone;
}

KnownFile& FileRegistry::add(const Found& found, State state) {
  auto file = std::make_unique<KnownFile>();
  file->be_at(found);
  file->id = found.facts.id;
  file->state = state;
  file->at_look.seen = true;
  file->remember(found.facts);
  files_.push_back(std::move(file));
  by_inode_.emplace(found.facts.id.inode, files_.back().get());
  return *files_.back();
}

void FileRegistry::add_cut(const KnownFile& truncated, const Position& before, Clock::time_point now) {
  auto cut = std::make_unique<KnownFile>();
  cut->be_at(truncated);
  cut->active = false;
  cut->position = before;
  cut->presence = Presence::kGone;
  cut->at_look.just_gone = true;
  cut->gone_since = now;
  files_.push_back(std::move(cut));
}

void FileRegistry::remove(const KnownFile& file) {
  std::erase_if(files_, [&](const auto& each) { return each.get() == &file; });
}

void FileRegistry::forget(Clock::time_point now) {
  std::vector<const KnownFile*> gone;
  for (const auto& file : files_) {
    if (file->gone()) gone.push_back(file.get());
  }
  std::stable_sort(gone.begin(), gone.end(),
                   [](const KnownFile* a, const KnownFile* b) { return a->gone_since > b->gone_since; });
  std::map<std::size_t, std::size_t> later;  // by log
  for (const KnownFile* file : gone) {
    const bool old = file->cut() && now - file->gone_since > kCutKept;
    if (later[file->source]++ >= kMaxGone || old) remove(*file);
  }
}

void FileRegistry::save(util::Encoder& out) const {
  out.u64(files_.size());
  for (const auto& file : files_) save_entry(*file, out);
}

bool FileRegistry::load(util::Decoder& in, const std::vector<std::size_t>& sources) {
  for (std::uint64_t n = in.u64(); n > 0 && in.ok(); --n) {
    std::unique_ptr<KnownFile> file = load_entry(in);
    if (!file || file->source >= sources.size()) return false;
    file->source = sources[file->source];
    files_.push_back(std::move(file));
  }
  return true;
}

}  // namespace routemeter::input
