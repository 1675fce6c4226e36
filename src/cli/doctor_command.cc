// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.h"
#include "cli/flags.h"
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
  if (!service) return print_and(kUsage, service.errors());
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
  add_value(app, "--nginx-config", flags->nginx_config, "FILE", "nginx's main configuration file")
      ->capture_default_str();
  add_value(app, "--logrotate-config", flags->logrotate_config, "FILE", "logrotate's main configuration file")
      ->capture_default_str();
  return [flags] { return run_doctor(*flags); };
}

}  // namespace routemeter::cli
