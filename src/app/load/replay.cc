// SPDX-License-Identifier: Apache-2.0
#include "app/load/replay.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <thread>

#include <sys/stat.h>

#include "app/load/log_format.h"
#include "app/load/log_inputs.h"
#include "metric/store/store.h"

namespace routemeter::app {
namespace {

std::uint64_t size_of(const std::string& path) {
  struct stat st {};
  return ::stat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode) ? static_cast<std::uint64_t>(st.st_size) : 0;
}

// One thread's share of the work.
struct Share {
  std::unique_ptr<pipeline::Worker> worker;
  std::vector<pipeline::Source> sources;  // by input
};

void work(Share& share, const std::vector<Input>& inputs, BlockQueue& queue) {
  input::Block block;
  std::size_t index = 0;
  while (queue.next(block, index)) {
    pipeline::Source& source = share.sources[index];
    if (source.parser == nullptr && inputs[index].format != nullptr) {
      source.parser = inputs[index].format->make_parser();
      source.time_kind = inputs[index].format->time_kind();
    }
    share.worker->process(block.text, block.too_long, source);
  }
}

// Reports progress until the workers are done.
class ProgressThread {
 public:
  ProgressThread(BlockQueue& queue, std::uint64_t total, const Progress& progress) {
    if (!progress) return;
    thread_ = std::thread([this, &queue, total, &progress] {
      std::unique_lock<std::mutex> lock(mutex_);
      while (!done_.wait_for(lock, std::chrono::milliseconds(200), [this] { return stop_; })) {
        progress(queue.position(), total);
      }
      progress(total, total);
    });
  }
  ProgressThread(const ProgressThread&) = delete;
  ProgressThread& operator=(const ProgressThread&) = delete;
  ~ProgressThread() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stop_ = true;
    }
    done_.notify_one();
    thread_.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  bool stop_ = false;
  std::thread thread_;
};

unsigned threads_for(const ReplayOptions& options) {
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  return std::clamp(options.threads == 0 ? cores : options.threads, 1U, 64U);
}

// The fields that the lines had. Formats that know their fields beforehand have left out the rest already.
model::FieldSet seen_in(const std::vector<Input>& inputs, const std::vector<Share>& shares) {
  model::FieldSet seen;
  bool open = false;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].format == nullptr) continue;
    open = open || inputs[i].format->open();
    seen.add(inputs[i].format->certain());
    for (const Share& share : shares) seen.add(share.sources[i].seen);
  }
  return open ? seen : fields_of(inputs);
}

}  // namespace

util::Result<ReplayResult> replay(const ReplayOptions& options, const Progress& progress) {
  auto service = load_service(options);
  if (!service) return service.errors();
  ReplayResult result;
  result.enabled = service->enabled;
  if (!service->enabled) return result;

  auto opened = open_logs(options.logs, service->rules.format);
  if (!opened) return with_source(service->rules, opened.errors());
  std::vector<Input>& inputs = *opened;
  const model::FieldSet available = fields_of(inputs);
  result.threads = threads_for(options);
  std::vector<Share> shares;
  model::AbsentFamilies absent;
  while (shares.size() < result.threads) {
    Share& share = shares.emplace_back();
    absent.clear();
    auto worker = make_worker(*service, available, &absent);
    if (!worker) return worker.errors();
    // The bytes that come out must not depend on the number of threads.
    if ((*worker)->store().needs_log_order()) result.threads = 1;
    share.worker = std::move(*worker);
    share.sources.resize(inputs.size());
  }

  std::uint64_t total = 0;
  for (const Input& in : inputs) {
    total += size_of(in.name);
    result.logs.push_back({in.name, in.format == nullptr ? "" : in.format->name(), {}});
  }
  BlockQueue queue(inputs);
  {
    const ProgressThread reporting(queue, total, progress);
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < shares.size(); ++i) {
      threads.emplace_back(work, std::ref(shares[i]), std::cref(inputs), std::ref(queue));
    }
    work(shares[0], inputs, queue);
    for (std::thread& thread : threads) thread.join();
  }
  result.failures = queue.error();

  for (std::size_t i = 1; i < shares.size(); ++i) shares[0].worker->store().merge(shares[i].worker->store());
  for (const Share& share : shares) {
    for (std::size_t i = 0; i < inputs.size(); ++i) result.logs[i].counters.merge(share.sources[i].counters);
  }
  for (const model::AbsentFamily& family : absent) result.notes.push_back(family.text());
  for (std::string& note : host_notes(service->rules, available)) result.notes.push_back(std::move(note));
  result.snapshot = shares[0].worker->store().snapshot();
  for (std::string& note : drop_unseen(result.snapshot, seen_in(inputs, shares)))
    result.notes.push_back(std::move(note));
  return result;
}

}  // namespace routemeter::app
