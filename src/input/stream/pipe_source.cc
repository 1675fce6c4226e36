// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/read/block.h"
#include "input/read/byte_source.h"
#include "input/stream/stream_source.h"
#include "util/fd.h"

namespace routemeter::input {
namespace {

using Clock = std::chrono::steady_clock;
using util::errno_text;
using util::Result;

// The most that one next() reads in search of a line's end: a writer of endless lines gets no more of our
// time.
constexpr std::size_t kPipeEffort = std::size_t{4} * 1024 * 1024;
constexpr std::chrono::seconds kLookAgainAtPipe{1};

/// The part that stdin and FIFOs share: bytes from a descriptor become blocks.
class PipeSource : public StreamSource {
 public:
  bool next(Block& block) override {
    block.clear();
    for (std::size_t done = 0; done < kPipeEffort;) {
      const Splitter::Room room = splitter_.room(block);
      const ssize_t n = read_now(room.data, std::min(room.size, kReadSize));
      if (n < 0) break;
      if (n == 0) {
        at_end(block);
        break;
      }
      splitter_.add(block, static_cast<std::size_t>(n));
      done += static_cast<std::size_t>(n);
      if (block.has_news()) return true;
    }
    return block.has_news();
  }

 protected:
  /// As read(2), but never waits: -1 = nothing now. 0 = end, or no writer at present.
  virtual ssize_t read_now(char* data, std::size_t size) = 0;
  virtual void at_end(Block&) {}

  Splitter splitter_;
};

class Stdin : public PipeSource {
 public:
  int fd() const override { return STDIN_FILENO; }
  bool ended() const override { return ended_; }
  std::string description() const override { return "stdin"; }
  std::string_view caveat() const override {
    return "what is read from standard input and not yet committed when the process dies is lost";
  }

 private:
  ssize_t read_now(char* data, std::size_t size) override {
    if (ended_) return -1;
    // O_NONBLOCK would change the descriptor for everybody who shares it, a shell's terminal for one.
    pollfd waiting{STDIN_FILENO, POLLIN, 0};
    if (::poll(&waiting, 1, 0) <= 0) return -1;
    const ssize_t n = ::read(STDIN_FILENO, data, size);
    if (n >= 0 || errno == EAGAIN || errno == EINTR) return n;
    messages_.push_back("stdin: cannot read: " + errno_text(errno));
    return 0;
  }

  void at_end(Block& block) override {
    splitter_.finish(block);
    ended_ = true;
  }

  bool ended_ = false;
};

class Fifo : public PipeSource {
 public:
  explicit Fifo(std::string path) : path_(std::move(path)) {}

  /// 0 or errno; ESPIPE: no FIFO.
  int open() {
    if (!epoll_) epoll_ = util::Fd(::epoll_create1(EPOLL_CLOEXEC));
    struct stat status {};
    // Looked at first: opening a device can do things.
    if (!epoll_ || ::stat(path_.c_str(), &status) != 0) return errno;
    if (!S_ISFIFO(status.st_mode)) return ESPIPE;
    // With a writer of our own there is no end of file between writers.
    util::Fd fd(::open(path_.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    std::uint32_t wake = EPOLLIN;
    if (!fd && errno == EACCES) {
      // Readable only: without writers it counts as hung up all the time, so only changes may wake.
      fd = util::Fd(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
      wake |= EPOLLET;
    }
    if (!fd || ::fstat(fd.get(), &status) != 0) return errno;
    if (!S_ISFIFO(status.st_mode)) return ESPIPE;
    epoll_event event{};
    event.events = wake;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd.get(), &event) != 0) return errno;
    fd_ = std::move(fd);
    wake_ = wake;
    device_ = status.st_dev;
    inode_ = status.st_ino;
    return 0;
  }

  int fd() const override { return epoll_.get(); }
  std::string description() const override { return "fifo " + path_; }
  std::string_view caveat() const override {
    return "what is read from a FIFO and not yet committed when the process dies is lost, and so is what a "
           "writer cannot write while nobody reads";
  }

  bool next(Block& block) override {
    epoll_event event{};
    const bool edges = (wake_ & EPOLLET) != 0;
    if (edges) ::epoll_wait(epoll_.get(), &event, 1, 0);
    drained_ = false;
    const bool found = PipeSource::next(block);
    if (edges && !drained_) {
      event.events = wake_;
      ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd_.get(), &event);  // wakes again for what is left
    }
    if (!found) look_again();
    return found;
  }

 private:
  ssize_t read_now(char* data, std::size_t size) override {
    const ssize_t n = ::read(fd_.get(), data, size);
    drained_ = n <= 0;
    return n;
  }

  void look_again() {
    const Clock::time_point now = Clock::now();
    if (now - looked_ < kLookAgainAtPipe) return;
    looked_ = now;
    struct stat status {};
    std::string problem;
    if (::stat(path_.c_str(), &status) != 0) {
      problem = errno_text(errno);
    } else if (status.st_dev != device_ || status.st_ino != inode_) {
      const bool torn = splitter_.pending() > 0 || splitter_.skipping();
      const int error = open();
      if (error == 0) {
        // Nobody can end the torn line of a FIFO that has no name any more.
        if (torn) ++stats_.messages_torn;
        splitter_.reset(false);
        messages_.push_back(path_ + ": a new FIFO, reading from it");
      } else {
        problem = error == ESPIPE ? "is no FIFO any more" : errno_text(error);
      }
    }
    if (problem == told_) return;
    told_ = problem;
    if (!problem.empty()) messages_.push_back(path_ + ": " + problem + "; still reading the old FIFO");
  }

  std::string path_;
  util::Fd epoll_;  // its number stays when the FIFO is another one
  util::Fd fd_;
  std::uint32_t wake_ = 0;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  bool drained_ = false;
  Clock::time_point looked_ = Clock::now();
  std::string told_;
};

}  // namespace

Result<std::unique_ptr<StreamSource>> open_stdin() {
  struct stat status {};
  if (::fstat(STDIN_FILENO, &status) != 0) {
    return failure("stdin", "read", errno, "it is closed; redirect something into it");
  }
  if (S_ISDIR(status.st_mode)) return failure("stdin", "read", EISDIR);
  return std::unique_ptr<StreamSource>(std::make_unique<Stdin>());
}

Result<std::unique_ptr<StreamSource>> open_fifo(const std::string& path) {
  auto fifo = std::make_unique<Fifo>(path);
  const int error = fifo->open();
  if (error == ESPIPE) return util::error_about(path, "not a FIFO");
  if (error != 0) {
    return failure(path, "open", error, error == EACCES ? "the user we run as must be able to read it" : "");
  }
  return std::unique_ptr<StreamSource>(std::move(fifo));
}

}  // namespace routemeter::input
