// SPDX-License-Identifier: Apache-2.0
#include "input/follow/follow_notes.h"

#include <utility>

#include "util/diagnostic.h"

namespace routemeter::input {
namespace {

// Logged paths whose rotations are counted: a glob over dated names makes new ones for ever.
constexpr std::size_t kMaxPaths = 4096;
constexpr std::size_t kMaxMessages = 1000;

}  // namespace

void FollowNotes::lose(Loss reason, const std::string& path, const std::string& what) {
  ++stats[reason];
  say(path, what);
}

void FollowNotes::tell(const std::string& path, const std::string& problem) {
  if (problem.empty()) {
    if (told_.erase(path) > 0) say(path, "is there, reading it");
    return;
  }
  std::string& told = told_[path];
  if (told == problem) return;
  told = problem;
  say(path, problem);
}

void FollowNotes::tell_error(const std::string& path, const std::string& what, int error) {
  const std::string problem = what + ": " + util::errno_text(error) + ", trying again";
  const auto told = told_.find(path);
  if (told == told_.end() || told->second != problem) ++stats.read_errors[error];
  tell(path, problem);
}

void FollowNotes::say(const std::string& path, const std::string& what) {
  if (messages_.size() < kMaxMessages) messages_.push_back(path + ": " + what);
}

void FollowNotes::rotated(const std::string& path, std::size_t source, Rotation kind) {
  const auto known = paths.find(path);
  if (known == paths.end() && paths.size() >= kMaxPaths) return;
  Path& at = paths[path];
  at.source = source;
  ++at.rotations[static_cast<std::size_t>(kind)];
}

std::vector<std::string> FollowNotes::take_messages() { return std::exchange(messages_, {}); }

}  // namespace routemeter::input
