// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include <catch2/catch.hpp>
#include <poll.h>

#include "app/page/page_thread.h"

using namespace routemeter;
using namespace std::chrono_literals;
using app::ClientQueue;
using app::WaitingClient;

namespace {

bool readable(int fd) {
  pollfd one{fd, POLLIN, 0};
  return ::poll(&one, 1, 0) == 1;
}

}  // namespace

TEST_CASE("Clients wait in order until all are taken, and the descriptor is readable meanwhile") {
  ClientQueue::Clock::time_point now{100s};
  ClientQueue queue([&now] { return now; });
  CHECK_FALSE(readable(queue.fd()));
  CHECK_FALSE(queue.oldest());
  queue.add({WaitingClient::Wants::kMetrics, {}, true, nullptr});
  const auto first = now;
  now += 1s;
  queue.add({WaitingClient::Wants::kReload, {}, false, nullptr});
  CHECK(readable(queue.fd()));
  CHECK(queue.oldest() == first);
  const std::vector<WaitingClient> taken = queue.take();
  REQUIRE(taken.size() == 2);
  CHECK(taken[0].gzip);
  CHECK(taken[1].wants == WaitingClient::Wants::kReload);
  CHECK_FALSE(readable(queue.fd()));
  CHECK_FALSE(queue.oldest());
  CHECK(queue.take().empty());
  queue.add({});
  CHECK(queue.oldest() == now);
}

TEST_CASE("No client of another thread is lost") {
  ClientQueue queue;
  std::thread adds([&queue] {
    for (int i = 0; i < 1000; ++i) queue.add({});
  });
  std::size_t taken = 0;
  while (taken < 1000) taken += queue.take().size();
  adds.join();
  CHECK(taken == 1000);
  CHECK(queue.take().empty());
}
