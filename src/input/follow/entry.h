// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "input/follow/open_file.h"
#include "input/read/file_probe.h"
#include "input/read/fingerprint.h"

namespace routemeter::input {

/// A file that the registry knows, or knew: what was read of it, so that it is never read twice.
struct Entry {
  enum class State : std::uint8_t {
    kReading,   ///< to be held open and read
    kParked,    ///< read to its end and closed to save descriptors; read on when it grows
    kFinished,  ///< nothing more is expected; read on if it grows all the same
    kCopy,      ///< repeats the file `copy_of`, stands in for it when that is truncated or goes
  };

  FileId id;               ///< inode 0: its file was truncated, only a copy can hold its text
  std::size_t source = 0;  ///< index of the log
  std::string path;        ///< where it was last
  std::string base;        ///< the logged path that it belongs to
  State state = State::kReading;
  bool gzip = false;
  bool active = false;      ///< it is at the logged path
  bool recovering = false;  ///< its text was destroyed elsewhere, this copy has the rest
  bool broken = false;      ///< damage was told
  bool gone = false;        ///< under no name, and not open
  bool superseded = false;  ///< gone, and another file has taken its place: nothing is compared with it
  Position position;        ///< while it is not open
  FileId copy_of;
  std::uint64_t size = 0;  ///< when it was looked at last, not open
  std::int64_t modified = 0;

  // Not part of the state.
  std::unique_ptr<OpenFile> open;
  bool verified = true;     ///< false after a restart, until its content was compared
  bool unreadable = false;  ///< the last attempt to read failed
  Clock::time_point unreadable_since{};
  Clock::time_point try_again{};
  std::chrono::milliseconds pause{0};  ///< between the last attempt and the next
  bool seen = false;                   ///< has a name at the present look
  bool was_active = false;
  std::string path_before;  ///< when it was at the logged path
  bool just_gone = false;
  bool fresh = false;      ///< a rotation that came unseen between two looks and is read from 0
  bool undecided = false;  ///< nothing was read of it, it may be a copy
  bool unlinked = false;
  bool was_unlinked = false;
  bool lost = false;  ///< its loss was told at this look
  std::uint32_t number = 0;
  Clock::time_point gone_since{};

  const std::string& name() const { return active ? base : path; }  ///< for people
  Position place() const { return open ? open->position() : position; }
  bool cut() const { return id.inode == 0; }
};

}  // namespace routemeter::input
