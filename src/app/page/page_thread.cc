// SPDX-License-Identifier: Apache-2.0
#include "app/page/page_thread.h"

#include <array>
#include <new>
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

PageThread::PageThread(telemetry::Histogram durations)
    : done_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), durations_(durations), thread_([this] { run(); }) {}

bool PageThread::busy() {
  std::uint64_t count = 0;
  if (busy_ && ::read(done_.get(), &count, sizeof count) == sizeof count) busy_ = false;
  return busy_;
}

void PageThread::start(Job job) {
  busy_ = true;
  const std::lock_guard lock(mutex_);
  job_ = std::move(job);
  changed_.notify_one();
}

void PageThread::finish() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void PageThread::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return job_ || stopping_; });
    if (!job_) return;
    Job job = *std::exchange(job_, std::nullopt);
    lock.unlock();
    try {
      answer(job);
    } catch (const std::bad_alloc&) {  // a client whose Respond goes without an answer gets a 500
    }
    const std::chrono::duration<double> took = Clock::now() - job.start;
    for (std::size_t i = 0; i < job.clients.size(); ++i) durations_.observe(took.count());
    job = {};
    const std::uint64_t one = 1;
    // The counter cannot overflow: the next job starts when it has been read.
    [[maybe_unused]] const ssize_t written = ::write(done_.get(), &one, sizeof one);
    lock.lock();
  }
}

void PageThread::answer(const Job& job) {
  std::array<expose::Pieces, PageForm::kForms> pages;
  for (const WaitingClient& client : job.clients) {
    const PageForm form{client.choice.dialect, client.gzip};
    expose::Pieces& page = pages[form.number()];
    if (page.empty()) {
      const expose::PagePart own(job.own, form.dialect, form.gzip, true);
      page = expose::PagePart::join(std::array{&job.requests->part(form), &own});
    }
    client.respond({200, client.choice.content_type, nullptr, {}, page, form.gzip});
  }
}

}  // namespace routemeter::app
