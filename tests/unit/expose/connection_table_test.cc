// SPDX-License-Identifier: Apache-2.0
#include "expose/http/connection_table.h"

#include <chrono>

#include <catch2/catch.hpp>

using routemeter::expose::Connection;
using routemeter::expose::ConnectionTable;
using routemeter::expose::HttpLimits;
using routemeter::expose::Phase;
using namespace std::chrono_literals;

namespace {

const ConnectionTable::Clock::time_point kStart{};

HttpLimits limits() {
  HttpLimits out;
  out.head = 5s;
  out.response = 60s;
  out.idle = 25s;
  return out;
}

}  // namespace

TEST_CASE("each phase has its own total time") {
  ConnectionTable table(limits());
  CHECK(table.overdue(kStart + 1h) == nullptr);
  CHECK_FALSE(table.next_deadline());
  Connection* const head = table.add(1, kStart);
  Connection* const answering = table.add(2, kStart);
  Connection* const idle = table.add(3, kStart);
  table.enter(answering, Phase::kAnswering, kStart + 1s);
  table.enter(idle, Phase::kAnswering, kStart + 1s);
  table.enter(idle, Phase::kIdle, kStart + 2s);
  CHECK(table.next_deadline() == kStart + 5s);
  CHECK(table.overdue(kStart + 5s - 1ns) == nullptr);
  CHECK(table.overdue(kStart + 5s) == head);
  table.remove(head);
  CHECK(table.next_deadline() == kStart + 27s);
  CHECK(table.overdue(kStart + 27s) == idle);
  table.enter(idle, Phase::kCut, kStart + 27s);
  CHECK(table.overdue(kStart + 60s) == nullptr);
  CHECK(table.next_deadline() == kStart + 61s);
  CHECK(table.overdue(kStart + 61s) == answering);
}

TEST_CASE("who has to go when there is no room") {
  ConnectionTable table(limits());
  CHECK(table.most_dispensable() == nullptr);
  Connection* const slow = table.add(1, kStart);
  table.enter(slow, Phase::kAnswering, kStart);
  Connection* const scrape = table.add(2, kStart);
  table.enter(scrape, Phase::kAnswering, kStart + 10s);
  CHECK(table.most_dispensable() == slow);
  Connection* const idle = table.add(3, kStart);
  table.enter(idle, Phase::kIdle, kStart + 3s);
  Connection* const young = table.add(4, kStart + 4s);
  CHECK(table.most_dispensable() == idle);
  table.enter(idle, Phase::kAnswering, kStart + 11s);
  CHECK(table.most_dispensable() == young);
  table.enter(young, Phase::kCut, kStart + 11s);
  CHECK(table.most_dispensable() == slow);
  CHECK(table.size() == 3);
}

TEST_CASE("what is cut stays cut, and counts no more") {
  ConnectionTable table(limits());
  Connection* const one = table.add(1, kStart);
  Connection* const two = table.add(2, kStart);
  CHECK(table.size() == 2);
  table.enter(one, Phase::kCut, kStart);
  table.enter(one, Phase::kAnswering, kStart);
  CHECK(one->phase == Phase::kCut);
  CHECK(table.size() == 1);
  CHECK_FALSE(table.any(Phase::kAnswering));
  table.remove(one);
  CHECK(table.size() == 1);
  table.remove(two);
  CHECK(table.size() == 0);
}
