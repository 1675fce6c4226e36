// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "input/look/rotation_name.h"
#include "input/read/file_probe.h"

namespace routemeter::input {

/// The names in one directory that concern one log.
struct NameFilter {
  std::string base;  ///< a file name, or with `glob` a pattern
  bool glob = false;

  bool operator==(const NameFilter&) const = default;
};

/// The names in a directory that belong to some logs, read again only when the directory has changed: a
/// directory with 200,000 files costs 60 ms to read.
class DirectoryListing {
 public:
  explicit DirectoryListing(std::string directory) : directory_(std::move(directory)) {}

  /// Brings the names up to date. `again`: even if the directory seems unchanged. True when it was read.
  bool look(const std::vector<NameFilter>& filters, std::chrono::steady_clock::time_point now, bool again);
  /// Of filter i: file names; for a plain base its rotations only, without the base itself.
  const std::vector<std::string>& names(std::size_t filter) const { return names_[filter]; }
  /// 0, or the errno of the last attempt; the names are then empty.
  int error() const { return error_; }

 private:
  bool unchanged(std::chrono::steady_clock::time_point now);
  void read();
  void sort_in(const std::string& name);

  std::string directory_;
  std::vector<NameFilter> filters_;
  std::vector<std::vector<std::string>> names_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_base_;
  std::vector<std::size_t> globs_;
  int error_ = 0;
  std::size_t size_ = 0;  // names of all kinds
  FileId id_;
  std::int64_t modified_ = 0;
  bool settled_ = false;  // the directory's time is old enough to show the next change
  std::chrono::steady_clock::time_point read_at_;
  std::chrono::steady_clock::duration cost_{};
};

/// Whether a file name matches a shell pattern, as the shell does it (no hidden files without a dot).
bool matches(const std::string& pattern, const std::string& name);

/// The place of a file that belongs to a log.
struct FileName {
  std::string path;          ///< where it is, links at its end followed
  std::string base;          ///< the path that is logged to, of which this is the file or a rotation
  std::size_t source = 0;    ///< index of the log
  bool active = false;       ///< it is at the logged path
  std::uint32_t number = 0;  ///< N of ".N"; 0 = none

  const std::string& name() const { return active ? base : path; }  ///< for people
  void be_at(const FileName& other) { *this = other; }
};

/// A file that a look has found there.
struct Found : FileName {
  FileFacts facts;
  bool baseline = false;  ///< a rotation that was there before we came
  Compression compression = Compression::kNone;
};

/// The reason why a logged path cannot be followed: errno, or 0 for something that is no regular file.
struct Obstacle {
  std::size_t source = 0;
  std::string path;
  int error = 0;
};

/// Knows where the files of the logs are: the path or the glob as given, what links lead to, and the
/// directory for rotated files. One look lists them all.
class Scanner {
 public:
  Scanner(std::vector<std::string> logs, std::string rotated_dir);

  /// All files there are. `again`: reads directories even if they seem unchanged. A file with several names
  /// comes once, the logged path first.
  /// `quick`: rotated files in directories that have not changed are as they were last time.
  std::vector<Found> look(std::chrono::steady_clock::time_point now, bool again, bool quick = false);
  /// Ends the first look: from now on, other rotations are new ones.
  void settle();
  /// Whether the log has not been looked at before, in this run or an earlier one.
  bool first_look(std::size_t source) const { return born[source] == 0; }
  /// As of the last look().
  const std::vector<Obstacle>& obstacles() const { return obstacles_; }
  /// Directories that a new file may appear in, each once.
  std::vector<std::string> directories() const;
  /// False when the directory could not be listed for another reason than that it is not there: what is in
  /// it is not known then.
  bool knows(const std::string& directory) const;

  /// Places whose rotations have been seen once, so that later ones are new: part of the state.
  /// `born`: when a log was looked at first, nanoseconds since the epoch, by source; 0 = not yet.
  std::set<std::string> places;
  std::vector<std::int64_t> born;

 private:
  struct Place {
    std::size_t source = 0;
    std::string directory;
    NameFilter filter;
    std::string base;  // for a plain name: the logged path
    bool by_link = false;
    bool only_rotated = false;
  };

  void add_rotated_place(Place place);
  void find_places(std::size_t source);
  void find_glob_places(std::size_t source, const std::string& directory, const std::string& pattern);
  void add_file(const Place& place, const std::string& name, bool active, bool fresh);
  void add_glob_file(const Place& place, const std::string& name, const std::vector<std::string>& names,
                     bool fresh);
  void collect(const Place& place, std::size_t filter);

  std::vector<std::string> logs_;
  std::string rotated_dir_;
  std::vector<Place> now_;
  std::map<std::string, DirectoryListing> listings_;
  std::unordered_map<std::string, FileFacts> rotated_;  // by path
  bool quick_ = false;
  std::vector<Found> found_;
  std::vector<Obstacle> obstacles_;
  std::vector<std::string> new_places_;
};

/// The directory part of a path ("." when there is none), and its last part.
std::string directory_of(const std::string& path);
std::string name_of(const std::string& path);
std::string join(const std::string& directory, const std::string& name);
/// Whether a LOG is a pattern.
bool is_glob(std::string_view log);

}  // namespace routemeter::input
