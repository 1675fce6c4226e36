// SPDX-License-Identifier: Apache-2.0
// The decisions about files, without any file: a table each.
#include "input/follow/judge.h"

#include <cerrno>
#include <chrono>
#include <optional>
#include <set>
#include <vector>

#include <catch2/catch.hpp>

using namespace routemeter::input;

TEST_CASE("the same inode: verdicts") {
  struct Case {
    const char* what;
    Facts facts;
    Judgement judgement;
  };
  const auto facts = [](std::uint64_t size, std::uint64_t offset, std::uint64_t seen, Match head, Match tail,
                        bool birth = true) { return Facts{size, offset, seen, head, tail, birth}; };
  constexpr auto yes = Match::kYes;
  constexpr auto no = Match::kNo;
  constexpr auto nul = Match::kNul;
  constexpr auto too_short = Match::kShort;
  const Case cases[] = {
      {"grown", facts(9000, 8000, 8000, yes, yes), {Verdict::kSame, false}},
      {"unchanged", facts(8000, 8000, 8000, yes, yes), {Verdict::kSame, false}},
      {"after a restart", facts(8000, 8000, 0, yes, yes), {Verdict::kSame, false}},
      {"no birth time, much read", facts(8000, 8000, 0, yes, yes, false), {Verdict::kSame, false}},
      {"no birth time, little read", facts(800, 800, 0, yes, yes, false), {Verdict::kSame, true}},
      {"an edited head", facts(9000, 8000, 8000, no, yes), {Verdict::kSame, false}},
      {"nothing read", facts(100, 0, 0, yes, yes, false), {Verdict::kSame, false}},
      {"nothing read, bytes gone", facts(50, 0, 100, yes, yes), {Verdict::kTruncated, false}},
      {"unread bytes gone", facts(8500, 8000, 9000, yes, yes), {Verdict::kSameSmaller, false}},
      {"cut within what was read", facts(500, 8000, 8000, yes, too_short), {Verdict::kShrunk, false}},
      {"cut, too little to tell", facts(5, 8000, 8000, too_short, too_short), {Verdict::kTruncated, false}},
      {"emptied", facts(0, 8000, 8000, yes, too_short), {Verdict::kTruncated, false}},
      {"emptied, new lines", facts(500, 8000, 8000, no, too_short), {Verdict::kTruncated, false}},
      {"emptied, more than before", facts(9000, 8000, 8000, no, no), {Verdict::kRewritten, false}},
      {"a hole", facts(9000, 8000, 8000, nul, nul), {Verdict::kHole, false}},
      {"a hole, head intact", facts(9000, 8000, 8000, yes, nul), {Verdict::kHole, false}},
      {"NUL before our place, another head", facts(9000, 8000, 8000, no, nul), {Verdict::kRewritten, false}},
      {"the end lost, others came", facts(9000, 8000, 0, yes, no), {Verdict::kShrunk, false}},
      {"the same, little read", facts(900, 800, 0, yes, no), {Verdict::kRewritten, false}},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    CHECK(judge(c.facts) == c.judgement);
  }
}

TEST_CASE("another inode: claims") {
  Relation r;
  r.head = Match::kYes;
  r.tail = Match::kYes;
  r.offset = 10'000;
  const auto with = [&](auto change) {
    Relation changed = r;
    change(changed);
    return claim(changed);
  };
  SECTION("other content is another file, wherever") {
    for (const Holder holder :
         {Holder::kCut, Holder::kGone, Holder::kUnlinked, Holder::kActive, Holder::kRotated}) {
      r.holder = holder;
      CHECK(with([](Relation& x) { x.head = Match::kNo; }) == Claim::kNone);
      CHECK(with([](Relation& x) { x.tail = Match::kNo; }) == Claim::kNone);
      CHECK(with([](Relation& x) { x.tail = Match::kNul; }) == Claim::kNone);
    }
  }
  SECTION("a copy of what was truncated") {
    r.holder = Holder::kCut;
    CHECK(claim(r) == Claim::kTakeOver);
    CHECK(with([](Relation& x) { x.offset = 10; }) == Claim::kTakeOver);
    CHECK(with([](Relation& x) { x.active_name = true; }) == Claim::kNone);
    // Ended before what was read, which happens to fast readers.
    CHECK(with([](Relation& x) { x.tail = Match::kShort; }) == Claim::kNone);
    CHECK(with([](Relation& x) { x.tail = Match::kShort, x.just_gone = true; }) == Claim::kTakeOver);
  }
  SECTION("of what is gone") {
    r.holder = Holder::kGone;
    CHECK(claim(r) == Claim::kTakeOverUnsure);
    CHECK(with([](Relation& x) { x.active_name = true; }) == Claim::kTakeOverUnsure);
    CHECK(with([](Relation& x) { x.offset = 4095; }) == Claim::kNone);
    CHECK(with([](Relation& x) { x.offset = 4095, x.just_gone = true; }) == Claim::kTakeOverUnsure);
    CHECK(with([](Relation& x) { x.offset = 4095, x.just_gone = x.active_name = true; }) == Claim::kNone);
    CHECK(with([](Relation& x) { x.offset = 63, x.just_gone = true; }) == Claim::kNone);
    CHECK(with([](Relation& x) { x.tail = Match::kShort; }) == Claim::kNone);
    r.gzip = true;
    CHECK(claim(r) == Claim::kTakeOver);
    CHECK(with([](Relation& x) { x.offset = 64; }) == Claim::kTakeOver);
    CHECK(with([](Relation& x) { x.offset = 10; }) == Claim::kNone);
    CHECK(with([](Relation& x) { x.offset = 10, x.name_fits = true; }) == Claim::kTakeOver);
    CHECK(with([](Relation& x) { x.tail = Match::kShort, x.name_fits = true; }) == Claim::kTakeOver);
  }
  SECTION("of what is deleted and held open") {
    r.holder = Holder::kUnlinked;
    CHECK(claim(r) == Claim::kCopyUnsure);
    CHECK(with([](Relation& x) { x.offset = 100; }) == Claim::kNone);
    CHECK(with([](Relation& x) { x.gzip = true; }) == Claim::kCopy);
    CHECK(with([](Relation& x) { x.active_name = true; }) == Claim::kFork);
    CHECK(with([](Relation& x) { x.active_name = true, x.drained = false; }) == Claim::kLater);
    CHECK(with([](Relation& x) { x.active_name = true, x.offset = 100; }) == Claim::kNone);
  }
  SECTION("of what is logged to") {
    r.holder = Holder::kActive;
    CHECK(claim(r) == Claim::kCopy);
    CHECK(with([](Relation& x) { x.offset = 0; }) == Claim::kCopy);
    CHECK(with([](Relation& x) { x.head = Match::kNo, x.changed = true; }) == Claim::kLater);
    CHECK(with([](Relation& x) { x.head = Match::kNo, x.changed = x.active_name = true; }) == Claim::kNone);
    // What cannot be read is not judged, and what is logged to does not wait for it.
    CHECK(with([](Relation& x) { x.unread = true; }) == Claim::kLater);
    CHECK(with([](Relation& x) { x.head = Match::kNo, x.unread = true; }) == Claim::kLater);
    CHECK(with([](Relation& x) { x.unread = x.active_name = true; }) == Claim::kNone);
    CHECK(with([](Relation& x) { x.active_name = true; }) == Claim::kNone);
  }
  SECTION("of a rotation") {
    r.holder = Holder::kRotated;
    CHECK(claim(r) == Claim::kCopyUnsure);
    CHECK(with([](Relation& x) { x.offset = 100; }) == Claim::kNone);
    CHECK(with([](Relation& x) { x.active_name = true; }) == Claim::kNone);
    CHECK(with([](Relation& x) { x.gzip = true; }) == Claim::kCopy);
  }
  SECTION("overlayfs copies up") {
    r.copied_up = r.active_name = true;
    CHECK(claim(r) == Claim::kTakeOver);
    CHECK(with([](Relation& x) { x.offset = 10; }) == Claim::kTakeOverUnsure);
  }
}

TEST_CASE("the strongest claim: exact before a beginning, then how much was read, then what it explains") {
  const auto relation = [](Holder holder, std::uint64_t offset, bool gzip = false, Match tail = Match::kYes) {
    Relation r;
    r.holder = holder;
    r.offset = offset;
    r.gzip = gzip;
    r.head = Match::kYes;
    r.tail = tail;
    r.just_gone = tail == Match::kShort;
    return r;
  };
  const Relation stranger;
  const Relation copy = relation(Holder::kActive, 5000);
  const Relation cut = relation(Holder::kCut, 5000);
  const Relation longer_copy = relation(Holder::kActive, 6000);
  const Relation only_head = relation(Holder::kCut, 90'000, false, Match::kShort);
  const Relation archive = relation(Holder::kGone, 5000, true);
  const Relation gone = relation(Holder::kGone, 5000);
  struct Case {
    const char* what;
    std::vector<Relation> relations;
    Claim claim;
    std::size_t index;
  };
  const Case cases[] = {
      {"nothing known", {}, Claim::kNone, 0},
      {"strangers only", {stranger, stranger}, Claim::kNone, 0},
      {"one of several", {stranger, copy, stranger}, Claim::kCopy, 1},
      {"what explains more", {copy, cut}, Claim::kTakeOver, 1},
      {"and in the other order", {cut, copy}, Claim::kTakeOver, 0},
      {"of which more was read", {cut, longer_copy}, Claim::kCopy, 1},
      {"exact before a beginning", {only_head, copy}, Claim::kCopy, 1},
      {"a beginning before nothing", {stranger, only_head}, Claim::kTakeOver, 1},
      {"sure before unsure", {gone, archive}, Claim::kTakeOver, 1},
      {"of equals the first", {copy, copy}, Claim::kCopy, 0},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    const Choice best = best_claim(c.relations);
    CHECK(best.claim == c.claim);
    CHECK(best.index == c.index);
  }
  for (const Claim sure : {Claim::kNone, Claim::kLater, Claim::kCopy, Claim::kTakeOver}) {
    CHECK_FALSE(is_doubtful(sure));
  }
  for (const Claim doubtful : {Claim::kCopyUnsure, Claim::kFork, Claim::kTakeOverUnsure}) {
    CHECK(is_doubtful(doubtful));
  }
}

TEST_CASE("where reading goes on after a verdict") {
  struct Case {
    Verdict verdict;
    std::uint64_t size;
    Resume resume;
  };
  constexpr std::uint64_t kOffset = 8000;
  const Case cases[] = {
      {Verdict::kHole, 9000, Resume::kOffset},
      {Verdict::kShrunk, 500, Resume::kEnd},
      {Verdict::kShrunk, 7999, Resume::kEnd},
      {Verdict::kShrunk, 8000, Resume::kLineBeforeOffset},
      {Verdict::kShrunk, 9000, Resume::kLineBeforeOffset},
      {Verdict::kTruncated, 500, Resume::kStart},
      {Verdict::kRewritten, 9000, Resume::kStart},
  };
  for (const Case& c : cases) {
    INFO(static_cast<int>(c.verdict) << ", " << c.size);
    CHECK(resume(c.verdict, c.size, kOffset) == c.resume);
  }
}

TEST_CASE("a known file is met again: whether it is opened") {
  struct Case {
    const char* what;
    Met met;
    Reopening reopening;
  };
  const Case cases[] = {
      {"to be read", {FileState::kReading, false, true, false, false}, Reopening::kOpen},
      {"parked", {FileState::kParked, false, true, false, false}, Reopening::kNo},
      {"parked, grown", {FileState::kParked, false, true, true, true}, Reopening::kOpen},
      {"parked, written in place", {FileState::kParked, false, true, false, true}, Reopening::kOpen},
      {"finished", {FileState::kFinished, false, true, false, false}, Reopening::kNo},
      {"finished, grown", {FileState::kFinished, false, true, true, true}, Reopening::kOpen},
      {"finished, after a restart", {FileState::kFinished, false, false, false, false}, Reopening::kOpen},
      {"archive, after a restart", {FileState::kFinished, true, false, false, false}, Reopening::kTrust},
      {"archive, touched", {FileState::kFinished, true, true, false, true}, Reopening::kTrust},
      {"archive, grown", {FileState::kFinished, true, true, true, true}, Reopening::kOpen},
      {"archive, half read", {FileState::kReading, true, true, false, false}, Reopening::kOpen},
      {"copy", {FileState::kCopy, false, true, false, false}, Reopening::kNo},
      {"copy, after a restart", {FileState::kCopy, false, false, false, false}, Reopening::kNo},
      {"copy, grown", {FileState::kCopy, false, true, true, true}, Reopening::kReviewCopy},
      {"copy, touched", {FileState::kCopy, true, true, false, true}, Reopening::kReviewCopy},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    CHECK(reopening(c.met) == c.reopening);
  }
}

TEST_CASE("an opened file that was read before: how it goes on") {
  struct Case {
    const char* what;
    std::uint64_t offset;
    Match head;
    Match tail;
    bool ended_there;
    bool stand_in;
    GoOn way;
  };
  constexpr auto yes = Match::kYes;
  constexpr auto no = Match::kNo;
  constexpr auto too_short = Match::kShort;
  const Case cases[] = {
      {"nothing read yet", 0, no, no, false, false, GoOn::kAtOffset},
      {"as it was, and more", 8000, yes, yes, false, false, GoOn::kAtOffset},
      {"finished, as it was", 8000, yes, yes, true, false, GoOn::kNothingNew},
      {"finished, empty", 0, yes, yes, true, false, GoOn::kNothingNew},
      {"another content", 8000, no, no, false, false, GoOn::kByVerdict},
      {"finished, another content", 8000, no, no, true, false, GoOn::kByVerdict},
      {"shorter", 8000, yes, too_short, false, false, GoOn::kByVerdict},
      {"copy, as its original was", 8000, yes, yes, false, true, GoOn::kAtOffset},
      {"copy, ends earlier", 8000, yes, too_short, false, true, GoOn::kTooShort},
      {"copy, too short to tell", 8000, too_short, too_short, false, true, GoOn::kTooShort},
      {"no copy after all", 8000, no, too_short, false, true, GoOn::kAnew},
      {"damaged archive, replaced", 8000, yes, no, false, true, GoOn::kAnew},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    const Facts facts{9000, c.offset, 0, c.head, c.tail, true};
    CHECK(go_on(facts, c.ended_there, c.stand_in) == c.way);
  }
}

TEST_CASE("an unknown file: how much of it is read") {
  struct Case {
    bool baseline, first_look, active, skip_present;
    FirstRead read;
  };
  const Case cases[] = {
      {false, false, true, false, FirstRead::kAll},     {false, true, true, false, FirstRead::kAll},
      {false, true, true, true, FirstRead::kFromNow},   {false, false, true, true, FirstRead::kAll},
      {false, true, false, true, FirstRead::kAll},      {true, true, false, false, FirstRead::kNothing},
      {true, false, false, false, FirstRead::kNothing}, {true, true, false, true, FirstRead::kNothing},
  };
  for (const Case& c : cases) {
    INFO(c.baseline << c.first_look << c.active << c.skip_present);
    CHECK(first_read(c.baseline, c.first_look, c.active, c.skip_present) == c.read);
  }
}

TEST_CASE("a file that no listing has: where it is, and what it means that it has gone") {
  CHECK(whereabouts(0, true) == Whereabouts::kThere);
  CHECK(whereabouts(0, false) == Whereabouts::kElsewhere);
  CHECK(whereabouts(ENOENT, false) == Whereabouts::kElsewhere);
  CHECK(whereabouts(ENOTDIR, false) == Whereabouts::kElsewhere);
  for (const int error : {EACCES, EIO, ESTALE, ENOMEM, ELOOP}) {
    CHECK(whereabouts(error, false) == Whereabouts::kUnknown);
    CHECK(whereabouts(error, true) == Whereabouts::kUnknown);
  }

  struct Case {
    FileState state;
    std::uint64_t size, offset;
    bool puzzle;
    Departure departure;
  };
  const Case cases[] = {
      {FileState::kReading, 100, 100, false, Departure::kLoss},
      {FileState::kReading, 100, 100, true, Departure::kWait},
      {FileState::kParked, 100, 100, false, Departure::kDone},
      {FileState::kParked, 100, 100, true, Departure::kDone},
      {FileState::kParked, 120, 100, false, Departure::kLoss},
      {FileState::kParked, 120, 100, true, Departure::kWait},
      {FileState::kFinished, 120, 100, false, Departure::kDone},
      {FileState::kCopy, 120, 0, true, Departure::kDone},
  };
  for (const Case& c : cases) {
    INFO(static_cast<int>(c.state) << ", " << c.size << ", " << c.puzzle);
    CHECK(departure(c.state, c.size, c.offset, c.puzzle) == c.departure);
  }
}

TEST_CASE("gaps between a file that was logged to and its successor") {
  struct Case {
    const char* what;
    bool there;
    std::uint32_t number;
    bool successors;
    std::set<std::uint32_t> numbers;
    bool gap;
  };
  const Case cases[] = {
      {"renamed to .1", true, 1, false, {0, 1}, false},
      {"another kind of name", true, 0, false, {0}, false},
      {"renamed to .3, the others there", true, 3, true, {0, 1, 2, 3}, false},
      {"renamed to .3, .2 is missing", true, 3, true, {0, 1, 3}, true},
      {"renamed to .3, all are missing", true, 3, false, {0, 3}, true},
      {"gone, nothing else came", false, 0, false, {0}, false},
      {"gone, others came", false, 0, true, {0, 1, 2}, true},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    CHECK(has_gap(c.there, c.number, c.successors, c.numbers) == c.gap);
  }
}

TEST_CASE("open files that are not logged to any more: when they are let go") {
  using namespace std::chrono_literals;
  struct Case {
    const char* what;
    Lingering file;
    Release release;
  };
  constexpr auto none = std::nullopt;
  const Case cases[] = {
      {"more to read", {false, false, true, 1h, none}, Release::kKeep},
      {"just written", {true, false, true, 0s, none}, Release::kKeep},
      {"almost quiet", {true, false, true, 999ms, none}, Release::kKeep},
      {"quiet", {true, false, true, 1s, none}, Release::kFinishUnwritten},
      {"quiet, without a name", {true, false, false, 1s, none}, Release::kFinishUnwritten},
      {"almost for as long as one waits", {true, false, true, 10min - 1ms, none}, Release::kFinishUnwritten},
      {"as long as one waits", {true, false, true, 10min, none}, Release::kFinish},
      {"an archive", {true, true, true, 0s, none}, Release::kFinish},
      {"an archive, more to read", {false, true, true, 1h, none}, Release::kKeep},
      {"cannot be read", {true, false, true, 1h, 1h}, Release::kKeep},
      {"cannot be read, without a name", {true, false, false, 1h, 10min - 1ms}, Release::kKeep},
      {"for as long as one waits", {true, false, false, 1h, 10min}, Release::kGiveUp},
      {"an archive, the same", {false, true, false, 0s, 10min}, Release::kGiveUp},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    CHECK(release(c.file, 10min) == c.release);
  }
}

TEST_CASE("too many open files: those that have been quiet for the longest are closed") {
  using std::chrono::seconds;
  const Clock::time_point now;
  const std::vector<Clock::time_point> files = {now + seconds(3), now + seconds(1), now + seconds(2),
                                                now + seconds(1)};
  using Indices = std::vector<std::size_t>;
  CHECK(closed_first(files, 0).empty());
  CHECK(closed_first(files, 1) == Indices{1});
  CHECK(closed_first(files, 3) == Indices{1, 3, 2});
  CHECK(closed_first(files, 9) == Indices{1, 3, 2, 0});
  CHECK(closed_first({}, 1).empty());
}
