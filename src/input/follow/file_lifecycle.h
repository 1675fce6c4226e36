// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "input/follow/evidence.h"
#include "input/follow/follow_notes.h"
#include "input/follow/judge.h"
#include "input/follow/registry.h"
#include "input/look/directory_scanner.h"
#include "input/read/block.h"

namespace routemeter::input {

/// Carries out what the judge decides about known files: opens them, reads them in turns, goes on where their
/// content says so, and closes them when nothing more is expected. The positions that are committed are those
/// it leaves in the registry. Which file is which, FileSet finds out.
class FileLifecycle {
 public:
  /// `sources`: how many logs are followed. The others must live as long as this.
  FileLifecycle(FileRegistry& registry, FollowNotes& notes, const FollowOptions& options,
                std::size_t sources);

  /// Begins a look: finds out what has happened to the content of open files.
  void check_open(Clock::time_point now);
  /// Ends it: lets go of files that are not logged to any more and of those that are forgotten.
  void retire();

  /// Null: it cannot be opened now, which has been said, or is another file by now.
  std::unique_ptr<OpenFile> open(const Found& found, bool gzip);
  /// A known file is there: opens it when there may be more in it.
  void keep(KnownFile& entry, const Found& found);
  /// Goes on reading an open file at `position`; where that cannot be done now, it is opened anew later.
  void start(KnownFile& entry, const Position& position);
  /// Reads on in a file that was just opened, where its content says so.
  void go_on(KnownFile& entry, std::unique_ptr<OpenFile> file);
  /// `entry` goes on where `holder` was. Unless it is a fork, the holder has nothing more to say.
  void take_over(KnownFile& entry, KnownFile& holder, bool fork);
  /// A copy whose original has gone is what is left of it.
  void settle_copies();

  /// Next lines of any open file, and the index of its log; see Follower.
  bool next(Block& block, std::size_t& source);
  void unread(std::size_t source);
  std::size_t open_files() const;

 private:
  struct Given {
    KnownFile* entry = nullptr;  // where the source's last block came from
    std::uint64_t recovered = 0;
    bool torn = false;
  };

  void cannot_read(KnownFile& entry, int error);
  void can_read(KnownFile& entry);
  void put_off(KnownFile& entry, const Position& position);
  void close(KnownFile& entry, FileState state);
  bool make_room();
  void close_surplus(std::vector<KnownFile*> lingering);
  void forget();

  void act(KnownFile& entry, Judgement judgement, const Position& before);
  void detach(KnownFile& entry, const Position& before);
  bool repeats(const KnownFile& copy, const Position& before);
  void reopen(KnownFile& entry, const Found& found);
  void review(KnownFile& copy, const Found& found);

  FileRegistry& registry_;
  FollowNotes& notes_;
  const FollowOptions& options_;
  std::size_t max_open_;
  Clock::time_point now_;
  std::vector<KnownFile*> open_;  // as of the last look
  std::size_t turn_ = 0;
  std::vector<Given> given_;  // by source
};

}  // namespace routemeter::input
