// SPDX-License-Identifier: Apache-2.0
#include "state/state_dir.h"

#include <cerrno>
#include <cstdio>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "state/files.h"
#include "state/found.h"
#include "state/image.h"

namespace routemeter::state {
namespace {

constexpr const char* kNew = "state.new";
constexpr const char* kStateCorrupt = "state.corrupt";
constexpr const char* kSpareCorrupt = "state.prev.corrupt";

class StateDirImpl final : public StateDir {
 public:
  StateDirImpl(std::string path, bool sync) : path_(std::move(path)), sync_(sync) {}

  // A refusal by the disk is no failure: commit() tries again.
  Failure open() {
    if (Failure failure = open_dir(path_, dir_)) return is_of_the_disk(failure.error) ? Failure() : failure;
    Failure failure = lock_dir(dir_.get(), lock_);
    if (failure && !is_of_the_disk(failure.error)) return failure;
    failure = find_state(dir_.get(), found_);
    generation_ = found_.generation;
    attempt_ = found_.generation;
    return failure;
  }

  Load load_result() const override { return load_; }
  const Sections& loaded() const override { return loaded_; }
  std::uint64_t generation() const override { return generation_; }

  int commit(const Sections& sections) override {
    if (const int error = attach()) return error;
    if (const int error = repair()) return error;
    // A failed attempt may have left a whole image: each has its own number.
    const Image image = encode(sections, ++attempt_);
    if (image.size() > kMaxImage) return EFBIG;
    if (const int error = write_spare(image)) return error;
    if (const int error = publish()) return error;
    const bool had_state = std::exchange(found_.state_is_whole, true);
    if (sync_ && ::fsync(dir_.get()) != 0) return errno;
    generation_ = attempt_;
    // From now on a full disk cannot stop us.
    util::Fd spare;
    if (!had_state && open_spare(dir_.get(), kSpare, spare) == 0) reserve(spare.get(), image.size());
    return 0;
  }

  bool is_in_place() const override {
    return dir_ && lock_ && state::is_in_place(path_, dir_.get(), lock_.get()) &&
           ::faccessat(dir_.get(), kState, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
  }

  // Moves what open() found to where the owner sees it.
  void keep_loaded() {
    load_ = found_.load;
    loaded_ = std::move(found_.sections);
  }

 private:
  // Sees to it that the directory at our path is open and locked, also when somebody removed or replaced it.
  int attach() {
    if (dir_ && lock_ && state::is_in_place(path_, dir_.get(), lock_.get())) return 0;
    lock_.reset();
    if (const Failure failure = open_dir(path_, dir_)) return failure.error;
    util::Fd lock;
    if (const Failure failure = lock_dir(dir_.get(), lock)) return failure.error;
    if (const Failure failure = find_state(dir_.get(), found_)) return failure.error;
    found_.sections.clear();
    // Somebody counted on while we had no lock: what we have is no longer the truth.
    if (found_.generation > attempt_) return ESTALE;
    lock_ = std::move(lock);
    return 0;
  }

  int repair() {
    const int dir = dir_.get();
    int error = 0;
    switch (found_.repair) {
      case Repair::kNone:
        return 0;
      case Repair::kPublish:
        error = publish();
        break;
      case Repair::kPromote:
        keep_damaged_state();
        if (::renameat(dir, kSpare, dir, kState) != 0) error = errno;
        break;
      case Repair::kReplace:
        keep_damaged_state();
        if (::renameat(dir, kSpare, dir, kSpareCorrupt) != 0 && errno != ENOENT) error = errno;
        break;
    }
    if (error != 0) return error;
    found_.state_is_whole = found_.repair != Repair::kReplace;
    found_.repair = Repair::kNone;
    return 0;
  }

  // A second name, so that there is a state at every moment: without one we would take this for a first
  // start.
  void keep_damaged_state() {
    const int dir = dir_.get();
    const auto link = [dir] { return ::linkat(dir, kState, dir, kStateCorrupt, 0) == 0; };
    if (link()) return;
    if (errno == EEXIST && ::unlinkat(dir, kStateCorrupt, 0) == 0 && link()) return;
    ::renameat(dir, kState, dir, kStateCorrupt);
  }

  int write_spare(const Image& image) {
    util::Fd spare;
    if (const int error = open_spare(dir_.get(), kSpare, spare)) return error;
    if (const int error = reserve(spare.get(), image.size())) return error;
    if (const int error = write_at(spare.get(), image.payload, image.header.size())) return error;
    if (const int error = write_at(spare.get(), image.header, 0)) return error;
    return sync_ && ::fdatasync(spare.get()) != 0 ? errno : 0;
  }

  // The spare becomes the state, and the state the spare.
  int publish() {
    const int dir = dir_.get();
    if (found_.state_is_whole) {
      if (::renameat2(dir, kSpare, dir, kState, RENAME_EXCHANGE) == 0) return 0;
      if (errno == EINVAL || errno == ENOSYS) return publish_without_exchange();
      if (errno != ENOENT) return errno;
    }
    return ::renameat(dir, kSpare, dir, kState) == 0 ? 0 : errno;
  }

  // Between any two of these steps the state has its name. The link may fail (a FAT has none): then there is
  // no spare, and the next commit makes one.
  int publish_without_exchange() {
    const int dir = dir_.get();
    if (::renameat(dir, kSpare, dir, kNew) != 0) return errno;
    if (::linkat(dir, kState, dir, kSpare, 0) != 0 && is_of_the_disk(errno)) return errno;
    return ::renameat(dir, kNew, dir, kState) == 0 ? 0 : errno;
  }

  std::string path_;
  bool sync_;
  util::Fd dir_;
  util::Fd lock_;
  Found found_;  // what stands in the directory; the sections are moved out
  Load load_ = Load::kMissing;
  Sections loaded_;
  std::uint64_t generation_ = 0;
  std::uint64_t attempt_ = 0;  // the last number that a commit tried
};

}  // namespace

util::Result<std::unique_ptr<StateDir>> open_state_dir(const std::string& path, bool sync) {
  auto dir = std::make_unique<StateDirImpl>(path, sync);
  if (Failure failure = dir->open()) {
    util::Diagnostic error;
    error.file = path;
    error.message = std::move(failure.message);
    error.hint = std::move(failure.hint);
    return error;
  }
  dir->keep_loaded();
  return std::unique_ptr<StateDir>(std::move(dir));
}

}  // namespace routemeter::state
