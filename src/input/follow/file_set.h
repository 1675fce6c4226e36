// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "input/follow/file_lifecycle.h"
#include "input/follow/follow_notes.h"
#include "input/follow/registry.h"
#include "input/look/directory_scanner.h"
#include "input/read/block.h"
#include "util/codec.h"

namespace routemeter::input {

/// The files behind a list of logs: what Follower does, without inotify and with the time from outside.
/// look() is the only place that asks what names mean; it needs no event and no order of events. It tells
/// which file is which, from names and content, and leaves decisions to the judge, files to FileLifecycle.
class FileSet {
 public:
  FileSet(std::vector<std::string> logs, FollowOptions options);
  FileSet(const FileSet&) = delete;
  FileSet& operator=(const FileSet&) = delete;

  void look(Clock::time_point now);
  bool next(Block& block, std::size_t& source) { return life_.next(block, source); }
  void unread(std::size_t source) { life_.unread(source); }

  std::uint64_t lag(std::size_t source) const;
  std::string head(std::size_t source) const;
  std::vector<FileStatus> files() const;
  FollowStats stats() const;
  std::vector<std::string> take_messages() { return notes_.take_messages(); }
  std::vector<std::string> directories() const { return scanner_.directories(); }
  std::size_t open_files() const { return life_.open_files(); }

  void save(util::Encoder& out) const;
  bool restore(util::Decoder& in);

 private:
  struct Inheritance {
    Claim claim = Claim::kNone;
    KnownFile* holder = nullptr;  // of what the claim is about
  };

  // file_set.cc: files that the registry knows
  void match(const std::vector<Found>& found);
  void meet(KnownFile& entry, const Found& found);
  void mark_gone();
  void settle_gone();
  void count_rotations();
  void find_gaps(const std::vector<Found>& found);
  void tell_obstacles();
  // file_set_unknown.cc: files that it does not know
  void resolve(const Found& found, const std::vector<Found>& all);
  void resolve_closed(const Found& found);
  void inherit(KnownFile& entry, const Found& found, Inheritance from, std::unique_ptr<OpenFile> file);
  void settle_undecided();
  Inheritance best_claim(const Found& found, OpenFile& file);

  FollowOptions options_;
  std::vector<std::string> logs_;  // the ones given, then those that only the state knows
  std::size_t followed_ = 0;       // how many were given
  Scanner scanner_;
  FileRegistry registry_;
  FollowNotes notes_;
  FileLifecycle life_;
  std::set<std::size_t> puzzles_;  // logs with a new file that could not be read in this look
  Clock::time_point now_;
  Clock::time_point full_look_;  // the last one at every file
};

}  // namespace routemeter::input
