// SPDX-License-Identifier: Apache-2.0
#include "app/serve/serve.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "app/load/file_trust.h"
#include "app/page/client_queue.h"
#include "app/page/page_thread.h"
#include "app/page/request_page.h"
#include "app/serve/commits.h"
#include "app/serve/created.h"
#include "app/serve/durable.h"
#include "app/serve/log_service.h"
#include "app/serve/look_pace.h"
#include "app/serve/pages.h"
#include "app/serve/reload.h"
#include "app/serve/rules_watch.h"
#include "app/serve/setups.h"
#include "app/serve/status_view.h"
#include "app/serve/systemd.h"
#include "expose/http/http_server.h"
#include "expose/web_config/web_config.h"
#include "telemetry/registry.h"
#include "util/printable.h"

namespace routemeter::app {
namespace {

using Clock = ClientQueue::Clock;

// A scrape sees what was in the files when it came; with a backlog of gigabytes it is answered after this
// long with what has been read until then.
constexpr auto kCatchUp = std::chrono::milliseconds(500);
// How soon a client is looked at again that waits for the next commit.
constexpr auto kHeld = std::chrono::milliseconds(5);
// What else goes by the clock is looked at this often: commits, edited rules, systemd's watchdog.
constexpr auto kTick = std::chrono::milliseconds(1000);

// The signals we act on, as a descriptor. Made before any thread, so that all threads block them.
util::Fd make_signal_fd() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&set, number);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  return util::Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

// As poll(2), until a time.
int poll_until(std::vector<pollfd>& fds, Clock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  return ::poll(fds.data(), fds.size(), static_cast<int>(std::max<std::int64_t>(left, 0)));
}

class Serve {
 public:
  Serve(const ServeOptions& options, Durable durable, const util::Logger& log)
      : options_(options), log_(log), commits_(std::move(durable), started_, registry_, log) {
    registry_
        .gauge("routemeter_build_info", "The running version of routemeter; always 1.",
               {{"compiler", __VERSION__}, {"version", ROUTEMETER_VERSION}})
        .set(1);
    registry_.collect_from(telemetry::collect_process);
    registry_.collect_from([this](telemetry::Collector& out) { collect_own(out); });
  }

  util::Result<bool> run(int signal_fd, std::vector<expose::Listener> listeners);

 private:
  util::Result<bool> start_services();
  void warn_about_logs() const;
  util::Result<bool> start_server(std::vector<expose::Listener> listeners);
  util::Result<bool> loop();
  void look();
  util::Result<bool> read_all();
  int wait();
  void take_signals();
  void answer(std::vector<WaitingClient> clients);
  void changed();
  util::Diagnostics reload();
  std::shared_ptr<RequestPage> request_page();
  void collect_own(telemetry::Collector& out) const;

  const ServeOptions& options_;
  const util::Logger& log_;
  double started_ = unix_now();
  telemetry::Registry registry_;
  telemetry::Histogram look_durations_ = registry_.histogram(
      "routemeter_look_duration_seconds", "Looks at the log files, and the time for each.");
  telemetry::Histogram reload_durations_ = registry_.histogram(
      "routemeter_config_reload_duration_seconds", "Reloads of the rules, and the time for each.");
  Commits commits_;
  Commits::Services services_;
  ClientQueue clients_;
  std::vector<WaitingClient> held_;  // wait for a commit, and a look at the files before it
  Systemd systemd_;
  std::optional<RulesWatch> watch_;
  LookPace pace_;
  std::atomic<bool> ready_ = false;  // written here, read by the HTTP thread
  int signal_fd_ = -1;
  bool stopping_ = false;
  bool reload_wanted_ = false;
  bool woken_ = true;  // by something that asks for a look at the files
  ReloadState reload_;
  std::shared_ptr<RequestPage> page_;  // of now; null once something has changed
  PageThread pages_{registry_.histogram(
      "routemeter_scrape_duration_seconds",
      "Scrapes before this one, and the time to answer them with reading and committing.")};
  std::unique_ptr<expose::HttpServer> server_;  // last: its thread uses what stands above
};

util::Result<bool> Serve::run(int signal_fd, std::vector<expose::Listener> listeners) {
  signal_fd_ = signal_fd;
  if (auto started = start_services(); !started) return started;
  warn_about_logs();
  if (auto started = start_server(std::move(listeners)); !started) return started;
  systemd_.ready();
  auto ended = loop();
  systemd_.stopping();
  commits_.commit_changes(services_);
  pages_.finish();
  server_.reset();  // answers what still waits before the queue goes
  if (ended) log_(util::LogLevel::kInfo, "stopped", {});
  return ended;
}

util::Result<bool> Serve::start_services() {
  auto setups = make_setups(options_, commits_.durable().lost());
  if (!setups) return setups.errors();
  const std::vector<std::string> files = files_to_watch(options_, *setups);
  for (const std::string& file : files) {
    const std::string warning = trust_warning(file, ::geteuid());
    if (!warning.empty()) log_(util::LogLevel::kWarn, warning, {});
  }
  if (options_.watch_rules) watch_.emplace(files);
  util::Diagnostics errors;
  for (LogService::Setup& setup : *setups) {
    auto service = LogService::start(std::move(setup), commits_.durable().loaded(), log_);
    if (service) {
      services_.push_back(std::move(*service));
    } else {
      errors.insert(errors.end(), service.errors().begin(), service.errors().end());
    }
  }
  if (!errors.empty()) return errors;
  std::vector<Together> together;
  for (const auto& service : services_) {
    together.push_back({service->name(), &service->rules(), {}});
    service->collect(together.back().families);
  }
  errors = check_together(together);
  if (!errors.empty()) return errors;
  reload_ = {true, unix_now(), ""};
  return true;
}

void Serve::warn_about_logs() const {
  if (!options_.check_logs) return;
  for (const auto& service : services_) {
    if (!service->enabled()) continue;
    for (const LogWarning& warning : options_.check_logs(service->setup().common, service->service())) {
      log_(util::LogLevel::kWarn, util::printable(warning.message), {{"log", util::printable(warning.log)}});
    }
  }
}

util::Result<bool> Serve::start_server(std::vector<expose::Listener> listeners) {
  expose::HttpOptions http;
  if (!options_.web_config_file.empty()) {
    http.web.load = [file = options_.web_config_file] { return expose::load_web_config(file); };
    http.web.on_change = [this](const util::Diagnostics& errors) {
      if (errors.empty()) log_(util::LogLevel::kInfo, "web configuration reloaded", {});
      for (const util::Diagnostic& d : errors) {
        log_(util::LogLevel::kError, "web configuration not reloaded, the old one stays: " + d.message,
             {{"file", d.file}, {"line", std::to_string(d.at.line)}});
      }
    };
  }
  auto server = expose::serve_http(std::move(listeners), make_routes(options_, clients_, ready_), http);
  if (!server) return server.errors();
  server_ = std::move(*server);
  for (const std::string& address : server_->addresses()) {
    log_(util::LogLevel::kInfo, "listening", {{"address", address}, {"path", options_.telemetry_path}});
  }
  return true;
}

util::Result<bool> Serve::loop() {
  while (!stopping_) {
    // Before the look at the files: who comes after it has to wait for the next one, or would miss what was
    // written before.
    if (!pages_.busy()) {
      for (WaitingClient& client : clients_.take()) held_.push_back(std::move(client));
    }
    if (woken_ || !held_.empty() || Clock::now() >= pace_.latest()) {
      if (auto read = read_all(); !read) return read;
    }
    ready_ = true;
    if (watch_ && watch_->changed(Clock::now())) reload_wanted_ = true;
    if (std::exchange(reload_wanted_, false)) reload();
    const Clock::time_point now = Clock::now();
    if (!held_.empty() && !pages_.busy() && commits_.may_answer(now)) answer(std::exchange(held_, {}));
    commits_.commit_when_due(services_, now);
    systemd_.tick(now);
    if (stopping_) break;
    if (const int error = wait(); error != 0) {
      util::Diagnostic d;
      d.file = "poll";
      d.message = std::generic_category().message(error);
      return d;
    }
    take_signals();
  }
  return true;
}

// Until something happens, files last: they may be written many times a millisecond. errno when that cannot
// be found out.
int Serve::wait() {
  // Negative descriptors are none to poll().
  const bool busy = pages_.busy();
  std::vector<pollfd> fds = {{signal_fd_, POLLIN, 0},
                             {busy ? pages_.done_fd() : -1, POLLIN, 0},
                             {busy || !held_.empty() ? -1 : clients_.fd(), POLLIN, 0}};
  for (const auto& service : services_) fds.push_back({service->stream_fd(), POLLIN, 0});
  const Clock::time_point tick = Clock::now() + (held_.empty() ? kTick : kHeld);
  int ready = poll_until(fds, std::min(tick, pace_.soonest()));
  if (ready == 0) {
    for (const auto& service : services_) fds.push_back({service->wake_fd(), POLLIN, 0});
    ready = poll_until(fds, std::min(tick, std::max(pace_.latest(), pace_.soonest())));
  }
  const bool page_done = ready > 0 && fds[1].revents != 0;
  woken_ = ready != (page_done ? 1 : 0);
  return ready < 0 && errno != EINTR ? errno : 0;
}

void Serve::take_signals() {
  signalfd_siginfo info{};
  while (::read(signal_fd_, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    if (info.ssi_signo == SIGHUP) {
      reload_wanted_ = true;
    } else {
      stopping_ = true;
    }
  }
}

void Serve::look() {
  const Clock::time_point start = Clock::now();
  bool watching = true;
  for (const auto& service : services_) {
    service->look();
    watching = watching && service->watching();
  }
  const Clock::time_point end = Clock::now();
  look_durations_.observe(std::chrono::duration<double>(end - start).count());
  pace_.looked(end, end - start, watching);
}

// Reads everything that is there; stops early when told to end, and answers clients that come in the middle
// of a backlog after a while.
util::Result<bool> Serve::read_all() {
  look();
  // At the first start this keeps which rotated files are none of ours.
  if (!ready_) commits_.commit(services_);
  bool more = true;
  while (more && !stopping_) {
    more = false;
    for (const auto& service : services_) {
      auto read = service->read_block();
      if (!read) return read;
      more = more || *read;
    }
    if (more) changed();
    take_signals();
    const Clock::time_point now = Clock::now();
    const auto oldest = clients_.oldest();
    if (oldest && now - *oldest > kCatchUp && !pages_.busy()) answer(clients_.take());
    commits_.commit_when_due(services_, now);
    systemd_.tick(now);
  }
  return true;
}

// Something is not as it was committed and shown.
void Serve::changed() {
  commits_.changed();
  page_ = nullptr;
}

// A client sees what is durable: commit first, then show (reliability.md 3.8). While commits fail it sees
// what there is. Not while a page is being made.
void Serve::answer(std::vector<WaitingClient> clients) {
  const Clock::time_point start = Clock::now();
  commits_.commit_changes(services_);
  std::vector<WaitingClient> scrapes;
  std::optional<expose::Response> status;
  std::optional<expose::Response> reloaded;
  for (WaitingClient& client : clients) {
    switch (client.wants) {
      case WaitingClient::Wants::kMetrics:
        scrapes.push_back(std::move(client));
        break;
      case WaitingClient::Wants::kStatusPage:
        if (!status) {
          status = status_response(make_status(services_, commits_.durable(), reload_, started_, options_));
        }
        client.respond(*status);
        break;
      case WaitingClient::Wants::kReload:
        if (!reloaded) reloaded = reload_response(reload());
        client.respond(*reloaded);
        break;
    }
  }
  if (scrapes.empty()) return;
  if (page_ == nullptr) page_ = request_page();
  pages_.start({page_, registry_.collect(), std::move(scrapes), start});
}

// The rules anew, all or nothing; the errors, if any, are logged too.
util::Diagnostics Serve::reload() {
  systemd_.reloading();
  const Clock::time_point start = Clock::now();
  util::Diagnostics errors = reload_services(options_, services_, watch_, log_);
  if (errors.empty()) changed();
  reload_.ok = errors.empty();
  reload_.error = util::format(errors);
  if (errors.empty()) {
    reload_.time = unix_now();
    log_(util::LogLevel::kInfo, "rules reloaded", {});
    commits_.commit(services_);
  } else {
    for (const util::Diagnostic& d : errors) {
      log_(util::LogLevel::kError, "rules not reloaded, the old ones stay: " + d.message,
           {{"file", d.file}, {"line", std::to_string(d.at.line)}, {"column", std::to_string(d.at.column)}});
    }
  }
  reload_durations_.observe(std::chrono::duration<double>(Clock::now() - start).count());
  systemd_.ready();
  return errors;
}

// Numbers of the same batch boundary as the request metrics beside them, so that the sums agree in every
// scrape.
void Serve::collect_own(telemetry::Collector& out) const {
  out.gauge("routemeter_config_last_reload_successful", "Whether the last load of the rules worked.")
      .add(reload_.ok ? 1 : 0);
  out.gauge("routemeter_config_last_reload_success_timestamp_seconds", "When the rules in use were loaded.")
      .add(reload_.time);
  const expose::HttpStats http = server_->stats();
  out.counter("routemeter_web_requests_total", "Requests to routemeter's own pages, by status code.");
  for (const auto& [code, count] : http.requests) {
    out.add(static_cast<double>(count), {{"code", std::to_string(code)}});
  }
  out.gauge("routemeter_web_connections", "Open connections to routemeter's own pages.")
      .add(static_cast<double>(http.open_connections));
  out.counter("routemeter_web_evicted_total", "Connections that were cut: too slow, idle, or to make room.")
      .add(static_cast<double>(http.cut_head_timeout), {{"reason", "head_timeout"}})
      .add(static_cast<double>(http.cut_response_timeout), {{"reason", "response_timeout"}})
      .add(static_cast<double>(http.cut_idle), {{"reason", "idle"}})
      .add(static_cast<double>(http.cut_for_room), {{"reason", "room"}});
  for (const auto& service : services_) service->collect_own(out);
}

std::shared_ptr<RequestPage> Serve::request_page() {
  model::Snapshot families;
  std::vector<std::shared_ptr<const metric::Store>> stores;
  for (const auto& service : services_) {
    service->collect(families);
    stores.push_back(service->store());
  }
  set_created(commits_.since(), families);
  return std::make_shared<RequestPage>(std::move(families), std::move(stores));
}

}  // namespace

util::Result<bool> serve(const ServeOptions& options, const util::Logger& log) {
  const util::Fd signals = make_signal_fd();
  // An address that is taken is an error before anything else is touched.
  auto listeners =
      options.systemd_socket ? expose::inherited_listeners() : expose::listen_on_all(options.listen);
  if (!listeners) return listeners.errors();
  auto durable = Durable::open(options.state_dir, options.state_sync, log);
  if (!durable) return durable.errors();
  Serve running(options, std::move(*durable), log);
  return running.run(signals.get(), std::move(*listeners));
}

}  // namespace routemeter::app
