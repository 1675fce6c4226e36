// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "input/read/block.h"
#include "input/stream/syslog_framing.h"
#include "unit/input/support.h"

using routemeter::input::Block;
using routemeter::input::BlockWriter;
using routemeter::input::kMaxLine;
using routemeter::input::SyslogFraming;
using routemeter::test::Random;

namespace {

struct Out {
  std::string text;
  std::uint64_t too_long = 0;
  bool sound = true;  // add() did not complain
  bool whole = true;  // finish() neither
  bool operator==(const Out&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Out& o) {
  return out << '"' << o.text.substr(0, 200) << "\" " << o.too_long << o.sound << o.whole;
}

// `size_of_next` chooses the size of each chunk.
template <typename Next>
Out frame(std::string_view input, Next size_of_next) {
  Out out;
  SyslogFraming framing;
  Block block;
  const auto take = [&](BlockWriter& writer) {
    writer.finish();
    out.text += block.text;
    out.too_long += block.too_long;
  };
  while (!input.empty() && out.sound) {
    const std::string_view chunk = input.substr(0, size_of_next());
    input.remove_prefix(chunk.size());
    BlockWriter writer(block);
    out.sound = framing.add(chunk, writer);
    take(writer);
    REQUIRE(framing.held() <= kMaxLine);
  }
  if (!out.sound) return out;
  BlockWriter writer(block);
  out.whole = framing.finish(writer);
  take(writer);
  return out;
}

Out whole(std::string_view input) {
  return frame(input, [] { return std::size_t{65536}; });
}

std::string counted(std::string_view message) {
  return std::to_string(message.size()) + " " + std::string(message);
}

}  // namespace

TEST_CASE("stream: TCP framing") {
  struct Case {
    std::string input;
    Out out;
  };
  const std::string longest(kMaxLine, 'x');
  const std::string nul(1, '\0');
  const Case cases[] = {
      {"", {}},
      // A newline after each.
      {"<13>a\n<13>b\n", {"<13>a\n<13>b\n"}},
      {"<13>a\r\n\n\n<13>b\n", {"<13>a\n<13>b\n"}},
      {"<13>a" + nul + "\n" + nul + "<13>b\n", {"<13>a\n<13>b\n"}},
      {"<13>a\n<13>last", {"<13>a\n<13>last\n"}},
      {"no header\n5 <13>a\n", {"no header\n5 <13>a\n"}},  // the first one has decided
      {"10.0.0.1 - - [x]\n", {"10.0.0.1 - - [x]\n"}},      // an address is no count
      {"10 GET /\n", {"10 GET /\n"}},                      // nor is a number before anything but <
      {"12", {"12\n"}},                                    // nor one before nothing
      {"0 <13>a\n", {"0 <13>a\n"}},                        // a count has no zero in front
      {"1234567890 <13>a\n", {"1234567890 <13>a\n"}},      // and at most nine digits
      {longest + "\nb\n", {longest + "\nb\n"}},
      {longest + "y\nb\n", {"b\n", 1}},
      {longest + "y", {"", 1}},
      {longest + longest + longest + "\nb\n" + longest + "yy\n", {"b\n", 2}},
      // Counted.
      {"5 <13>a6 <13>bc", {"<13>a\n<13>bc\n"}},
      {"6 <13>a\n5 <13>b", {"<13>a\n<13>b\n"}},                   // the newline is counted
      {"5 <13>a\n5 <13>b\n", {"<13>a\n<13>b\n"}},                 // or not
      {"13 <13>a\n<13>b\nc5 <13>d", {"<13>a <13>b c\n<13>d\n"}},  // no second line from a newline inside
      {"5 <13>a1 \n1 x", {"<13>a\nx\n"}},
      {"5 <13>a9 <13>b", {"<13>a\n", 0, true, false}},  // cut: no message
      {"5 <13>a9", {"<13>a\n", 0, true, false}},
      {"5 <13>a9 ", {"<13>a\n", 0, true, false}},
      {"5 <13>ax", {"<13>a\n", 0, false}},
      {"5 <13>a0 ", {"<13>a\n", 0, false}},
      {"5 <13>a5x", {"<13>a\n", 0, false}},
      {"5 <13>a5", {"<13>a\n", 0, true, false}},
      {"5 <13>a1234567890 ", {"<13>a\n", 0, false}},
      {counted("<1>" + longest.substr(3)) + "5 <13>a", {"<1>" + longest.substr(3) + "\n<13>a\n"}},
      {counted("<1>" + longest) + "5 <13>a", {"<13>a\n", 1}},
      {"999999999 <13>a", {"", 1}},
  };
  for (const Case& c : cases) {
    INFO(c.input.substr(0, 80) << " (" << c.input.size() << ")");
    CHECK(whole(c.input) == c.out);
    if (c.input.size() < 1000) CHECK(frame(c.input, [] { return std::size_t{1}; }) == c.out);
  }
}

TEST_CASE("stream: TCP framing does not depend on where the bytes are cut") {
  Random random(20);
  for (int round = 0; round < 400; ++round) {
    const bool counts = random.below(2) == 0;
    const bool big = random.below(20) == 0;
    std::string input;
    Out expected;
    const auto messages = random.below(12);
    for (std::uint64_t i = 0; i < messages; ++i) {
      std::string message = "<" + std::to_string(random.below(192)) + ">";
      const auto size = random.below(big ? 2 * kMaxLine : 300);
      for (std::uint64_t k = 0; k < size; ++k) message += "abc 0123456789<>"[random.below(16)];
      if (counts && random.below(4) == 0) message.insert(message.size() / 2, "\n");
      if (message.size() > kMaxLine) {
        ++expected.too_long;
      } else {
        std::string line = message;
        std::replace(line.begin(), line.end(), '\n', ' ');
        // An inserted newline at the very end of a message is dropped with it.
        if (message.back() == '\n') line.pop_back();
        expected.text += line + "\n";
      }
      input += counts ? counted(message) : message + "\n";
    }
    const std::size_t most = big ? 65536 : std::size_t{1} << random.below(10);
    const auto next = [&] { return static_cast<std::size_t>(1 + random.below(most)); };
    REQUIRE(frame(input, next) == expected);
    // Any cut end and any damage: still the same for each way to cut.
    if (!big && !input.empty()) {
      input.resize(1 + random.below(input.size()));
      input[random.below(input.size())] = "0 \n<x"[random.below(5)];
      REQUIRE(frame(input, next) == whole(input));
    }
  }
}

TEST_CASE("stream: a message that is given up is skipped to its end") {
  struct Case {
    std::string before, after;
    Out out;
  };
  const Case cases[] = {
      {"<13>a\n<13>long", " tail\n<13>b\n", {"<13>a\n<13>b\n", 1}},
      {"5 <13>a8 <13>l", "ong5 <13>b", {"<13>a\n<13>b\n", 1}},
      {"5 <13>a1", "0 <13>678901", {"<13>a\n<13>678901\n"}},  // a count is no message yet
  };
  for (const Case& c : cases) {
    INFO(c.before);
    SyslogFraming framing;
    Block block;
    BlockWriter writer(block);
    CHECK(framing.add(c.before, writer));
    CHECK(framing.torn());
    framing.give_up();
    CHECK(framing.torn());
    CHECK(framing.add(c.after, writer));
    CHECK_FALSE(framing.torn());
    writer.finish();
    CHECK(block.text == c.out.text);
    CHECK(block.too_long == c.out.too_long);
  }
}
