// SPDX-License-Identifier: Apache-2.0
#include "app/page/page_thread.h"

#include <array>
#include <new>
#include <utility>

namespace routemeter::app {

void ClientQueue::add(WaitingClient client) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (waiting_.empty()) {
    first_ = now_();
    waker_.wake();
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
  waker_.clear();
  return std::exchange(waiting_, {});
}

PageThread::PageThread(telemetry::Histogram durations, util::SteadyNow now)
    : now_(std::move(now)), durations_(durations), thread_([this] { run(); }) {}

bool PageThread::busy() {
  if (busy_ && done_.clear()) busy_ = false;
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
    const std::chrono::duration<double> took = now_() - job.start;
    for (std::size_t i = 0; i < job.clients.size(); ++i) durations_.observe(took.count());
    job = {};
    done_.wake();
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
