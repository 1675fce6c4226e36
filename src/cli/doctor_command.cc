// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "cli/cli.h"
#include "cli/terminal.h"
#include "tools/doctor/examine.h"

namespace routemeter::cli {
namespace {

struct DoctorFlags {
  app::CommonOptions common;
  std::string nginx_config = doctor::kNginxConfig;
  std::string logrotate_config = doctor::kLogrotateConfig;
  bool json = false;
};

int run_doctor(const DoctorFlags& flags) {
  const auto service = app::load_service(flags.common);
  if (!service) {
    print_diagnostics(service.errors());
    return kUsage;
  }
  const doctor::Surroundings around = doctor::look_around(flags.nginx_config, flags.logrotate_config);
  std::vector<doctor::LogReport> reports;
  bool problems = false;
  for (const std::string& log : app::expand_logs(flags.common.logs)) {
    reports.push_back(doctor::examine(log, flags.common, *service, around, {}));
    problems = problems || doctor::count(reports.back().findings, doctor::Level::kProblem) > 0;
  }
  print_out(flags.json ? doctor::to_json(reports) : doctor::to_text(reports));
  return problems ? kDiffers : kDone;
}

}  // namespace

std::function<int()> setup_doctor(CLI::App& app) {
  auto flags = std::make_shared<DoctorFlags>();
  add_common_flags(app, flags->common, true);
  app.add_flag("--json", flags->json, "Print one JSON object instead of text");
  app.add_option("--nginx-config", flags->nginx_config, "nginx's main configuration file")
      ->capture_default_str()
      ->type_name("FILE");
  app.add_option("--logrotate-config", flags->logrotate_config, "logrotate's main configuration file")
      ->capture_default_str()
      ->type_name("FILE");
  return [flags] { return run_doctor(*flags); };
}

}  // namespace routemeter::cli
