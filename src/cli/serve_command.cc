// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "app/serve.h"
#include "cli/command.h"
#include "cli/common_flags.h"
#include "cli/terminal.h"

namespace routemeter::cli {
namespace {

struct ServeFlags {
  app::ServeOptions serve;
  std::vector<std::string> listen;
  util::LogLevel level = util::LogLevel::kInfo;
  bool json = false;
};

int run_serve(const ServeFlags& flags) {
  app::ServeOptions options = flags.serve;
  if (!flags.listen.empty()) options.listen = flags.listen;
  const auto ended = app::serve(options, make_logger(flags.level, flags.json));
  if (ended) return kDone;
  print_diagnostics(ended.errors());
  return kUsage;
}

}  // namespace

std::function<int()> setup_serve(CLI::App& app) {
  auto flags = std::make_shared<ServeFlags>();
  add_common_flags(app, flags->serve);
  app.add_option("--web.listen-address", flags->listen,
                 "Address to serve on, repeatable; port 0 picks one (default :10040)")
      ->type_name("HOST:PORT")
      ->allow_extra_args(false);
  app.add_option("--web.telemetry-path", flags->serve.telemetry_path, "Path of the metrics")
      ->capture_default_str()
      ->type_name("PATH")
      ->check([](const std::string& path) { return path.rfind('/', 0) == 0 ? "" : "must begin with /"; });
  app.add_option_function<std::string>(
         "--log.level", [flags](const std::string& word) { util::parse_level(word, flags->level); },
         "Least severe records to log (default info)")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}));
  app.add_option_function<std::string>(
         "--log.format", [flags](const std::string& word) { flags->json = word == "json"; },
         "How to write log records (default logfmt)")
      ->check(CLI::IsMember({"logfmt", "json"}));
  return [flags] { return run_serve(*flags); };
}

}  // namespace routemeter::cli
