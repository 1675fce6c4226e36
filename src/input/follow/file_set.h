// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "input/follow/follow_notes.h"
#include "input/follow/judge.h"
#include "input/follow/registry.h"
#include "input/look/directory_scanner.h"
#include "input/read/block.h"
#include "util/codec.h"

namespace routemeter::input {

struct FileSetOptions {
  bool start_at_end = false;
  bool lost_state = false;
  std::chrono::milliseconds linger = std::chrono::minutes(10);
  unsigned max_rotated = 16;
  std::string rotated_dir;
  /// Rotated files that are closed are looked at this seldom, unless their directory changes.
  std::chrono::milliseconds rotated_every{0};
  std::size_t max_open = 0;  ///< files held open at once; 0 = as the process's limit allows
};

/// A rotated file without a writer is closed when it has been quiet for this long.
inline constexpr std::chrono::seconds kQuiet{1};
/// The files behind a list of logs: what Follower does, without inotify and with the time from outside.
/// look() is the only place that asks what names mean; it needs no event and no order of events. The order
/// in it matters: what is open is checked before directories are listed, so that the copy which a truncation
/// was preceded by is in the list.
class FileSet {
 public:
  FileSet(std::vector<std::string> logs, FileSetOptions options);

  void look(Clock::time_point now);
  bool next(Block& block, std::size_t& source);
  void unread(std::size_t source);

  std::uint64_t lag(std::size_t source) const;
  std::string head(std::size_t source) const;
  std::vector<FileStatus> files() const;
  FollowStats stats() const;
  std::vector<std::string> take_messages() { return notes_.take_messages(); }
  std::vector<std::string> directories() const { return scanner_.directories(); }
  std::size_t open_files() const;

  void save(util::Encoder& out) const;
  bool restore(util::Decoder& in);

 private:
  struct Given {
    KnownFile* entry = nullptr;  // where the source's last block came from
    std::uint64_t recovered = 0;
    bool torn = false;
  };

  // file_set.cc
  void mark_gone();
  void tell_obstacles();
  void list_open();
  // file_set_known.cc: files that the registry knows
  void check_open();
  bool repeats(const KnownFile& copy, const Position& before);
  void match(const std::vector<Found>& found);
  void meet(KnownFile& entry, const Found& found);
  void reopen(KnownFile& entry, const Found& found);
  void go_on(KnownFile& entry, std::unique_ptr<OpenFile> file);
  void act(KnownFile& entry, Judgement judgement, const Position& before);
  void detach(KnownFile& entry, const Position& before);
  void review(KnownFile& copy, const Found& found);
  void settle_copies();
  void settle_gone();
  Found as_found(const KnownFile& entry) const;
  // file_set_lifecycle.cc: files that cannot be read for now
  void cannot_read(KnownFile& entry, int error);
  void can_read(KnownFile& entry);
  void start(KnownFile& entry, const Position& position);
  void put_off(KnownFile& entry, const Position& position);
  void open_anew(KnownFile& entry, const Found& found);
  void give_up(KnownFile& entry);
  // file_set_unknown.cc: files that it does not know
  void resolve(const Found& found, const std::vector<Found>& all);
  void settle_undecided();
  void resolve_claim(KnownFile& entry, const Found& found, Claim claim, KnownFile* holder,
                     std::unique_ptr<OpenFile> file);
  void resolve_closed(const Found& found);
  void take_over(KnownFile& entry, KnownFile& holder, bool fork);
  Claim best_claim(const Found& found, OpenFile& file, KnownFile*& holder);
  // file_set_unknown.cc: what an unknown file has to do with one that was read
  Relation relate(const Found& found, OpenFile& file, KnownFile& known);
  Relation compare(const Found& found, OpenFile& file, KnownFile& known);
  // file_set_lifecycle.cc: what became of logged paths, and when files are let go
  void count_rotations();
  void find_gaps(const std::vector<Found>& found);
  void retire();
  void retire_some(std::vector<KnownFile*> lingering);
  void close(KnownFile& entry, KnownFile::State state);
  void close_done();
  void forget();
  bool make_room();
  std::unique_ptr<OpenFile> open(const Found& found, bool gzip);

  FileSetOptions options_;
  std::vector<std::string> logs_;  // the ones given, then those that only the state knows
  std::size_t followed_ = 0;       // how many were given
  Scanner scanner_;
  FileRegistry registry_;
  std::vector<KnownFile*> open_;  // those that are open
  std::size_t turn_ = 0;
  std::vector<Given> given_;  // by source
  std::set<std::size_t>
      puzzles_;  // sources with a file that could not be read, to say what it is, in this look
  FollowNotes notes_;
  Clock::time_point now_;
  Clock::time_point full_look_;  // the last one at every file
};

}  // namespace routemeter::input
