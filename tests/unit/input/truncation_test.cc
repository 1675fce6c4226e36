// SPDX-License-Identifier: Apache-2.0
// tests/RELIABILITY.md section B: truncation and rewriting. Scenario numbers are in brackets.
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "unit/input/scenario.h"

using routemeter::input::Loss;
using routemeter::input::Rotation;
using routemeter::test::copytruncate;
using routemeter::test::gzip_file;
using routemeter::test::Scenario;
using routemeter::test::shift;
using routemeter::test::some_lines;
using routemeter::test::write_file;
using routemeter::test::Writer;
namespace fs = std::filesystem;
using std::chrono::seconds;

namespace {

using Lines = std::vector<std::string>;

Lines sorted(const std::string& text) {
  Lines out = Scenario::split(text);
  std::sort(out.begin(), out.end());
  return out;
}

void overwrite(const std::string& path, std::uint64_t offset, const std::string& bytes) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  REQUIRE(::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset)) ==
          static_cast<ssize_t>(bytes.size()));
  ::close(fd);
}

// By this process, from files of all kinds.
std::uint64_t bytes_read() {
  const int fd = ::open("/proc/self/io", O_RDONLY | O_CLOEXEC);
  std::string text(64, '\0');
  REQUIRE(::read(fd, text.data(), text.size()) > 0);
  ::close(fd);
  return std::stoull(text.substr(text.find(' ')));
}

}  // namespace

TEST_CASE("truncation [28] copytruncate, nobody writes") {
  Scenario s;
  Writer writer(s.at("access.log"));
  writer.write(some_lines("a", 100));
  CHECK(s.count() == 100);
  copytruncate(s.at("access.log"));
  writer.write(some_lines("b", 10));
  CHECK(s.count() == 10);
  CHECK(s.rotations(Rotation::kTruncate) == 1);
  CHECK(s.loss(Loss::kTruncate) == 1);  // each time: what was written between copy and truncation is nowhere
  CHECK(s.files->stats().recovered_lines == 0);
  CHECK(s.count(seconds(2)) == 0);
  s.restart();
  CHECK(s.count() == 0);
}

TEST_CASE("truncation [29] [30] copytruncate while we are behind or down: the rest is in the copy") {
  const bool down = GENERATE(false, true);
  const int after = GENERATE(10, 1500);  // the second: more than there was before
  Scenario s;
  Writer writer(s.at("access.log"));
  writer.write(some_lines("a", 1000));
  CHECK(s.count() == 1000);
  const std::string state = s.save();
  writer.write(some_lines("b", 100));
  copytruncate(s.at("access.log"));
  writer.write(some_lines("c", after));
  if (down) s.restart(state);
  CHECK(s.lines() == sorted(some_lines("b", 100) + some_lines("c", after)));
  CHECK(s.files->stats().recovered_lines == 100);
  CHECK(s.loss(Loss::kTruncate) == 1);
  CHECK(s.losses() == 1);
  s.restart();
  CHECK(s.count() == 0);
}

TEST_CASE("truncation [29] several times between two looks, and compressed") {
  const bool down = GENERATE(false, true);
  Scenario s;
  Writer writer(s.at("access.log"));
  writer.write(some_lines("a", 100));
  CHECK(s.count() == 100);
  const std::string state = s.save();
  std::string all;
  for (const char* name : {"b", "c", "d"}) {
    writer.write(some_lines(name, 50));
    all += some_lines(name, 50);
    copytruncate(s.at("access.log"));
  }
  gzip_file(s.at("access.log.3"), s.at("access.log.3.gz"));
  gzip_file(s.at("access.log.1"), s.at("access.log.1.gz"));
  writer.write(some_lines("e", 5));
  if (down) s.restart(state);
  CHECK(s.lines() == sorted(all + some_lines("e", 5)));
  CHECK(s.files->stats().recovered_lines == 50);
  s.restart();
  CHECK(s.count() == 0);
}

TEST_CASE("truncation [31] looked at in every moment of a copytruncate") {
  // What is written between the copy's end and the truncation is read from the log itself, if we are in time.
  const int looks = GENERATE(range(0, 32));
  const auto look = [looks](int n) { return (looks >> n & 1) != 0; };
  Scenario s;
  Writer writer(s.at("access.log"));
  writer.write(some_lines("a", 50));
  CHECK(s.count() == 50);
  std::size_t count = 0;
  writer.write(some_lines("b", 10));
  Writer copy(s.at("access.log.1"));
  if (look(0)) count += s.count();  // an empty copy
  const std::string text = some_lines("a", 50) + some_lines("b", 10);
  copy.write(text.substr(0, 777));
  if (look(1)) count += s.count();  // a part of it
  copy.write(text.substr(777));
  if (look(2)) count += s.count();
  writer.write(some_lines("c", 3));
  if (look(3)) count += s.count();
  const bool in_time = look(3);
  fs::resize_file(s.at("access.log"), 0);
  if (look(4)) count += s.count();
  writer.write(some_lines("d", 5));
  count += s.count();
  count += s.count(seconds(5));
  CHECK(count == (in_time ? 18U : 15U));
  CHECK(s.loss(Loss::kTruncate) == 1);
}

TEST_CASE("truncation [32] a writer that keeps its place leaves a hole of NUL") {
  const bool seen = GENERATE(false, true);
  const bool down = GENERATE(false, true);
  Scenario s;
  Writer writer(s.at("access.log"), 0);
  writer.write(some_lines("a", 100));
  CHECK(s.count() == 100);
  fs::resize_file(s.at("access.log"), 0);
  if (seen) CHECK(s.count() == 0);
  const std::string state = s.save();
  writer.write(some_lines("b", 10));
  if (down) s.restart(state);
  CHECK(s.lines() == sorted(some_lines("b", 10)));
  writer.write(some_lines("c", 10));
  CHECK(s.lines() == sorted(some_lines("c", 10)));
  CHECK(s.loss(Loss::kTruncate) == 1);
  s.restart();
  CHECK(s.count() == 0);
}

TEST_CASE("truncation [29] [32] the archive of a copy that begins with a hole, made while we were down") {
  Scenario s;
  Writer writer(s.at("access.log"), 0);
  writer.write(some_lines("a", 200));
  CHECK(s.count() == 200);
  fs::resize_file(s.at("access.log"), 0);
  writer.write(some_lines("b", 50));
  CHECK(s.count() == 50);
  fs::copy_file(s.at("access.log"), s.at("access.log.1"));
  writer.write(some_lines("c", 50));  // more was read than the copy has
  CHECK(s.count() == 50);
  const std::string state = s.save();
  fs::resize_file(s.at("access.log"), 0);
  writer.write(some_lines("d", 10));
  gzip_file(s.at("access.log.1"), s.at("access.log.1.gz"));
  s.restart(state);
  CHECK(s.lines() == sorted(some_lines("d", 10)));
  s.restart();
  CHECK(s.count() == 0);
}

TEST_CASE("truncation [33] [70] a hole of gigabytes costs nothing, offsets beyond 4 GiB are exact") {
  Scenario s;
  write_file(s.at("access.log"), "1\n");
  const bool within_line = GENERATE(false, true);
  if (within_line) Writer(s.at("access.log")).write("begun");
  CHECK(s.count() == 1);
  rusage before{};
  ::getrusage(RUSAGE_SELF, &before);
  const std::uint64_t read_before = bytes_read();
  fs::resize_file(s.at("access.log"), std::uint64_t{5} << 30);
  Writer(s.at("access.log")).write("2\n3\n");
  CHECK(s.lines() == (within_line ? Lines{"3"} : Lines{"2", "3"}));
  CHECK(s.too_long == (within_line ? 1U : 0U));
  CHECK(bytes_read() - read_before < (std::uint64_t{64} << 20));
  rusage after{};
  ::getrusage(RUSAGE_SELF, &after);
  CHECK(after.ru_maxrss - before.ru_maxrss < 65536);
  s.restart();
  CHECK(s.count() == 0);
  Writer(s.at("access.log")).write("4\n");
  CHECK(s.lines() == Lines{"4"});
  CHECK(s.losses() == 0);
}

TEST_CASE("truncation [34] to a length that is not zero: what is left was read already") {
  const bool down = GENERATE(false, true);
  Scenario s;
  write_file(s.at("access.log"), some_lines("a", 100));
  CHECK(s.count() == 100);
  const std::string state = s.save();
  fs::resize_file(s.at("access.log"), 550);
  if (down) s.restart(state);
  CHECK(s.count() == 0);
  CHECK(s.loss(Loss::kShrunk) == 1);
  Writer(s.at("access.log")).write("new\n");
  CHECK(s.lines() == Lines{"new"});
  CHECK(s.losses() == 1);
}

TEST_CASE("truncation [34] power loss: the log lost its end and has grown past our place when we come") {
  Scenario s;
  write_file(s.at("access.log"), some_lines("a", 1000));
  CHECK(s.count() == 1000);
  const std::string state = s.save();
  SECTION("lines that we had counted are gone") {
    fs::resize_file(s.at("access.log"), fs::file_size(s.at("access.log")) - 150);
    Writer(s.at("access.log")).write("\n" + some_lines("b", 100));
    s.restart(state);
    const std::size_t count = s.count();
    CHECK(count <= 100);
    CHECK(count >= 97);
  }
  SECTION("they are NUL") {
    overwrite(s.at("access.log"), fs::file_size(s.at("access.log")) - 1000, std::string(1000, '\0'));
    Writer(s.at("access.log")).write(some_lines("b", 100));
    s.restart(state);
    CHECK(s.count() == 100);
  }
  CHECK(s.losses() == 1);
}

TEST_CASE("truncation [35] the same bytes again: not to be told from no change, and not counted") {
  Scenario s;
  write_file(s.at("access.log"), "x\n");
  CHECK(s.count() == 1);
  write_file(s.at("access.log"), "x\n");
  CHECK(s.count() == 0);
  // Seen in between, it is.
  write_file(s.at("access.log"), "");
  CHECK(s.count() == 0);
  write_file(s.at("access.log"), "x\n");
  CHECK(s.count() == 1);
  CHECK(s.loss(Loss::kTruncate) == 1);
}

TEST_CASE("truncation [36] bytes that were read are edited") {
  Scenario s;
  write_file(s.at("access.log"), some_lines("a", 1000));
  CHECK(s.count() == 1000);
  SECTION("in place, far from the end") {
    overwrite(s.at("access.log"), 200, "EDITED");
    if (GENERATE(false, true)) s.restart();
    Writer(s.at("access.log")).write("new\n");
    CHECK(s.lines() == Lines{"new"});
    CHECK(s.losses() == 0);
  }
  SECTION("in place, just before our place") {
    overwrite(s.at("access.log"), fs::file_size(s.at("access.log")) - 50, "EDITED");
    Writer(s.at("access.log")).write("new\n");
    CHECK(s.count() <= 2);  // the edited line again
    CHECK(s.losses() == 1);
  }
  SECTION("by an editor that makes a new file (sed -i)") {
    fs::copy_file(s.at("access.log"), s.at("sed"));
    Writer(s.at("sed")).write("new\n");
    fs::rename(s.at("sed"), s.at("access.log"));
    if (GENERATE(false, true)) s.restart();
    CHECK(s.lines() == Lines{"new"});
    CHECK(s.doubts() == 1);
    CHECK(s.losses() == 0);
  }
}

TEST_CASE("truncation [37] other content in the same file, longer than before") {
  const bool down = GENERATE(false, true);
  Scenario s;
  write_file(s.at("access.log"), some_lines("a", 10));
  CHECK(s.count() == 10);
  const std::string state = s.save();
  write_file(s.at("access.log"), some_lines("b", 100));
  if (down) s.restart(state);
  CHECK(s.count() == 100);
  CHECK(s.loss(Loss::kTruncate) == 1);
  CHECK(s.rotations(Rotation::kRewrite) == 1);
}

TEST_CASE("truncation [38] a storm of truncations") {
  Scenario s;
  std::size_t count = 0;
  for (int i = 0; i < 1000; ++i) {
    write_file(s.at("access.log"), "line " + std::to_string(i) + "\n");
    if (i % 3 == 0) count += s.count();
  }
  count += s.count();
  CHECK(count == 334);
  CHECK(s.loss(Loss::kTruncate) == 333);
}

TEST_CASE("truncation: half a line that was seen and is another one now") {
  Scenario s;
  Writer writer(s.at("access.log"));
  writer.write("1\nhal");
  CHECK(s.lines() == Lines{"1"});
  write_file(s.at("access.log"), "1\nwhole\n");
  CHECK(s.lines() == Lines{"whole"});
  CHECK(s.losses() == 1);
}

TEST_CASE(
    "truncation: a backup of the log under a rotation's name is not read, and not taken for a rotation") {
  Scenario s;
  Writer writer(s.at("access.log"));
  writer.write(some_lines("a", 100));
  CHECK(s.count() == 100);
  fs::copy_file(s.at("access.log"), s.at("access.log-20261124"));
  CHECK(s.count() == 0);
  writer.write(some_lines("b", 10));
  CHECK(s.count() == 10);
  s.restart();
  CHECK(s.count() == 0);
  CHECK(s.losses() == 0);
}
