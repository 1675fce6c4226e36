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

#include "app/detect.h"
#include "app/landing_page.h"
#include "app/own_metrics.h"
#include "app/process_metrics.h"
#include "app/scrape_queue.h"
#include "expose/http_server.h"
#include "expose/text.h"
#include "input/follower.h"
#include "input/limits.h"
#include "metric/store.h"
#include "pipeline/worker.h"
#include "util/printable.h"

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

// A megabyte of empty lines tells no format, and need not wait for one.
void count_empty(pipeline::Counters& counters, std::string_view text) {
  const auto lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  counters.lines += lines;
  counters.unparsed[static_cast<std::size_t>(model::Reason::kEmpty)] += lines;
}

struct FollowedLog {
  std::string name;
  pipeline::Source source;
  bool decided = false;  // the format is known, or known to be none
  bool said_waiting = false;
};

class Serve {
 public:
  Serve(Service service, std::vector<std::string> paths, const util::Logger& log)
      : service_(std::move(service)), log_(log) {
    for (std::string& path : paths) {
      logs_.emplace_back();
      logs_.back().name = std::move(path);
    }
  }

  util::Result<bool> run(const ServeOptions& options);

 private:
  util::Result<bool> create_worker(const format::Format& format);
  util::Result<bool> loop(int signal_fd);
  util::Result<bool> read_all(int signal_fd);
  util::Result<bool> decide(FollowedLog& log, std::string_view text);
  void say_messages();
  void answer_scrapes();
  model::Snapshot collect();
  std::vector<SourceStatus> sources() const;

  Service service_;
  const util::Logger& log_;
  std::vector<FollowedLog> logs_;
  std::unique_ptr<input::Follower> follower_;
  std::unique_ptr<pipeline::Worker> worker_;  // null until a format is known: the metrics depend on it
  ScrapeQueue scrapes_;
  std::uint64_t answered_ = 0;
  bool stopping_ = false;
  input::Block block_;
};

util::Result<bool> Serve::run(const ServeOptions& options) {
  const util::Fd signals = make_signal_fd();
  if (service_.enabled) {
    std::vector<std::string> paths;
    for (const FollowedLog& log : logs_) paths.push_back(log.name);
    auto follower = input::follow(paths);
    if (!follower) return follower.errors();
    follower_ = std::move(*follower);
    const model::FormatSpec& spec = service_.rules.format;
    if (spec.text != "auto") {
      // Wrong format strings and metrics are errors now, not when the first line comes.
      auto format = format::compile(spec, route::compile_capture_regex);
      if (!format) return format.errors();
      if (auto made = create_worker(**format); !made) return made.errors();
    }
  } else {
    log_(util::LogLevel::kWarn,
         "nothing is measured: respect_env_var is set and the variable is not true or 1",
         {{"variable", service_.rules.options.env_var_name}});
  }

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
  auto server = expose::serve_http(options.listen, std::move(routes));
  if (!server) return server.errors();
  for (const std::string& address : (*server)->addresses()) {
    log_(util::LogLevel::kInfo, "listening", {{"address", address}, {"path", options.telemetry_path}});
  }
  auto ended = loop(signals.get());
  server->reset();  // answers what still waits before the queue goes
  if (ended) log_(util::LogLevel::kInfo, "stopped", {});
  return ended;
}

util::Result<bool> Serve::create_worker(const format::Format& format) {
  std::vector<std::string> notes;
  auto store = metric::create_store(service_.rules, service_.router->labels(), format.available(), notes);
  if (!store) return store.errors();
  for (const std::string& note : notes) log_(util::LogLevel::kWarn, note, {{"format", format.name()}});
  if (service_.rules.options.precreate) (*store)->precreate(service_.router->excluded_labels());
  worker_ = std::make_unique<pipeline::Worker>(service_.router, std::move(*store),
                                               service_.rules.options.group_untemplated);
  return true;
}

util::Result<bool> Serve::loop(int signal_fd) {
  while (!stopping_) {
    if (auto read = read_all(signal_fd); !read) return read;
    answer_scrapes();
    if (stopping_) break;
    const int wake = follower_ == nullptr ? -1 : follower_->wake_fd();
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

// Reads everything that is there; stops early when told to end, or answers scrapes that waited long enough.
util::Result<bool> Serve::read_all(int signal_fd) {
  if (follower_ == nullptr) return true;
  follower_->look();
  say_messages();
  std::size_t index = 0;
  while (!stopping_ && follower_->next(block_, index)) {
    FollowedLog& log = logs_[index];
    if (!log.decided) {
      const std::uint64_t counted = log.source.counters.lines;
      if (auto ok = decide(log, block_.text); !ok) return ok;
      if (!log.decided) {
        if (log.source.counters.lines == counted) follower_->unread(index);
        break;  // the other logs come at the next look
      }
    }
    worker_->process(block_.text, block_.too_long, log.source);
    if (const auto oldest = scrapes_.oldest(); oldest && Clock::now() - *oldest > kCatchUp) answer_scrapes();
    pollfd signal = {signal_fd, POLLIN, 0};
    if (::poll(&signal, 1, 0) > 0) stopping_ = true;
  }
  return true;
}

// Finds the format of a log from what is there of it. A short log that fits nothing yet may be server
// messages before the first request: it waits for more lines, unread and uncounted.
util::Result<bool> Serve::decide(FollowedLog& log, std::string_view text) {
  const auto lines = sample_lines(text);
  const bool enough = lines.size() >= format::kDetectLines || text.size() >= input::kBlockSize / 2;
  if (lines.empty()) {
    if (enough) count_empty(log.source.counters, text);
    return true;
  }
  auto found = detect_format(service_.rules.format, log.name, lines);
  if (!found) {
    if (!enough) {
      if (!log.said_waiting) {
        log_(util::LogLevel::kInfo, "no known format fits the first lines yet, waiting for more",
             {{"log", log.name}, {"lines", std::to_string(lines.size())}});
      }
      log.said_waiting = true;
      return true;
    }
    if (worker_ == nullptr) return found.errors();
    // A running service goes on with its other logs; this one's lines count as no_match.
    log_(util::LogLevel::kError, found.errors().front().message, {{"log", log.name}});
    log.decided = true;
    return true;
  }
  const format::Format& format = *found->format;
  if (worker_ == nullptr) {
    if (auto made = create_worker(format); !made) return made;
  }
  log.source.parser = format.make_parser();
  log.source.time_kind = format.time_kind();
  log.decided = true;
  log_(util::LogLevel::kInfo, "reading", {{"log", log.name}, {"format", format.name()}});
  return true;
}

void Serve::say_messages() {
  for (const std::string& message : follower_->take_messages()) log_(util::LogLevel::kWarn, message, {});
}

void Serve::answer_scrapes() {
  const std::vector<WaitingScrape> waiting = scrapes_.take();
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
  if (worker_ != nullptr) snapshot = worker_->store().snapshot();
  append_own_metrics(sources(), worker_ == nullptr ? 0 : worker_->store().series_count(), answered_,
                     snapshot);
  append_process_metrics(snapshot);
  return snapshot;
}

std::vector<SourceStatus> Serve::sources() const {
  std::vector<SourceStatus> out;
  for (std::size_t i = 0; i < logs_.size() && follower_ != nullptr; ++i) {
    SourceStatus status;
    status.name = util::printable(logs_[i].name);
    status.counters = &logs_[i].source.counters;
    status.lag_bytes = follower_->lag(i);
    status.last_request_time = logs_[i].source.last_request_time;
    out.push_back(std::move(status));
  }
  return out;
}

}  // namespace

util::Result<bool> serve(const ServeOptions& options, const util::Logger& log) {
  auto service = load_service(options);
  if (!service) return service.errors();
  Serve running(std::move(*service), expand_logs(options.logs), log);
  return running.run(options);
}

}  // namespace routemeter::app
