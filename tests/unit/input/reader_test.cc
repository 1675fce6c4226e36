// SPDX-License-Identifier: Apache-2.0
#include "input/read/reader.h"

#include <string>
#include <thread>

#include <catch2/catch.hpp>
#include <unistd.h>
#include <zlib.h>

#include "input/read/byte_source.h"
#include "unit/input/support.h"

using routemeter::input::Block;
using routemeter::input::kMaxLine;
using routemeter::input::open_reader;
using routemeter::test::Lines;
using routemeter::test::Random;
using routemeter::test::reference_lines;
using routemeter::test::TempDir;
using routemeter::test::write_file;

namespace {

struct Outcome {
  Lines lines;
  std::string error;
  std::uint64_t position = 0;
  std::uint64_t size = 0;
};

Outcome read_all(const std::string& path) {
  Outcome out;
  auto reader = open_reader(path);
  if (!reader) {
    out.error = reader.errors().front().file + ": " + reader.errors().front().message;
    return out;
  }
  Block block;
  for (;;) {
    auto more = (*reader)->next(block);
    if (!more) {
      out.error = more.errors().front().file + ": " + more.errors().front().message;
      const auto again = (*reader)->next(block);
      CHECK_FALSE(again);
      break;
    }
    out.lines.text += block.text;
    out.lines.too_long += block.too_long;
    // The last line of an input without a newline comes with the end.
    if (!*more) break;
  }
  out.position = (*reader)->position();
  out.size = (*reader)->size();
  return out;
}

std::string gzip(std::string_view text) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  std::string in(text);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string many_lines(std::size_t count) {
  Random random(3);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += "line " + std::to_string(i) + " " + std::to_string(random.below(1U << 30)) +
            std::string(i % 150, 'y') + "\n";
  }
  return text;
}

// Puts `bytes` on stdin through a pipe while `f` runs.
template <typename F>
void with_stdin_pipe(const std::string& bytes, F f) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const int old_stdin = ::dup(STDIN_FILENO);
  REQUIRE(::dup2(ends[0], STDIN_FILENO) >= 0);
  ::close(ends[0]);
  std::thread writer([&] {
    std::string_view rest = bytes;
    std::size_t step = 1;
    while (!rest.empty()) {
      const ssize_t n = ::write(ends[1], rest.data(), std::min(step, rest.size()));
      if (n <= 0) break;
      rest.remove_prefix(static_cast<std::size_t>(n));
      step = step * 3 + 1;
    }
    ::close(ends[1]);
  });
  f();
  writer.join();
  ::dup2(old_stdin, STDIN_FILENO);
  ::close(old_stdin);
}

}  // namespace

TEST_CASE("reader: plain files") {
  const TempDir dir;
  const std::string path = dir / "access.log";
  const std::string texts[] = {"",
                               "one\n",
                               "one\ntwo",
                               "\x1f",
                               std::string(100, '\0'),
                               std::string(1421667, '\0') + "GET /\n",
                               std::string(kMaxLine + 1, 'a') + "\nb\n",
                               "b\n" + std::string(kMaxLine + 1, 'a'),
                               many_lines(20000)};
  for (const std::string& text : texts) {
    write_file(path, text);
    const Outcome got = read_all(path);
    INFO(text.substr(0, 40));
    CHECK(got.error.empty());
    CHECK((got.lines == reference_lines(text, true)));
    CHECK(got.position == text.size());
    CHECK(got.size == text.size());
  }
}

TEST_CASE("reader: what cannot be opened is named, with the reason") {
  const TempDir dir;
  CHECK(read_all(dir / "none.log").error == dir / "none.log: cannot open: No such file or directory");
  CHECK(read_all(dir / "").error == dir / ": cannot read: Is a directory");
  CHECK(read_all("/proc/self/mem").error == "/proc/self/mem: cannot read: Input/output error");
}

TEST_CASE("reader: gzip, whatever the name says") {
  const TempDir dir;
  const std::string path = dir / "access.log";
  const std::string text = many_lines(20000);
  const std::string huge_line(35 * kMaxLine, 'x');
  const std::string cut_text = text.substr(0, text.size() - 30);
  struct Row {
    const char* name;
    std::string bytes;
    std::string text;
  };
  const Row rows[] = {
      {"one member", gzip(text), text},
      {"no newline at the end", gzip(cut_text), cut_text},
      {"two members, cut within a line", gzip(text.substr(0, 12345)) + gzip(text.substr(12345)), text},
      {"empty members", gzip("") + gzip("a\n") + gzip("") + gzip("b"), "a\nb"},
      {"zero padding", gzip("a\n") + std::string(70000, '\0'), "a\n"},
      {"zero padding, then a member", gzip("a\n") + std::string(512, '\0') + gzip("b\n"), "a\nb\n"},
      {"NULs inside", gzip(std::string(2000000, '\0') + "a\n"), "a\n"},
      {"a line that is too long", gzip(huge_line + "\na\n"), huge_line + "\na\n"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    write_file(path, row.bytes);
    const Outcome got = read_all(path);
    CHECK(got.error.empty());
    CHECK((got.lines == reference_lines(row.text, true)));
    CHECK(got.position == row.bytes.size());
    CHECK(got.size == row.bytes.size());
  }
}

TEST_CASE("reader: damaged gzip gives what is readable, then the place and zlib's words") {
  const TempDir dir;
  const std::string path = dir / "access.log.gz";
  const std::string text = many_lines(20000);
  const std::string good = gzip(text);
  const auto start = [&](const std::string& lines) {
    return text.compare(0, lines.size(), lines) == 0 && (lines.empty() || lines.back() == '\n');
  };
  const std::string place = ": cannot decompress (gzip): ";

  SECTION("cut anywhere") {
    for (const std::size_t size :
         {std::size_t{3}, std::size_t{12}, good.size() / 2, good.size() - 8, good.size() - 1}) {
      INFO("cut at " << size);
      write_file(path, good.substr(0, size));
      const Outcome got = read_all(path);
      CHECK(got.error == path + place + "unexpected end of file at byte " + std::to_string(size));
      CHECK(start(got.lines.text));
      if (size == good.size() - 8) CHECK((got.lines.text == text));
      if (size == good.size() / 2) CHECK(got.lines.text.size() > text.size() / 3);
    }
  }
  SECTION("checksum") {
    std::string bad = good;
    bad[bad.size() - 8] = static_cast<char>(bad[bad.size() - 8] ^ 1);
    write_file(path, bad);
    const Outcome got = read_all(path);
    CHECK(got.error.find(path + place + "incorrect data check at byte ") == 0);
    CHECK((got.lines.text == text));
  }
  SECTION("garbage behind a member") {
    write_file(path, gzip("a\n") + "garbage");
    const Outcome got = read_all(path);
    CHECK(got.error == path + place + "trailing garbage at byte " + std::to_string(gzip("a\n").size()));
    CHECK(got.lines.text == "a\n");
  }
  SECTION("something else behind a member that begins like one") {
    write_file(path, gzip("a\n") + "\x1fgarbage");
    CHECK(read_all(path).error.find("incorrect header check") != std::string::npos);
  }
  SECTION("a flipped bit in the middle, everywhere") {
    const std::string small = gzip(text.substr(0, 3000));
    for (std::size_t i = 10; i < small.size() - 8; i += 7) {
      std::string bad = small;
      bad[i] = static_cast<char>(bad[i] ^ 0x10);
      write_file(path, bad);
      CHECK_FALSE(read_all(path).error.empty());
    }
  }
}

TEST_CASE("reader: other compressions are named with what undoes them") {
  const TempDir dir;
  struct Row {
    std::string magic;
    const char* name;
    const char* command;
  };
  const Row rows[] = {{"\x28\xb5\x2f\xfd", "zstd", "zstdcat"},
                      {std::string("\xfd") + "7zXZ" + '\0', "xz", "xzcat"},
                      {"BZh91AY&SY", "bzip2", "bzcat"},
                      {"\x04\x22\x4d\x18", "lz4", "lz4cat"}};
  for (const Row& row : rows) {
    const std::string path = dir / row.name;
    write_file(path, row.magic + "0123456789");
    const auto reader = open_reader(path);
    REQUIRE_FALSE(reader);
    CHECK(reader.errors().front().message.find(row.name) != std::string::npos);
    CHECK(reader.errors().front().hint.find(std::string(row.command) + " " + path) != std::string::npos);
  }
  // Fewer bytes than the magic are text.
  write_file(dir / "text", "BZh");
  CHECK(read_all(dir / "text").lines.text == "BZh\n");
}

TEST_CASE("reader: stdin from a pipe in odd pieces, plain and gzip") {
  const std::string text = many_lines(5000) + "the end";
  for (const std::string& bytes : {text, gzip(text), std::string("x"), std::string()}) {
    with_stdin_pipe(bytes, [&] {
      const Outcome got = read_all("-");
      CHECK(got.error.empty());
      CHECK((got.lines == reference_lines(bytes.size() < 2 ? bytes : text, true)));
      CHECK(got.position == bytes.size());
      CHECK(got.size == 0);
    });
  }
  with_stdin_pipe(gzip(text).substr(0, 100), [&] {
    CHECK(read_all("-").error == "stdin: cannot decompress (gzip): unexpected end of file at byte 100");
  });
}

TEST_CASE("reader: lines of a pipe do not wait for more to come") {
  const TempDir dir;
  const std::string path = dir / "pipe";
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  // Both ends by us: the reader below does not block in open, and its read would never end at EOF.
  const int keeper = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  const std::string line = "as peek() takes\n";
  REQUIRE(line.size() == routemeter::input::kPeekSize);
  REQUIRE(::write(keeper, line.data(), line.size()) > 0);
  auto reader = open_reader(path);
  REQUIRE(reader);
  Block block;
  std::string got;
  while (got.size() < line.size()) {
    REQUIRE(*(*reader)->next(block));
    got += block.text;
  }
  CHECK(got == line);
  ::close(keeper);
}

TEST_CASE("reader: blocks of one reader are independent") {
  const TempDir dir;
  const std::string path = dir / "access.log";
  const std::string text = many_lines(20000);
  write_file(path, text);
  auto reader = open_reader(path);
  REQUIRE(reader);
  std::vector<Block> blocks(40);
  std::string got;
  for (Block& block : blocks) *(*reader)->next(block);
  for (const Block& block : blocks) got += block.text;
  CHECK((got == text));
}
