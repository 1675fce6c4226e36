// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <string>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/read/block.h"
#include "unit/input/stream_support.h"
#include "unit/input/support.h"

using namespace routemeter::test;
using routemeter::input::Block;
using routemeter::input::kMaxLine;
using routemeter::input::open_stream;
using routemeter::util::Fd;

namespace {

/// Puts something in the place of standard input for a test.
class StdinFrom {
 public:
  explicit StdinFrom(int fd) : saved_(::dup(STDIN_FILENO)) { ::dup2(fd, STDIN_FILENO); }
  StdinFrom(const StdinFrom&) = delete;
  StdinFrom& operator=(const StdinFrom&) = delete;
  ~StdinFrom() {
    ::close(STDIN_FILENO);
    if (saved_) ::dup2(saved_.get(), STDIN_FILENO);
  }

 private:
  Fd saved_;
};

struct Pipe {
  Pipe() {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    read = Fd(ends[0]);
    write = Fd(ends[1]);
  }
  void put(std::string_view bytes) const {
    REQUIRE(::write(write.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  Fd read, write;
};

class FifoWriter {
 public:
  void enlarge(int bytes) const { REQUIRE(::fcntl(fd_.get(), F_SETPIPE_SZ, bytes) >= bytes); }
  explicit FifoWriter(const std::string& path)
      : fd_(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)) {
    REQUIRE(fd_);
  }
  void put(std::string_view bytes) const {
    REQUIRE(::write(fd_.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }

 private:
  Fd fd_;
};

}  // namespace

TEST_CASE("stream: stdin gives lines as they come, and its last one at its end") {
  Pipe pipe;
  StdinFrom in(pipe.read.get());
  const auto source = opened("-");
  CHECK(source->description() == "stdin");
  Block block;
  CHECK_FALSE(source->next(block));  // an empty pipe, whose writer is there, does not block
  CHECK_FALSE(readable(source->fd(), 0));
  pipe.put("one\ntw");
  CHECK(readable(source->fd(), 0));
  CHECK(take(*source).text == "one\n");
  CHECK_FALSE(readable(source->fd(), 0));
  pipe.put("o\nlast");
  CHECK(take(*source).text == "two\n");
  CHECK_FALSE(source->ended());
  pipe.write.reset();
  CHECK(readable(source->fd(), 0));
  CHECK(take(*source).text == "last\n");
  CHECK(source->ended());
  CHECK_FALSE(source->next(block));
  CHECK(source->take_messages().empty());
}

TEST_CASE("stream: stdin as a file, from where it stands") {
  TempDir dir;
  std::string text;
  for (int i = 0; i < 200000; ++i) text += "line " + std::to_string(i) + "\n";
  write_file(dir / "log", "header\n" + text + "end");
  const Fd file(::open((dir / "log").c_str(), O_RDONLY | O_CLOEXEC));
  ::lseek(file.get(), 7, SEEK_SET);
  StdinFrom in(file.get());
  const auto source = opened("-");
  CHECK(readable(source->fd(), 0));
  CHECK(take(*source).text == text + "end\n");
  CHECK(source->ended());
}

TEST_CASE("stream: a stdin that cannot be read") {
  TempDir dir;
  const Fd directory(::open((dir / ".").c_str(), O_RDONLY | O_CLOEXEC));
  StdinFrom in(directory.get());
  const auto out = open_stream("-");
  REQUIRE_FALSE(out);
  CHECK(out.errors().front().message == "cannot read: Is a directory");
  ::close(STDIN_FILENO);
  const auto closed = open_stream("-");
  REQUIRE_FALSE(closed);
  CHECK(closed.errors().front().hint == "it is closed; redirect something into it");
}

TEST_CASE("stream: a stdin that fails later ends, and says so once") {
  Pipe pipe;
  StdinFrom in(pipe.read.get());
  const auto source = opened("-");
  pipe.put("one\ntorn");
  CHECK(take(*source).text == "one\n");
  ::close(STDIN_FILENO);
  CHECK(take(*source).text == "torn\n");
  CHECK(source->ended());
  CHECK(take(*source).text.empty());
  CHECK(source->take_messages() == std::vector<std::string>{"stdin: cannot read: Bad file descriptor"});
}

TEST_CASE("stream: a FIFO outlives its writers") {
  // With write permission it holds a writer of its own, without it lives with end of file and hang-up.
  const bool writable = GENERATE(true, false);
  TempDir dir;
  const std::string path = dir / "fifo";
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  REQUIRE(::chmod(path.c_str(), writable ? 0666 : 0444) == 0);
  REQUIRE(::chmod((dir / ".").c_str(), 0755) == 0);
  const bool root = ::geteuid() == 0;
  if (root) REQUIRE(::seteuid(65534) == 0);
  const auto source = opened(path);
  if (root) REQUIRE(::seteuid(0) == 0);
  if (!root) ::chmod(path.c_str(), 0666);
  CHECK(source->description() == "fifo " + path);
  CHECK(take(*source).text.empty());
  CHECK_FALSE(readable(source->fd(), 0));
  for (int writer = 0; writer < 3; ++writer) {
    const std::string line = "writer " + std::to_string(writer) + "\n";
    {
      const FifoWriter out(path);
      out.put(line.substr(0, 4));
      CHECK(readable(source->fd(), 0));
      CHECK(take(*source).text.empty());  // only a newline completes a line
      CHECK_FALSE(readable(source->fd(), 0));
      out.put(line.substr(4) + "second\n");
      CHECK(readable(source->fd(), 0));
    }
    CHECK(take(*source).text == line + "second\n");
    CHECK(take(*source).text.empty());
    CHECK_FALSE(readable(source->fd(), 0));  // nobody spins on a hang-up
    CHECK_FALSE(source->ended());
  }
  {
    // A writer that leaves inside a line: the bytes that come next continue it.
    FifoWriter(path).put("torn ");
    CHECK(take(*source).text.empty());
    FifoWriter(path).put("and more\n");
    CHECK(take(*source).text == "torn and more\n");
  }
  // More than one read takes wakes until all is taken, one block at a time.
  const FifoWriter out(path);
  out.enlarge(1024 * 1024);
  const std::string bulk(4096, 'x');
  Block block;
  std::size_t sent = 0;
  std::size_t got = 0;
  for (; sent < 160; ++sent) out.put(bulk.substr(1) + "\n");
  while (readable(source->fd(), 0)) {
    if (source->next(block)) got += block.text.size();
  }
  CHECK(got == sent * bulk.size());
}

TEST_CASE("stream: a line without end through a FIFO takes no memory and no time") {
  TempDir dir;
  const std::string path = dir / "fifo";
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const auto source = opened(path);
  const FifoWriter out(path);
  const std::string part(32768, 'x');
  Taken taken;
  for (int i = 0; i < 100; ++i) {
    out.put(part);
    taken = take(*source);
    CHECK(taken.text.empty());
    CHECK(taken.too_long == 0);
  }
  out.put("\ngood\n");
  taken = take(*source);
  CHECK(taken.text == "good\n");
  CHECK(taken.too_long == 1);
}

TEST_CASE("stream: a FIFO that is replaced is followed to the new one") {
  TempDir dir;
  const std::string path = dir / "fifo";
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const auto source = opened(path);
  const int fd = source->fd();
  const FifoWriter old_writer(path);
  old_writer.put("old\nto");
  CHECK(take(*source).text == "old\n");
  REQUIRE(::unlink(path.c_str()) == 0);
  ::usleep(1100 * 1000);
  CHECK(take(*source).text.empty());
  CHECK(source->take_messages() ==
        std::vector<std::string>{path + ": No such file or directory; still reading the old FIFO"});
  old_writer.put("rn\nto");
  CHECK(take(*source).text == "torn\n");
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  ::usleep(1100 * 1000);
  CHECK(take(*source).text.empty());
  CHECK(source->take_messages() == std::vector<std::string>{path + ": a new FIFO, reading from it"});
  CHECK(source->fd() == fd);
  CHECK(source->stats().messages_torn == 1);
  FifoWriter(path).put("new\n");
  CHECK(readable(fd, 0));
  CHECK(take(*source).text == "new\n");
}

TEST_CASE("stream: a FIFO that cannot be opened") {
  TempDir dir;
  write_file(dir / "file", "x\n");
  const auto file = open_stream(dir / "file");
  REQUIRE_FALSE(file);
  CHECK(file.errors().front().message == "not a FIFO");
  const auto missing = open_stream(dir / "missing");
  REQUIRE_FALSE(missing);
  CHECK(missing.errors().front().message == "cannot open: No such file or directory");
  CHECK(missing.errors().front().file == dir / "missing");
}
