// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/study.h"

#include <cstdlib>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "format/choose/formats.h"
#include "route/router.h"
#include "rules/rule_loader.h"

using namespace routemeter;

namespace {

app::Service make_service() {
  app::Service service;
  service.rules = rules::builtin_rules();
  auto router = route::compile(service.rules);
  REQUIRE(router);
  service.router = *router;
  return service;
}

/// A log of `lines` lines of the format "$request $status $request_time", the path being the line's number.
class Log {
 public:
  explicit Log(int lines) {
    const int fd = ::mkstemp(path_.data());
    REQUIRE(fd >= 0);
    ::close(fd);
    std::ofstream out(path_);
    for (int i = 1; i <= lines; ++i) out << "GET /" << i << " HTTP/1.1 200 0.010\n";
  }
  ~Log() { ::unlink(path_.c_str()); }
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_ = "/tmp/doctor_study.XXXXXX";
};

doctor::Study study(const Log& log, const doctor::Bounds& bounds) {
  model::FormatSpec spec;
  spec.text = "$request $status $request_time";
  const auto format = format::compile(spec, route::compile_capture_regex);
  REQUIRE(format);
  auto open = doctor::open_log(log.path());
  REQUIRE(open);
  CHECK(open->lines().size() == format::kDetectLines);
  auto found = doctor::study_log(*open, log.path(), **format, make_service(), bounds);
  REQUIRE(found);
  return std::move(*found);
}

}  // namespace

TEST_CASE("a log is read to its end") {
  const Log log(50000);
  const doctor::Study whole = study(log, {});
  CHECK(whole.whole);
  CHECK(whole.counters().lines == 50000);
  CHECK(whole.counters().parsed() == 50000);
  CHECK(whole.requests.size() == doctor::Study::kKept);
  CHECK_FALSE(whole.first_odd);
}

TEST_CASE("of a log that is too big, the beginning and the end are read, each line once") {
  const Log log(50000);
  const doctor::Study part = study(log, {1000, 3000});
  CHECK_FALSE(part.whole);
  CHECK(part.counters().parsed() == part.counters().lines);
  CHECK(part.counters().lines < 20000);
  bool last = false;
  for (const auto& top : part.unmatched.top(128)) last = last || top.path == "/50000";
  CHECK(last);
  // No bytes for the end: as serve looks at its start.
  const doctor::Study head = study(log, {1000, 0});
  CHECK(head.counters().lines < part.counters().lines);
  // The end overlaps with the beginning: what has been read is not read again.
  const doctor::Study all = study(log, {1000, std::uint64_t{1} << 30U});
  CHECK(all.counters().lines <= 50000);
  CHECK(all.counters().lines >= 49990);
}

TEST_CASE("the first line that wants repair comes before one that does not") {
  const Log log(150);
  std::ofstream(log.path(), std::ios::app) << "- 400 0.000\nnothing\n";
  const doctor::Study found = study(log, {});
  REQUIRE(found.first_odd);
  CHECK(found.first_odd->number == 152);
  CHECK(found.first_odd->text == "nothing");
  CHECK(found.first_odd->reason == model::Reason::kNoMatch);
}
