// SPDX-License-Identifier: Apache-2.0
#include "app/serve/serve.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "app/serve/pages.h"
#include "app/serve/services.h"
#include "app/serve/status_view.h"
#include "expose/web_config/web_config.h"
#include "util/fmt.h"
#include "util/printable.h"

namespace routemeter::app {
namespace {

using Clock = Serve::Clock;

// A scrape sees what was in the files when it came; with a backlog of gigabytes it is answered after this
// long with what has been read until then.
constexpr auto kCatchUp = std::chrono::milliseconds(500);
// A client that waits for the next commit is looked at again after this time.
constexpr auto kHeld = std::chrono::milliseconds(5);
// Commits, edited rules and systemd's watchdog are looked at this often.
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

}  // namespace

Serve::Serve(const ServeOptions& options, ServeEnvironment environment, const util::Logger& log)
    : options_(options),
      environment_(std::move(environment)),
      log_(log),
      started_(environment_.clocks.unix_time()),
      commits_(std::move(environment_.state), registry_, log, environment_.clocks) {
  registry_
      .gauge("routemeter_build_info", "The running version of routemeter; always 1.",
             {{"compiler", __VERSION__}, {"version", ROUTEMETER_VERSION}})
      .set(1);
  registry_.collect_from(telemetry::collect_process);
  registry_.collect_from([this](telemetry::Collector& out) { collect_own(out); });
}

Serve::~Serve() = default;

util::Result<bool> Serve::run() {
  util::Diagnostics errors = start_services(options_, commits_, services_, watch_, log_, environment_.clocks);
  if (!errors.empty()) return errors;
  reload_.time = environment_.clocks.unix_time();
  warn_about_logs();
  if (auto started = start_server(); !started) return started;
  systemd_.ready();
  auto ended = loop();
  systemd_.stopping();
  commits_.commit_changes(services_);
  pages_.finish();
  server_.reset();  // answers what still waits before the queue goes
  if (ended) log_(util::LogLevel::kInfo, "stopped", {});
  return ended;
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

util::Result<bool> Serve::start_server() {
  expose::HttpOptions http;
  if (!options_.web_config_file.empty()) {
    http.web.load = [file = options_.web_config_file] { return expose::load_web_config(file); };
    http.web.on_change = [this](const util::Diagnostics& errors) {
      if (errors.empty()) log_(util::LogLevel::kInfo, "web configuration reloaded", {});
      say_not_reloaded("web configuration not reloaded, the old one stays", errors);
    };
  }
  auto server =
      expose::serve_http(std::move(environment_.listeners), make_routes(options_, clients_, ready_), http);
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
    if (woken_ || !held_.empty() || environment_.clocks.now() >= pace_.latest()) {
      if (auto read = read_all(); !read) return read;
    }
    ready_ = true;
    if (watch_ && watch_->changed(environment_.clocks.now())) reload_wanted_ = true;
    if (std::exchange(reload_wanted_, false)) reload();
    const Clock::time_point now = environment_.clocks.now();
    if (!held_.empty() && !pages_.busy() && commits_.may_answer(now)) answer(std::exchange(held_, {}));
    commits_.commit_when_due(services_, now);
    systemd_.tick(now);
    if (stopping_) break;
    if (const int error = wait(); error != 0) return util::error_about("poll", util::errno_text(error));
    take_signals();
  }
  return true;
}

// Until something happens, files last: they may be written many times a millisecond. errno when that cannot
// be found out.
int Serve::wait() {
  std::vector<pollfd> fds;
  const auto poll_until = [this, &fds](Clock::time_point until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - environment_.clocks.now()).count();
    return ::poll(fds.data(), fds.size(), static_cast<int>(std::max<std::int64_t>(left, 0)));
  };
  // Negative descriptors are none to poll().
  const bool busy = pages_.busy();
  fds = {{environment_.signal_fd, POLLIN, 0},
         {busy ? pages_.done_fd() : -1, POLLIN, 0},
         {busy || !held_.empty() ? -1 : clients_.fd(), POLLIN, 0}};
  for (const auto& service : services_) fds.push_back({service->stream_fd(), POLLIN, 0});
  const Clock::time_point tick = environment_.clocks.now() + (held_.empty() ? kTick : kHeld);
  int ready = poll_until(std::min(tick, pace_.soonest()));
  if (ready == 0) {
    for (const auto& service : services_) fds.push_back({service->wake_fd(), POLLIN, 0});
    ready = poll_until(std::min(tick, std::max(pace_.latest(), pace_.soonest())));
  }
  const bool page_done = ready > 0 && fds[1].revents != 0;
  woken_ = ready != (page_done ? 1 : 0);
  return ready < 0 && errno != EINTR ? errno : 0;
}

void Serve::take_signals() {
  signalfd_siginfo info{};
  while (::read(environment_.signal_fd, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    if (info.ssi_signo == SIGHUP) {
      reload_wanted_ = true;
    } else {
      stopping_ = true;
    }
  }
}

void Serve::look() {
  const Clock::time_point start = environment_.clocks.now();
  bool watching = true;
  for (const auto& service : services_) {
    service->look();
    watching = watching && service->watching();
  }
  const Clock::time_point end = environment_.clocks.now();
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
    const Clock::time_point now = environment_.clocks.now();
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

// A client sees what is durable: commit first, then show (tests/RELIABILITY.md). While commits fail it
// sees what there is. Not while a page is being made.
void Serve::answer(std::vector<WaitingClient> clients) {
  const Clock::time_point start = environment_.clocks.now();
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
          status = status_response(
              make_status(services_, commits_, reload_, options_, started_, environment_.clocks.unix_time()));
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
  const Clock::time_point start = environment_.clocks.now();
  util::Diagnostics errors = reload_services(options_, services_, watch_, log_, environment_.clocks);
  if (errors.empty()) changed();
  reload_.error = util::format(errors);
  if (errors.empty()) {
    reload_.time = environment_.clocks.unix_time();
    log_(util::LogLevel::kInfo, "rules reloaded", {});
    commits_.commit(services_);
  }
  say_not_reloaded("rules not reloaded, the old ones stay", errors);
  reload_durations_.observe(std::chrono::duration<double>(environment_.clocks.now() - start).count());
  systemd_.ready();
  return errors;
}

void Serve::say_not_reloaded(std::string_view what, const util::Diagnostics& errors) const {
  for (const util::Diagnostic& d : errors) {
    log_(util::LogLevel::kError, fmt::format("{}: {}", what, d.message),
         {{"file", d.file}, {"line", std::to_string(d.at.line)}, {"column", std::to_string(d.at.column)}});
  }
}

// Numbers of the same batch boundary as the request metrics beside them, so that the sums agree in every
// scrape.
void Serve::collect_own(telemetry::Collector& out) const {
  out.gauge("routemeter_config_last_reload_successful", "Whether the last load of the rules worked.")
      .add(reload_.error.empty() ? 1 : 0);
  out.gauge("routemeter_config_last_reload_success_timestamp_seconds", "When the rules in use were loaded.")
      .add(reload_.time);
  const expose::HttpStats http = server_->stats();
  out.counter("routemeter_web_requests_total", "Requests to routemeter's own pages, by status code.");
  for (const auto& [code, count] : http.requests) {
    out.add(static_cast<double>(count), {{"code", std::to_string(code)}});
  }
  out.gauge("routemeter_web_connections", "Open connections to routemeter's own pages.")
      .add(static_cast<double>(http.open_connections));
  out.counter("routemeter_web_evicted_total", "Connections that were cut: too slow, idle, or to make room.");
  for (const auto& [reason, count] : http.cut) {
    out.add(static_cast<double>(count), {{"reason", std::string(reason)}});
  }
  for (const auto& service : services_) service->collect_own(out);
}

std::shared_ptr<RequestPage> Serve::request_page() {
  model::Snapshot families;
  std::vector<std::shared_ptr<const metric::Store>> stores;
  for (const auto& service : services_) {
    service->collect(families);
    stores.push_back(service->store());
  }
  for (model::Family& family : families) {
    if (family.type != model::MetricType::kGauge) family.created = commits_.since();
  }
  return std::make_shared<RequestPage>(std::move(families), std::move(stores));
}

util::Result<bool> serve(const ServeOptions& options, const util::Logger& log) {
  const util::Fd signals = make_signal_fd();
  // An address that is taken is an error before anything else is touched.
  auto listeners =
      options.systemd_socket ? expose::inherited_listeners() : expose::listen_on_all(options.listen);
  if (!listeners) return listeners.errors();
  auto state = open_state(options.state_dir, options.state_sync, log);
  if (!state) return state.errors();
  ServeEnvironment environment;
  environment.signal_fd = signals.get();
  environment.listeners = std::move(*listeners);
  environment.state = std::move(*state);
  return Serve(options, std::move(environment), log).run();
}

}  // namespace routemeter::app
