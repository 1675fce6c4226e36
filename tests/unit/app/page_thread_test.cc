// SPDX-License-Identifier: Apache-2.0
#include "app/page/page_thread.h"

#include <catch2/catch.hpp>
#include <poll.h>

using namespace routemeter;
using namespace std::chrono_literals;
using app::PageThread;
using app::WaitingClient;

namespace {

model::Snapshot one_counter(std::string name, std::uint64_t value) {
  model::Family family;
  family.name = std::move(name);
  family.help = "A counter.";
  family.samples.emplace_back();
  family.samples.back().count = value;
  return {std::move(family)};
}

std::shared_ptr<app::RequestPage> requests() {
  return std::make_shared<app::RequestPage>(one_counter("http_requests_total", 7),
                                            std::vector<std::shared_ptr<const metric::Store>>{});
}

std::string text_of(const expose::Response& response) {
  std::string out;
  for (const auto& piece : response.pieces) out += *piece;
  return out;
}

void wait_until_done(PageThread& pages) {
  pollfd done{pages.done_fd(), POLLIN, 0};
  REQUIRE(::poll(&done, 1, -1) == 1);
  CHECK_FALSE(pages.busy());
}

}  // namespace

TEST_CASE("All clients of a job get the page, requests first, and each is observed once") {
  telemetry::Registry registry;
  const PageThread::Clock::time_point start{100s};
  PageThread pages(registry.histogram("routemeter_scrape_duration_seconds", "Scrapes."),
                   [start] { return start + 250ms; });
  std::vector<std::string> answers;
  std::vector<WaitingClient> clients(3);
  for (WaitingClient& client : clients) {
    client.choice = expose::negotiate({});
    client.respond = [&answers](const expose::Response& response) { answers.push_back(text_of(response)); };
  }
  CHECK_FALSE(pages.busy());
  pages.start({requests(), one_counter("routemeter_own_total", 2), std::move(clients), start});
  wait_until_done(pages);
  REQUIRE(answers.size() == 3);
  CHECK(answers[0] == answers[2]);
  CHECK(answers[0].find("http_requests_total 7\n") < answers[0].find("routemeter_own_total 2\n"));
  const model::Sample durations = registry.collect()[0].samples[0];
  CHECK(durations.count == 3);
  CHECK(durations.sum == model::Sum{750'000'000});
}

TEST_CASE("A compressed page goes only to clients that want it") {
  telemetry::Registry registry;
  PageThread pages(registry.histogram("routemeter_scrape_duration_seconds", "Scrapes."));
  std::vector<bool> packed;
  std::vector<WaitingClient> clients(2);
  for (WaitingClient& client : clients) {
    client.choice = expose::negotiate({});
    client.respond = [&packed](const expose::Response& response) { packed.push_back(response.packed); };
  }
  clients[1].gzip = true;
  pages.start({requests(), {}, std::move(clients), PageThread::Clock::now()});
  wait_until_done(pages);
  CHECK(packed == std::vector<bool>{false, true});
}

TEST_CASE("The end waits for the job that goes on") {
  telemetry::Registry registry;
  bool answered = false;
  {
    PageThread pages(registry.histogram("routemeter_scrape_duration_seconds", "Scrapes."));
    std::vector<WaitingClient> clients(1);
    clients[0].choice = expose::negotiate({});
    clients[0].respond = [&answered](const expose::Response&) { answered = true; };
    pages.start({requests(), {}, std::move(clients), PageThread::Clock::now()});
  }
  CHECK(answered);
}
