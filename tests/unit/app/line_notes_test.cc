// SPDX-License-Identifier: Apache-2.0
#include "app/load/line_notes.h"

#include <vector>

#include <catch2/catch.hpp>

using namespace routemeter;
using app::LineNotes;

namespace {

struct Collected {
  std::vector<std::string> warnings;
  std::vector<std::string> details;

  util::Logger logger() {
    return [this](util::LogLevel level, std::string_view, const util::LogFields& fields) {
      std::string text;
      for (const auto& [key, value] : fields) text += std::string(key) + "=" + value + " ";
      (level == util::LogLevel::kWarn ? warnings : details).push_back(text);
    };
  }
};

}  // namespace

TEST_CASE("Lines that are no requests are told of by reason, once in an interval, with their number") {
  Collected got;
  const util::Logger log = got.logger();
  LineNotes notes;
  pipeline::Counters counters;
  counters.add_unparsed(model::Reason::kNoMatch, "of an earlier run");
  LineNotes::Clock::time_point now{};
  const auto block = [&](model::Reason reason, int lines) {
    notes.before(counters);
    for (int n = 0; n < lines; ++n) counters.add_unparsed(reason, "/secret \x1b[2J");
    notes.after("a.log", counters, now, log);
  };
  block(model::Reason::kNoMatch, 2);
  CHECK(got.warnings == std::vector<std::string>{"log=a.log reason=no_match lines=2 "});
  CHECK(got.details == std::vector<std::string>(2, "log=a.log reason=no_match line=/secret \\x1B[2J "));

  now += LineNotes::kInterval - std::chrono::seconds(1);
  block(model::Reason::kNoMatch, 1000);
  CHECK(got.warnings.size() == 1);
  CHECK(got.details.size() == 2);  // the status page has no more of them either
  block(model::Reason::kBadRequest, 1);
  CHECK(got.warnings.size() == 2);
  block(model::Reason::kNotAccess, 5);  // every server writes some
  CHECK(got.warnings.size() == 2);

  now += std::chrono::seconds(1);
  block(model::Reason::kNoMatch, 1);
  CHECK(got.warnings.back() == "log=a.log reason=no_match lines=1001 ");
  now += LineNotes::kInterval;
  block(model::Reason::kNoMatch, 0);
  CHECK(got.warnings.size() == 3);
}
