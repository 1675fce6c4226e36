// SPDX-License-Identifier: Apache-2.0
#include "app/page/client_queue.h"

#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

namespace routemeter::app {

ClientQueue::ClientQueue() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void ClientQueue::add(WaitingClient client) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (waiting_.empty()) {
    first_ = Clock::now();
    const std::uint64_t one = 1;
    // The counter cannot overflow: take() resets it, and it rises once per batch of clients.
    [[maybe_unused]] const ssize_t written = ::write(event_.get(), &one, sizeof one);
  }
  waiting_.push_back(std::move(client));
}

std::optional<ClientQueue::Clock::time_point> ClientQueue::oldest() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (waiting_.empty()) return std::nullopt;
  return first_;
}

std::vector<WaitingClient> ClientQueue::take() {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(event_.get(), &count, sizeof count);
  std::vector<WaitingClient> all;
  all.swap(waiting_);
  return all;
}

}  // namespace routemeter::app
