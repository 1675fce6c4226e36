// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "state/files.h"
#include "state/state_dir.h"

namespace routemeter::state {

/// The committed snapshot, and the file that the next one is written into: after a commit, the one before.
inline constexpr const char* kState = "state";
inline constexpr const char* kSpare = "state.prev";

/// The step to take before the next commit, so that it cannot destroy what was loaded.
enum class Repair : std::uint8_t {
  kNone,
  kPublish,  ///< the spare is whole and newer: a commit was cut short before it became the state
  kPromote,  ///< only the spare is whole: it becomes the state
  kReplace   ///< the state is damaged and there is no other
};

/// The contents of a state directory.
struct Found {
  Load load = Load::kMissing;
  Repair repair = Repair::kNone;
  bool state_is_whole = false;
  std::uint64_t generation = 0;
  Sections sections;
};

/// Looks at both files and takes the newest whole one; changes nothing. Fails for files that are not ours,
/// and for a newer format version.
Failure find_state(int dir, Found& found);

}  // namespace routemeter::state
