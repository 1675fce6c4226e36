// SPDX-License-Identifier: Apache-2.0
#include "app/serve.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "app/landing_page.h"
#include "app/log_service.h"
#include "app/own_metrics.h"
#include "app/process_metrics.h"
#include "app/scrape_queue.h"
#include "expose/http_server.h"
#include "expose/text.h"

namespace routemeter::app {
namespace {

using Clock = ScrapeQueue::Clock;

// A scrape sees what was in the files when it came; with a backlog of gigabytes it is answered after this
// long with what has been read until then.
constexpr auto kCatchUp = std::chrono::milliseconds(500);
// inotify tells of growth at once; the timer covers where it is silent (NFS, mmap writers, lost watches).
constexpr int kLookEveryMs = 1000;

// SIGTERM and SIGINT as a descriptor. Made before any thread, so that all threads block them.
util::Fd make_signal_fd() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGTERM);
  ::sigaddset(&set, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  return util::Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

class Serve {
 public:
  Serve(std::unique_ptr<LogService> service, const util::Logger& log)
      : service_(std::move(service)), log_(log) {}
  util::Result<bool> run(const ServeOptions& options, int signal_fd);

 private:
  util::Result<bool> loop(int signal_fd);
  util::Result<bool> read_all(int signal_fd);
  void answer(const std::vector<WaitingScrape>& waiting);
  model::Snapshot collect();

  std::unique_ptr<LogService> service_;
  const util::Logger& log_;
  ScrapeQueue scrapes_;
  std::uint64_t answered_ = 0;
  bool stopping_ = false;
};

util::Result<bool> Serve::run(const ServeOptions& options, int signal_fd) {
  auto text = [](std::string body) {
    return [body = std::make_shared<const std::string>(std::move(body))](const expose::HttpRequest&,
                                                                         expose::Respond respond) {
      respond({200, "text/plain; charset=utf-8", body});
    };
  };
  std::vector<expose::Route> routes;
  routes.push_back(
      {options.telemetry_path, [this](const expose::HttpRequest& request, expose::Respond respond) {
         scrapes_.add({expose::negotiate(request.accept), std::move(respond)});
       }});
  routes.push_back({"/-/healthy", text("routemeter is healthy.\n")});
  routes.push_back({"/-/ready", text("routemeter is ready.\n")});
  if (options.telemetry_path != "/") {
    auto page = std::make_shared<const std::string>(landing_page(options.telemetry_path));
    routes.push_back({"/", [page](const expose::HttpRequest&, expose::Respond respond) {
                        respond({200, "text/html; charset=utf-8", page});
                      }});
  }
  auto listeners = expose::listen_on_all(options.listen);
  if (!listeners) return listeners.errors();
  auto server = expose::serve_http(std::move(*listeners), std::move(routes));
  if (!server) return server.errors();
  for (const std::string& address : (*server)->addresses()) {
    log_(util::LogLevel::kInfo, "listening", {{"address", address}, {"path", options.telemetry_path}});
  }
  auto ended = loop(signal_fd);
  server->reset();  // answers what still waits before the queue goes
  if (ended) log_(util::LogLevel::kInfo, "stopped", {});
  return ended;
}

util::Result<bool> Serve::loop(int signal_fd) {
  while (!stopping_) {
    // Before the look at the files: a scrape that comes after it has to wait for the next one, or it would
    // miss what was written before it.
    const std::vector<WaitingScrape> waiting = scrapes_.take();
    if (auto read = read_all(signal_fd); !read) return read;
    answer(waiting);
    if (stopping_) break;
    const int wake = service_->wake_fd();
    std::array<pollfd, 3> fds = {{{signal_fd, POLLIN, 0}, {scrapes_.fd(), POLLIN, 0}, {wake, POLLIN, 0}}};
    if (::poll(fds.data(), fds.size(), kLookEveryMs) < 0 && errno != EINTR) {
      util::Diagnostic d;
      d.file = "poll";
      d.message =
          std::strerror(errno);  // NOLINT(concurrency-mt-unsafe): glibc's is thread safe for known codes
      return d;
    }
    if (fds[0].revents != 0) stopping_ = true;
  }
  return true;
}

// Reads everything that is there; stops early when told to end, and answers scrapes that come in the middle
// of a backlog after a while.
util::Result<bool> Serve::read_all(int signal_fd) {
  service_->look();
  while (!stopping_) {
    auto more = service_->read_block();
    if (!more || !*more) return more;
    if (const auto oldest = scrapes_.oldest(); oldest && Clock::now() - *oldest > kCatchUp) {
      answer(scrapes_.take());
    }
    pollfd signal = {signal_fd, POLLIN, 0};
    if (::poll(&signal, 1, 0) > 0) stopping_ = true;
  }
  return true;
}

void Serve::answer(const std::vector<WaitingScrape>& waiting) {
  if (waiting.empty()) return;
  answered_ += waiting.size();
  const model::Snapshot snapshot = collect();
  std::array<std::shared_ptr<const std::string>, expose::kDialects> pages;
  for (const WaitingScrape& scrape : waiting) {
    auto& page = pages[static_cast<std::size_t>(scrape.choice.dialect)];
    if (page == nullptr) {
      page = std::make_shared<const std::string>(expose::to_page(snapshot, scrape.choice.dialect));
    }
    scrape.respond({200, scrape.choice.content_type, page});
  }
}

model::Snapshot Serve::collect() {
  model::Snapshot snapshot;
  service_->collect(snapshot);
  append_own_metrics(service_->sources(), service_->series(), answered_, snapshot);
  append_process_metrics(snapshot);
  return snapshot;
}

}  // namespace

util::Result<bool> serve(const ServeOptions& options, const util::Logger& log) {
  const util::Fd signals = make_signal_fd();
  auto service = LogService::start(options, log);
  if (!service) return service.errors();
  Serve running(std::move(*service), log);
  return running.run(options, signals.get());
}

}  // namespace routemeter::app
