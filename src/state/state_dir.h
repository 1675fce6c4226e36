// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "util/result.h"

namespace routemeter::state {

/// One part's bytes in the snapshot: "input", "metric/shop", ... The state folder does not look inside.
struct Section {
  std::string name;
  std::string bytes;
  bool operator==(const Section&) const = default;
};
using Sections = std::vector<Section>;

/// The contents of the directory when it was opened: label values of routemeter_state_loads_total.
enum class Load : std::uint8_t {
  kMissing,   ///< no state yet: first start
  kOk,        ///< the newest generation
  kPrevious,  ///< the newest was damaged; the generation before it is as exact, by reading the logs again
  kCorrupt    ///< both are damaged; they were kept as *.corrupt
};
inline constexpr std::array<std::string_view, 4> kLoadNames = {"missing", "ok", "previous", "corrupt"};
constexpr std::string_view name_of(Load load) { return kLoadNames[static_cast<std::size_t>(load)]; }

/// The durable snapshot: positions and counters in one commit (tests/RELIABILITY.md). Two preallocated files
/// that change places by RENAME_EXCHANGE, so that a full disk does not stop it; CRC-32C over everything;
/// fdatasync and fsync of the directory. Directory 0700, files 0600, one process at a time (lock). Used by
/// one thread.
class StateDir {
 public:
  virtual ~StateDir() = default;
  virtual Load load_result() const = 0;
  /// The loaded sections; empty for kMissing and kCorrupt.
  virtual const Sections& loaded() const = 0;
  virtual std::uint64_t generation() const = 0;
  /// Makes `sections` the state, all or nothing. Returns 0, or the errno of what failed: the old state then
  /// still holds and the next commit may succeed.
  virtual int commit(const Sections& sections) = 0;
  /// Whether the state is still where the next start looks for it: nobody removed or replaced it.
  virtual bool is_in_place() const = 0;
};

/// Opens (and makes) the directory and loads what is there. Errors: not ours (another owner, writable by
/// others, a symlink), locked by another process (says its pid), a state written by a newer version. `sync`
/// false leaves out the fsyncs (--state-sync=none).
util::Result<std::unique_ptr<StateDir>> open_state_dir(const std::string& path, bool sync);

}  // namespace routemeter::state
