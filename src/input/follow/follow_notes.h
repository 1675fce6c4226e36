// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace routemeter::input {

struct FollowOptions {
  bool start_at_end = false;  ///< of files that are there when their log is looked at for the first time ever
  bool lost_state = false;    ///< there was a state, and it is lost: as start_at_end, and said in the stats
  bool use_inotify = true;
  std::chrono::milliseconds linger = std::chrono::minutes(10);  ///< quiet time of a file no longer logged to
  unsigned max_rotated = 16;                                    ///< of those, held open per log
  std::string rotated_dir;  ///< logrotate's olddir, absolute or seen from the log's directory
  /// Rotated files that are closed are looked at this seldom, unless their directory changes; follow() sets
  /// it.
  std::chrono::milliseconds rotated_every{0};
  std::size_t max_open = 0;  ///< files held open at once; 0 = as the process's limit allows

  /// Whether what is there at a log's first look is passed over.
  bool skip_present() const { return start_at_end || lost_state; }
};

/// Why lines may be missing. Each is counted once per event, and is 0 as long as everything was provably
/// read.
enum class Loss {
  kTruncate,        ///< a file was truncated or rewritten: what was written just before is in no copy
  kGenerationGone,  ///< a file, or one between two that we know, went away before it was read to its end
  kCompressed,      ///< it is there, compressed in a way that we cannot read, or damaged
  kShrunk,          ///< a file lost its end (power loss): counted lines, or unread bytes, are gone from it
  kStateLost,       ///< there was a state, it cannot be read: what came since is not known
};
inline constexpr std::array<std::string_view, 5> kLossNames = {"truncate", "generation_gone", "compressed",
                                                               "shrunk", "state_lost"};

/// Why lines may have been counted twice, or a whole file taken for a known one.
enum class Doubt {
  kIdentity,  ///< which file it is was told by its content only
};
inline constexpr std::array<std::string_view, 1> kDoubtNames = {"identity"};

enum class Rotation { kRename, kTruncate, kRewrite, kSymlink };
inline constexpr std::array<std::string_view, 4> kRotationNames = {"rename", "truncate", "rewrite",
                                                                   "symlink"};
using Rotations = std::array<std::uint64_t, kRotationNames.size()>;

/// Counts of what happened while following, kept over restarts but for the last three.
struct FollowStats {
  std::array<std::uint64_t, kLossNames.size()> loss_suspected{};        ///< by Loss
  std::array<std::uint64_t, kDoubtNames.size()> duplicate_suspected{};  ///< by Doubt
  std::uint64_t recovered_lines = 0;     ///< read from a copy after a truncation
  std::uint64_t unterminated_lines = 0;  ///< last lines without an end, counted when their file was closed
  std::map<int, std::uint64_t> read_errors;  ///< by errno: files that could not be opened or read, per change
  std::uint64_t watch_overflows = 0;         ///< events that the kernel dropped; harmless
  std::uint64_t open_files = 0;

  std::uint64_t& operator[](Loss reason) { return loss_suspected[static_cast<std::size_t>(reason)]; }
  std::uint64_t& operator[](Doubt reason) { return duplicate_suspected[static_cast<std::size_t>(reason)]; }
};

/// One logged path, or a rotated file that is still read.
struct FileStatus {
  std::string path;
  std::size_t source = 0;
  std::uint64_t lag_bytes = 0;              ///< not read yet, a partial line included
  std::uint64_t pending_partial_bytes = 0;  ///< of a line that has no end yet
  Rotations rotations{};                    ///< by Rotation; of logged paths only
  bool open = false;
};

/// Collects messages and counts about followed files.
class FollowNotes {
 public:
  struct Path {
    std::size_t source = 0;
    Rotations rotations{};
  };

  /// Counts a loss and says it.
  void lose(Loss reason, const std::string& path, const std::string& what);
  /// Says a change once: `problem` is what keeps `path` from being read; empty = nothing does any more.
  void tell(const std::string& path, const std::string& problem);
  /// The same for a failed call; counted once per change.
  void tell_error(const std::string& path, const std::string& what, int error);
  void say(const std::string& path, const std::string& what);
  void rotated(const std::string& path, std::size_t source, Rotation kind);
  std::vector<std::string> take_messages();

  FollowStats stats;
  std::map<std::string, Path> paths;  ///< of logged paths, those that had any

 private:
  std::map<std::string, std::string> told_;
  std::vector<std::string> messages_;
};

}  // namespace routemeter::input
