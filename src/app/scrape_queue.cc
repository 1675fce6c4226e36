// SPDX-License-Identifier: Apache-2.0
#include "app/scrape_queue.h"

#include <cstdint>

#include <sys/eventfd.h>
#include <unistd.h>

namespace routemeter::app {

ScrapeQueue::ScrapeQueue() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void ScrapeQueue::add(WaitingScrape scrape) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (waiting_.empty()) {
    first_ = Clock::now();
    const std::uint64_t one = 1;
    // The counter cannot overflow: take() resets it, and it rises once per batch of scrapes.
    [[maybe_unused]] const ssize_t written = ::write(event_.get(), &one, sizeof one);
  }
  waiting_.push_back(std::move(scrape));
}

std::optional<ScrapeQueue::Clock::time_point> ScrapeQueue::oldest() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (waiting_.empty()) return std::nullopt;
  return first_;
}

std::vector<WaitingScrape> ScrapeQueue::take() {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(event_.get(), &count, sizeof count);
  std::vector<WaitingScrape> all;
  all.swap(waiting_);
  return all;
}

}  // namespace routemeter::app
