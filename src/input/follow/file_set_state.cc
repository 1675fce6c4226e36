// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <utility>

#include "input/follow/file_set.h"

namespace routemeter::input {
namespace {

constexpr std::uint8_t kVersion = 1;
// More than there can be: what a damaged length is not believed beyond.
constexpr std::uint64_t kMost = 1U << 22;

void save_stats(const FollowStats& stats, util::Encoder& out) {
  out.u32(static_cast<std::uint32_t>(stats.loss_suspected.size()));
  for (const std::uint64_t count : stats.loss_suspected) out.u64(count);
  out.u32(static_cast<std::uint32_t>(stats.duplicate_suspected.size()));
  for (const std::uint64_t count : stats.duplicate_suspected) out.u64(count);
  out.u64(stats.recovered_lines);
  out.u64(stats.unterminated_lines);
}

// A later version may count more reasons than this one knows; then the state is not ours to read.
bool load_stats(util::Decoder& in, FollowStats& stats) {
  if (in.u32() != stats.loss_suspected.size()) return false;
  for (std::uint64_t& count : stats.loss_suspected) count = in.u64();
  if (in.u32() != stats.duplicate_suspected.size()) return false;
  for (std::uint64_t& count : stats.duplicate_suspected) count = in.u64();
  stats.recovered_lines = in.u64();
  stats.unterminated_lines = in.u64();
  return in.ok();
}

}  // namespace

void FileSet::save(util::Encoder& out) const {
  out.u8(kVersion);
  out.u64(logs_.size());
  for (std::size_t i = 0; i < logs_.size(); ++i) {
    out.text(logs_[i]);
    out.u64(static_cast<std::uint64_t>(scanner_.born[i]));
  }
  out.u64(scanner_.places.size());
  for (const std::string& place : scanner_.places) out.text(place);
  registry_.save(out);
  save_stats(notes_.stats, out);
  out.u64(notes_.paths.size());
  for (const auto& [path, counted] : notes_.paths) {
    out.text(path);
    out.u64(counted.source);
    for (const std::uint64_t count : counted.rotations) out.u64(count);
  }
}

bool FileSet::restore(util::Decoder& in) {
  if (in.u8() != kVersion) return false;
  // Logs that are not followed now keep what is known of them, behind the others: they may come back.
  std::vector<std::string> logs = logs_;
  std::vector<std::int64_t> born(logs.size(), 0);
  std::vector<std::size_t> index;
  for (std::uint64_t n = in.u64(); n > 0 && in.ok() && index.size() < kMost; --n) {
    std::string log(in.text());
    const auto time = static_cast<std::int64_t>(in.u64());
    const auto found = std::find(logs.begin(), logs.end(), log);
    index.push_back(static_cast<std::size_t>(found - logs.begin()));
    if (found == logs.end()) logs.push_back(std::move(log));
    born.resize(logs.size());
    born[index.back()] = time;
  }
  std::set<std::string> places;
  for (std::uint64_t n = in.u64(); n > 0 && in.ok(); --n) places.emplace(in.text());
  FileRegistry registry;
  if (!registry.load(in, index)) return false;
  FollowNotes notes;
  if (!load_stats(in, notes.stats)) return false;
  for (std::uint64_t n = in.u64(); n > 0 && in.ok(); --n) {
    std::string path(in.text());
    FollowNotes::Path counted;
    const std::uint64_t source = in.u64();
    for (std::uint64_t& count : counted.rotations) count = in.u64();
    if (source >= index.size()) return false;
    counted.source = index[source];
    notes.paths.emplace(std::move(path), counted);
  }
  if (!in.ok()) return false;
  logs_ = std::move(logs);
  scanner_.born = std::move(born);
  scanner_.places = std::move(places);
  registry_ = std::move(registry);
  notes_ = std::move(notes);
  return true;
}

std::uint64_t FileSet::lag(std::size_t source) const {
  std::uint64_t sum = 0;
  for (const FileStatus& file : files()) sum += file.source == source ? file.lag_bytes : 0;
  return sum;
}

std::string FileSet::head(std::size_t source) const {
  const KnownFile* best = nullptr;
  for (const auto& entry : registry_) {
    if (entry->source != source || entry->gone() || entry->cut()) continue;
    const auto rank = [](const KnownFile& file) { return std::pair(file.active, file.open != nullptr); };
    if (best == nullptr || rank(*entry) > rank(*best)) best = entry.get();
  }
  if (best == nullptr) return {};
  // A descriptor of its own: a gzip file is read in order.
  util::Fd fd;
  FileFacts facts;
  std::string head(kHeadBytes, '\0');
  std::ptrdiff_t size = 0;
  if (open_regular(best->path, true, fd, facts) == 0 && same_file(facts.id, best->id)) {
    const std::uint64_t from = best->gzip ? 0 : next_data(fd.get(), 0, facts.size);
    FileBytes bytes(std::move(fd), best->gzip, best->path);
    head.resize(bytes.read_at(from, head.data(), head.size()));
    return head;
  }
  if (best->open && !best->gzip) size = read_at(best->open->fd(), 0, head.data(), head.size());
  head.resize(static_cast<std::size_t>(std::max<std::ptrdiff_t>(size, 0)));
  return head;
}

std::vector<FileStatus> FileSet::files() const {
  std::map<std::string, FileStatus> by_path;
  for (const auto& [path, rotated] : notes_.paths) {
    by_path[path] = {path, rotated.source, 0, 0, rotated.rotations, false};
  }
  for (const auto& entry : registry_) {
    if (entry->gone() || entry->cut() || entry->source >= followed_) continue;
    if (!entry->open &&
        (entry->state == KnownFile::State::kFinished || entry->state == KnownFile::State::kCopy))
      continue;
    FileStatus& file = by_path[entry->name()];
    file.path = entry->name();
    file.source = entry->source;
    if (entry->open) {
      file.open = true;
      file.lag_bytes += entry->open->lag();
      file.pending_partial_bytes += entry->open->partial();
    } else {
      file.lag_bytes += std::max(entry->size, entry->position.offset) - entry->position.offset;
    }
  }
  std::vector<FileStatus> out;
  for (auto& [path, file] : by_path) {
    if (file.source < followed_) out.push_back(std::move(file));
  }
  return out;
}

FollowStats FileSet::stats() const {
  FollowStats stats = notes_.stats;
  stats.open_files = open_files();
  return stats;
}

}  // namespace routemeter::input
