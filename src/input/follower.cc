// SPDX-License-Identifier: Apache-2.0
#include "input/follower.h"

#include <utility>

#include "input/directory_watch.h"
#include "input/file_set.h"

namespace routemeter::input {
namespace {

class PathFollower : public Follower {
 public:
  explicit PathFollower(const std::vector<std::string>& paths) : paths_(paths), files_(paths) {}

  int wake_fd() const override { return watch_.fd(); }

  void look() override {
    // Watch first, look second: what happens in between is seen now or announced later, or both.
    watch_.refresh(paths_);
    files_.look(Clock::now());
  }

  bool next(Block& block, std::size_t& source) override { return files_.next(block, source); }
  void unread(std::size_t source) override { files_.unread(source); }
  std::uint64_t lag(std::size_t source) const override { return files_.lag(source); }

  std::vector<std::string> take_messages() override {
    std::vector<std::string> messages = files_.take_messages();
    if (watch_.problem() != told_) {
      told_ = watch_.problem();
      if (!told_.empty()) messages.push_back(told_ + "; new lines are found by looking from time to time");
    }
    return messages;
  }

 private:
  std::vector<std::string> paths_;
  DirectoryWatch watch_;
  FileSet files_;
  std::string told_;
};

}  // namespace

util::Result<std::unique_ptr<Follower>> follow(const std::vector<std::string>& paths) {
  util::Diagnostics errors;
  for (const std::string& path : paths) {
    util::Diagnostic d;
    d.file = path;
    if (path.empty()) {
      d.message = "a log file needs a name";
    } else if (path == "-") {
      d.message = "stdin cannot be followed";
      d.hint = "name a file, or read stdin to its end with: routemeter replay -";
    } else if (path.find('\0') != std::string::npos) {
      d.message = "a path cannot hold a NUL byte";
    } else {
      continue;
    }
    errors.push_back(std::move(d));
  }
  if (!errors.empty()) return errors;
  return std::unique_ptr<Follower>(std::make_unique<PathFollower>(paths));
}

}  // namespace routemeter::input
