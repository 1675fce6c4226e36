// SPDX-License-Identifier: Apache-2.0
#include "input/follow/follower.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <sys/inotify.h>
#include <unistd.h>

#include "input/follow/file_set.h"
#include "input/stream/stream_source.h"
#include "util/fd.h"

namespace routemeter::input {

namespace {

constexpr std::chrono::milliseconds kRotatedEvery{200};
constexpr std::uint32_t kEvents = IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_MODIFY |
                                  IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

/// Says "look" when something happens in some directories. Nothing else is taken from the events, so lost,
/// merged and overflowed ones do no harm. Where the kernel gives no watch, it stays silent.
class DirectoryWatch {
 public:
  /// `wanted` false: silent from the beginning.
  explicit DirectoryWatch(bool wanted) {
    if (!wanted) return;
    inotify_ = util::Fd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!inotify_) problem_ = "inotify is not available: " + util::errno_text(errno);
  }

  /// Polls readable after a change; -1 when there is no inotify.
  int fd() const { return inotify_.get(); }
  /// The reason why it cannot watch everything, in words; empty = it does.
  const std::string& problem() const { return problem_; }
  /// Whether every directory that exists is watched.
  bool watching() const { return inotify_ && problem_.empty(); }
  /// The number of times that the kernel has dropped events.
  std::uint64_t overflows() const { return overflows_; }

  /// Forgets what has happened so far and watches these directories. They come and go: to be called before
  /// each look at the files, so that no change after the look is missed.
  void refresh(const std::vector<std::string>& directories) {
    if (!inotify_) return;
    problem_.clear();
    forget();
    std::set<int> watches;
    for (const std::string& directory : directories) {
      // The same directory gives the same number again, a new one under the old name another.
      const int watch = ::inotify_add_watch(fd(), directory.c_str(), kEvents);
      if (watch >= 0) {
        watches.insert(watch);
      } else if (errno != ENOENT && errno != ENOTDIR) {
        problem_ = "cannot watch " + directory + ": " + util::errno_text(errno);
      }
    }
    // A directory that was replaced or that a link left.
    for (const int old : watches_) {
      if (!watches.contains(old)) ::inotify_rm_watch(fd(), old);
    }
    watches_ = std::move(watches);
  }

 private:
  void forget() {
    alignas(inotify_event) std::array<char, 65536> events;
    // Bounded: what busy neighbours in the directory add meanwhile is left for the next time.
    for (int i = 0; i < 64; ++i) {
      const ssize_t size = ::read(fd(), events.data(), events.size());
      if (size <= 0) return;
      for (ssize_t at = 0; at < size;) {
        inotify_event event{};
        std::memcpy(&event, events.data() + at, sizeof event);
        if ((event.mask & IN_Q_OVERFLOW) != 0) ++overflows_;
        at += static_cast<ssize_t>(sizeof event + event.len);
      }
    }
  }

  util::Fd inotify_;
  std::set<int> watches_;
  std::string problem_;
  std::uint64_t overflows_ = 0;
};

class LogFollower : public Follower {
 public:
  LogFollower(std::vector<std::string> files, std::vector<std::size_t> sources, StreamSet streams,
              const FollowOptions& options)
      : sources_(std::move(sources)),
        files_(std::move(files), options),
        streams_(std::move(streams)),
        watch_(options.use_inotify) {}

  int wake_fd() const override { return watch_.fd(); }
  int stream_fd() const override { return streams_.wake_fd(); }
  bool watching() const override { return watch_.watching(); }

  void look() override {
    // Watch first, look second: what happens in between is seen now or announced later, or both. Where the
    // look finds that other directories matter, that goes for them too.
    for (int i = 0; i < 3; ++i) {
      watch_.refresh(files_.directories());
      const std::vector<std::string> watched = files_.directories();
      files_.look(Clock::now());
      if (files_.directories() == watched) break;
    }
    streams_.look();
  }

  bool next(Block& block, std::size_t& source) override {
    // Files and streams take turns, too.
    stream_turn_ = !stream_turn_;
    if (stream_turn_ && streams_.next(block, source)) return true;
    if (files_.next(block, source)) {
      source = sources_[source];
      return true;
    }
    return streams_.next(block, source);
  }

  void unread(std::size_t source) override {
    if (!streams_.unread(source)) files_.unread(file_index(source));
  }

  std::uint64_t lag(std::size_t source) const override {
    return streams_.has(source) ? 0 : files_.lag(file_index(source));
  }

  std::string head(std::size_t source) const override {
    return streams_.has(source) ? streams_.head(source) : files_.head(file_index(source));
  }

  std::vector<FileStatus> files() const override {
    std::vector<FileStatus> out = files_.files();
    for (FileStatus& file : out) file.source = sources_[file.source];
    return out;
  }

  std::vector<StreamStatus> streams() const override { return streams_.statuses(); }

  FollowStats stats() const override {
    FollowStats stats = files_.stats();
    stats.watch_overflows = watch_.overflows();
    return stats;
  }

  std::vector<std::string> take_messages() override {
    std::vector<std::string> messages = files_.take_messages();
    for (std::string& message : streams_.take_messages()) messages.push_back(std::move(message));
    if (watch_.problem() != told_) {
      told_ = watch_.problem();
      if (!told_.empty()) messages.push_back(told_ + "; new lines are found by looking from time to time");
    }
    return messages;
  }

  void save(util::Encoder& out) const override { files_.save(out); }
  bool restore(util::Decoder& in) override { return files_.restore(in); }

 private:
  std::size_t file_index(std::size_t source) const {
    return static_cast<std::size_t>(std::find(sources_.begin(), sources_.end(), source) - sources_.begin());
  }

  std::vector<std::size_t> sources_;  // of each file log
  FileSet files_;
  StreamSet streams_;
  DirectoryWatch watch_;
  bool stream_turn_ = false;
  std::string told_;
};

}  // namespace

util::Result<std::unique_ptr<Follower>> follow(const std::vector<std::string>& logs, FollowOptions options) {
  options.rotated_every = kRotatedEvery;
  util::Diagnostics errors;
  std::vector<std::string> files;
  std::vector<std::size_t> sources;
  StreamSet streams;
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const bool no_name = logs[i].empty();
    if (no_name || logs[i].find('\0') != std::string::npos) {
      errors.push_back(
          util::error_about(logs[i], no_name ? "a log file needs a name" : "a path cannot hold a NUL byte"));
    } else if (!is_stream(logs[i])) {
      files.push_back(logs[i]);
      sources.push_back(i);
    } else if (auto stream = open_stream(logs[i])) {
      streams.add(i, std::move(*stream));
    } else {
      util::append(errors, stream.errors());
    }
  }
  if (!errors.empty()) return errors;
  return std::unique_ptr<Follower>(
      std::make_unique<LogFollower>(std::move(files), std::move(sources), std::move(streams), options));
}

}  // namespace routemeter::input
