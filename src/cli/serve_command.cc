// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "app/serve/serve.h"
#include "cli/cli.h"
#include "cli/flags.h"
#include "cli/terminal.h"
#include "tools/doctor/examine.h"

namespace routemeter::cli {
namespace {

struct ServeFlags {
  app::ServeOptions serve;
  std::vector<std::string> listen;
  std::string sync = "all";
  std::string start_at = "beginning";
  util::LogLevel level = util::LogLevel::kInfo;
  bool json = false;
};

int run_serve(const ServeFlags& flags) {
  app::ServeOptions options = flags.serve;
  if (!flags.listen.empty()) options.listen = flags.listen;
  options.state_sync = flags.sync == "all";
  options.start_at_end = flags.start_at == "end";
  if (options.config_file.empty() == options.logs.empty()) {
    print_err("routemeter: serve takes either logs or --config.file\nRun with --help for the flags.\n");
    return kUsage;
  }
  options.check_logs = [around = std::optional<doctor::Surroundings>()](const app::CommonOptions& common,
                                                                        const app::Service& service) mutable {
    if (!around) around = doctor::look_around(doctor::kNginxConfig, doctor::kLogrotateConfig);
    return doctor::check_at_start(common, service, *around);
  };
  const auto ended = app::serve(options, make_logger(flags.level, flags.json));
  return ended ? kDone : print_and(kUsage, ended.errors());
}

}  // namespace

std::function<int()> setup_serve(CLI::App& app) {
  auto flags = std::make_shared<ServeFlags>();
  add_common_flags(app, flags->serve, false);
  add_value(app, "--web.listen-address", flags->listen, "HOST:PORT",
            "Address to serve on, repeatable: HOST:PORT or unix:PATH; port 0 picks one (default :10040)")
      ->allow_extra_args(false);
  app.add_flag("--web.systemd-socket", flags->serve.systemd_socket,
               "Serve on the sockets that systemd passes");
  add_value(app, "--web.telemetry-path", flags->serve.telemetry_path, "PATH", "Path of the metrics")
      ->capture_default_str()
      ->check([](const std::string& path) { return path.rfind('/', 0) == 0 ? "" : "must begin with /"; });
  add_value(app, "--web.config.file", flags->serve.web_config_file, "FILE",
            "TLS, passwords and headers in exporter-toolkit's format; re-read when it changes");
  app.add_flag("--web.enable-lifecycle", flags->serve.enable_lifecycle, "Allow POST and PUT of /-/reload");
  add_value(app, "--state-dir", flags->serve.state_dir, "DIR",
            "Directory for positions and counters, so that a restart loses no line and counts none twice")
      ->envname("STATE_DIRECTORY");
  app.add_option("--state-sync", flags->sync,
                 "Make each commit survive a power cut (all), or only a crash (none)")
      ->capture_default_str()
      ->check(CLI::IsMember({"all", "none"}));
  app.add_option("--start-at", flags->start_at, "Where to begin in logs that exist at the first start")
      ->capture_default_str()
      ->check(CLI::IsMember({"beginning", "end"}));
  app.add_flag("--rules.watch", flags->serve.watch_rules, "Reload when a rule file changes, as SIGHUP does");
  add_value(app, "--config.file", flags->serve.config_file, "FILE",
            "Several services, each with its logs, rules and labels, instead of LOG and --rules");
  add_log_level(app, flags->level, "Least severe level to log (default info)");
  app.add_option_function<std::string>(
         "--log.format", [flags](const std::string& word) { flags->json = word == "json"; },
         "How to write log records (default logfmt)")
      ->check(CLI::IsMember({"logfmt", "json"}));
  return [flags] { return run_serve(*flags); };
}

}  // namespace routemeter::cli
