// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "input/block.h"
#include "input/file_state.h"

namespace routemeter::input {

/// How long a file that no path names any more has to be quiet before it is closed. nginx workers that serve
/// long connections write to the old file for minutes (reliability.md 3.5).
inline constexpr std::chrono::minutes kLinger{10};
/// Files without a path that are kept open; beyond it the quietest that is read to its end goes early.
inline constexpr std::size_t kMaxLingering = 16;

/// The files behind a list of paths: what Follower does, without inotify and with the time from outside.
/// look() is the only place that asks what the paths mean; it needs no event and no order of events.
class FileSet {
 public:
  explicit FileSet(std::vector<std::string> paths);

  void look(Clock::time_point now);
  bool next(Block& block, std::size_t& source);
  void unread(std::size_t source);
  std::uint64_t lag(std::size_t source) const;
  std::vector<std::string> take_messages();

  const std::string& path(std::size_t source) const { return sources_[source].path; }
  std::size_t sources() const { return sources_.size(); }
  std::size_t open_files() const { return files_.size(); }

 private:
  struct Source {
    std::string path;
    std::string problem;        // with the path, as last told; empty = none
    std::string read_problem;   // with an open file
    FileState* last = nullptr;  // where its last block came from
  };

  void find_file(std::size_t source, std::vector<const FileState*>& named, Clock::time_point now);
  FileState* held(const FileId& id);
  void retire(Clock::time_point now);
  void tell(const Source& source, std::string& told, std::string problem);

  std::vector<Source> sources_;
  std::vector<std::unique_ptr<FileState>> files_;
  std::size_t turn_ = 0;
  std::vector<std::string> messages_;
};

}  // namespace routemeter::input
