// SPDX-License-Identifier: Apache-2.0
#include "state/found.h"

#include <cerrno>
#include <string>
#include <utility>

#include "state/image.h"
#include "util/fmt.h"

namespace routemeter::state {
namespace {

struct File {
  bool exists = false;
  Decoded image;
  bool is_whole() const { return image.validity == Validity::kValid; }
};

Failure read_file(int dir, const char* name, File& out) {
  util::Fd fd;
  Failure failure = open_for_reading(dir, name, fd);
  if (failure.error == ENOENT) return {};
  // A disk that cannot give the file back has damaged it.
  out.exists = true;
  if (failure) return failure.error == EIO ? Failure() : failure;
  std::string bytes;
  if (read_up_to(fd.get(), kHeaderSize, bytes) != 0) return {};
  const std::size_t size = image_size(bytes);
  if (size == 0 || read_up_to(fd.get(), size, bytes) != 0) return {};
  out.image = decode(bytes);
  if (out.image.validity == Validity::kNewer) {
    return {EPROTO,
            fmt::format(
                "the state file `{}` is of format version {}, and this routemeter knows versions up to {}",
                name, out.image.version, kFormatVersion),
            "run the newer routemeter, or name another --state-dir"};
  }
  return {};
}

}  // namespace

Failure find_state(int dir, Found& found) {
  File state;
  File spare;
  if (Failure failure = read_file(dir, kState, state)) return failure;
  if (Failure failure = read_file(dir, kSpare, spare)) return failure;
  found = {};
  found.state_is_whole = state.is_whole();
  File* taken = nullptr;
  if (state.is_whole()) {
    taken = &state;
    found.load = Load::kOk;
    if (spare.is_whole() && spare.image.generation > state.image.generation) {
      taken = &spare;
      found.repair = Repair::kPublish;
    }
  } else if (spare.is_whole()) {
    taken = &spare;
    // The first commit of all may have been cut short before the state had its name.
    found.load = !state.exists && spare.image.generation == 1 ? Load::kOk : Load::kPrevious;
    found.repair = Repair::kPromote;
  } else if (state.exists) {
    found.load = Load::kCorrupt;
    found.repair = Repair::kReplace;
  }
  // A damaged spare beside no state is a first commit that was cut short: nothing was ever committed.
  if (taken != nullptr) {
    found.generation = taken->image.generation;
    found.sections = std::move(taken->image.sections);
  }
  return {};
}

}  // namespace routemeter::state
