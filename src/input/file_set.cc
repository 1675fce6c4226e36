// SPDX-License-Identifier: Apache-2.0
#include "input/file_set.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

namespace routemeter::input {
namespace {

std::string error_text(int error) { return std::generic_category().message(error); }

FileId id_of(const struct stat& status) { return {status.st_dev, status.st_ino}; }

}  // namespace

FileSet::FileSet(std::vector<std::string> paths) {
  for (std::string& path : paths) sources_.push_back({std::move(path), {}, {}, nullptr});
}

void FileSet::look(Clock::time_point now) {
  std::vector<const FileState*> named;
  for (std::size_t i = 0; i < sources_.size(); ++i) find_file(i, named, now);
  for (const auto& file : files_) {
    file->set_named(std::find(named.begin(), named.end(), file.get()) != named.end(), now);
    if (file->look(now) == FileState::Change::kTruncated) {
      messages_.push_back(sources_[file->source()].path + ": has been truncated, reading it from its start");
    }
  }
  retire(now);
}

bool FileSet::next(Block& block, std::size_t& source) {
  // Ends after as many drained files in a row as there are.
  for (std::size_t idle = 0; idle < files_.size();) {
    turn_ = (turn_ + 1) % files_.size();
    FileState& file = *files_[turn_];
    if (file.drained()) {
      ++idle;
      continue;
    }
    idle = 0;
    Source& owner = sources_[file.source()];
    const FileState::Outcome outcome = file.read(block);
    if (outcome == FileState::Outcome::kError) {
      tell(owner, owner.read_problem, "cannot read: " + error_text(errno) + ", trying again");
      continue;
    }
    tell(owner, owner.read_problem, {});
    if (outcome == FileState::Outcome::kNothing) continue;
    source = file.source();
    owner.last = &file;
    return true;
  }
  return false;
}

void FileSet::unread(std::size_t source) {
  if (FileState* last = sources_[source].last; last != nullptr) last->unread();
}

std::uint64_t FileSet::lag(std::size_t source) const {
  std::uint64_t sum = 0;
  for (const auto& file : files_) {
    if (file->source() == source) sum += file->lag();
  }
  return sum;
}

std::vector<std::string> FileSet::take_messages() { return std::exchange(messages_, {}); }

void FileSet::find_file(std::size_t index, std::vector<const FileState*>& named, Clock::time_point now) {
  Source& source = sources_[index];
  struct stat status {};
  if (::stat(source.path.c_str(), &status) != 0) {
    tell(source, source.problem, error_text(errno) + ", waiting for the file");
    return;
  }
  // Looked at before it is opened: opening a FIFO or a device has effects.
  if (!S_ISREG(status.st_mode)) {
    tell(source, source.problem, "is not a regular file, waiting for one");
    return;
  }
  FileState* file = held(id_of(status));
  if (file == nullptr) {
    util::Fd fd(::open(source.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd || ::fstat(fd.get(), &status) != 0) {
      tell(source, source.problem, "cannot open: " + error_text(errno) + ", trying again");
      return;
    }
    if (!S_ISREG(status.st_mode)) return;  // changed just now; the next look says what it is
    // The path may mean another file than a moment ago, and one that is held.
    file = held(id_of(status));
    if (file == nullptr) {
      files_.push_back(std::make_unique<FileState>(std::move(fd), id_of(status), index, now));
      file = files_.back().get();
    }
  }
  tell(source, source.problem, {});
  named.push_back(file);
}

FileState* FileSet::held(const FileId& id) {
  for (const auto& file : files_) {
    if (file->id() == id) return file.get();
  }
  return nullptr;
}

// Lets go of files that no path names: they get their last line out, and are closed at the next look after.
void FileSet::retire(Clock::time_point now) {
  std::vector<FileState*> idle;
  std::size_t lingering = 0;
  for (const auto& file : files_) {
    if (file->named()) continue;
    ++lingering;
    if (file->at_end()) idle.push_back(file.get());
  }
  std::sort(idle.begin(), idle.end(),
            [](const FileState* a, const FileState* b) { return a->quiet_since() < b->quiet_since(); });
  for (FileState* file : idle) {
    if (now - file->quiet_since() < kLinger && lingering <= kMaxLingering) break;
    file->finish();
    --lingering;
  }
  std::erase_if(files_, [this](const std::unique_ptr<FileState>& file) {
    if (!file->done()) return false;
    FileState*& last = sources_[file->source()].last;
    if (last == file.get()) last = nullptr;
    return true;
  });
}

// Says a change once; `told` is what was said last about the same matter.
void FileSet::tell(const Source& source, std::string& told, std::string problem) {
  if (told == problem) return;
  messages_.push_back(source.path + ": " + (problem.empty() ? "is there, reading it" : problem));
  told = std::move(problem);
}

}  // namespace routemeter::input
