// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "input/follow/open_file.h"
#include "input/look/directory_scanner.h"
#include "input/read/file_probe.h"
#include "input/read/fingerprint.h"
#include "util/codec.h"

namespace routemeter::input {

/// Files that have gone, remembered per log: a compressed copy may come later.
inline constexpr std::size_t kMaxGone = 16;

/// Whether a known file still has a name or is held open.
enum class Presence : std::uint8_t {
  kThere,
  kGone,        ///< under no name, and not open
  kSuperseded,  ///< gone, and another file has taken its place: nothing is compared with it
};

/// The system does not read a file at present: it is left alone for a while, longer each time.
struct ReadTrouble {
  Clock::time_point since;
  Clock::time_point try_again;
  std::chrono::milliseconds pause{0};  ///< between the last attempt and the next
};

/// A file that the registry knows, or knew: what was read of it, so that it is never read twice. A copy
/// repeats the file `copy_of`; its name is where it was last.
struct KnownFile : FileName {
  using State = FileState;

  /// The findings of one look; forgotten when the next one begins.
  struct AtLook {
    bool seen = false;        ///< has a name
    bool just_gone = false;   ///< lost its name since the last look
    bool fresh = false;       ///< a rotation that came unseen between two looks and is read from 0
    bool lost = false;        ///< its loss was told
    bool was_active = false;  ///< as the look began
    bool was_unlinked = false;
    std::string path_before;  ///< as the look began, of an active file
  };

  FileId id;  ///< inode 0: its file was truncated, only a copy can hold its text
  State state = State::kReading;
  Presence presence = Presence::kThere;
  bool gzip = false;
  bool recovering = false;  ///< its text was destroyed elsewhere, this copy has the rest
  bool broken = false;      ///< damage was told
  Position position;        ///< while it is not open
  FileId copy_of;
  std::uint64_t size = 0;  ///< when it was looked at last, not open
  std::int64_t modified = 0;

  // Not part of the state.
  std::unique_ptr<OpenFile> open;
  bool verified = true;    ///< false after a restart, until its content was compared
  bool undecided = false;  ///< nothing was read of it, it may be a copy
  bool unlinked = false;
  std::optional<ReadTrouble> trouble;
  Clock::time_point gone_since{};
  AtLook at_look;

  void remember(const FileFacts& facts) {
    size = facts.size;
    modified = facts.modified;
  }
  Position place() const { return open ? open->position() : position; }
  bool cut() const { return id.inode == 0; }
  bool gone() const { return presence != Presence::kThere; }
};

/// The files that are known, by identity and in the order in which they came. Decides nothing and reads no
/// file; pointers to its files hold until remove() or forget().
class FileRegistry {
 public:
  /// Forgets what the last look found and indexes the files by inode.
  void begin_look();
  /// The file with this identity; one that has gone only where its birth time tells it from a later file
  /// with the same inode. Null = not known.
  KnownFile* find(const FileId& id) const;
  KnownFile& add(const Found& found, KnownFile::State state);
  /// Remembers what was read up to `before` of a file that was truncated then: a copy of it may come.
  void add_cut(const KnownFile& truncated, const Position& before, Clock::time_point now);
  void remove(const KnownFile& file);
  /// Drops the oldest of the files that have gone, beyond kMaxGone per log.
  void forget(Clock::time_point now);

  void save(util::Encoder& out) const;
  /// Into an empty registry; `sources`: the present index of each log of the state. False = damaged.
  bool load(util::Decoder& in, const std::vector<std::size_t>& sources);

  auto begin() const { return files_.begin(); }
  auto end() const { return files_.end(); }

 private:
  std::list<std::unique_ptr<KnownFile>> files_;                  // a list: looking through it adds to it
  std::unordered_multimap<std::uint64_t, KnownFile*> by_inode_;  // as of begin_look()
};

}  // namespace routemeter::input
