// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "app/page/page_thread.h"
#include "app/serve/commits.h"
#include "app/serve/log_service.h"
#include "app/serve/look_pace.h"
#include "app/serve/rules_watch.h"
#include "app/serve/serve_options.h"
#include "app/serve/status_view.h"
#include "app/serve/systemd.h"
#include "expose/http/http_server.h"
#include "state/state_dir.h"
#include "telemetry/registry.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/result.h"

namespace routemeter::app {

/// The things of the process that a Serve works with; a test gives its own.
struct ServeEnvironment {
  int signal_fd = -1;  ///< gives signalfd_siginfo without blocking: SIGHUP reloads, others stop; -1: none
  std::vector<expose::Listener> listeners;
  std::unique_ptr<state::StateDir> state;  ///< null: nothing is kept
  util::Clocks clocks;
};

/// The pipeline thread of `serve`: follows the logs, commits, reloads and hands pages to the HTTP server.
class Serve {
 public:
  using Clock = ClientQueue::Clock;

  /// `options` and `log` must outlive it.
  Serve(const ServeOptions& options, ServeEnvironment environment, const util::Logger& log);
  ~Serve();

  /// Starts everything and runs until a signal says stop. An error if it cannot start or go on.
  util::Result<bool> run();

 private:
  void warn_about_logs() const;
  util::Result<bool> start_server();
  util::Result<bool> loop();
  void look();
  util::Result<bool> read_all();
  int wait();
  void take_signals();
  void answer(std::vector<WaitingClient> clients);
  void changed();
  util::Diagnostics reload();
  void say_not_reloaded(std::string_view what, const util::Diagnostics& errors) const;
  std::shared_ptr<RequestPage> request_page();
  void collect_own(telemetry::Collector& out) const;

  const ServeOptions& options_;
  ServeEnvironment environment_;
  const util::Logger& log_;
  double started_;
  telemetry::Registry registry_;
  telemetry::Histogram look_durations_ = registry_.histogram(
      "routemeter_look_duration_seconds", "Looks at the log files, and the time for each.");
  telemetry::Histogram reload_durations_ = registry_.histogram(
      "routemeter_config_reload_duration_seconds", "Reloads of the rules, and the time for each.");
  Commits commits_;
  LogServices services_;
  ClientQueue clients_{environment_.clocks.now};
  std::vector<WaitingClient> held_;  // wait for a commit, and a look at the files before it
  Systemd systemd_;
  std::optional<RulesWatch> watch_;
  LookPace pace_;
  std::atomic<bool> ready_ = false;  // written here, read by the HTTP thread
  bool stopping_ = false;
  bool reload_wanted_ = false;
  bool woken_ = true;  // by something that asks for a look at the files
  ReloadState reload_;
  std::shared_ptr<RequestPage> page_;  // of now; null once something has changed
  PageThread pages_{registry_.histogram(
                        "routemeter_scrape_duration_seconds",
                        "Scrapes before this one, and the time to answer them with reading and committing."),
                    environment_.clocks.now};
  std::unique_ptr<expose::HttpServer> server_;  // last: its thread uses what stands above
};

/// Follows the logs and serves the metrics until SIGTERM or SIGINT; SIGHUP reloads the rules. True when it
/// ended by a signal; an error when it could not start (wrong rules, address in use, no known format, a
/// state directory that is not ours).
util::Result<bool> serve(const ServeOptions& options, const util::Logger& log);

}  // namespace routemeter::app
