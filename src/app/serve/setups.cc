// SPDX-License-Identifier: Apache-2.0
#include "app/serve/setups.h"

#include <algorithm>
#include <map>
#include <utility>

#include "app/load/config_file.h"

namespace routemeter::app {
namespace {

LogService::Setup make_setup(const ConfigFile& file, const ServiceConfig& service) {
  LogService::Setup setup;
  setup.name = service.name;
  setup.configured = true;
  setup.common.rules = service.rules;
  setup.common.format = service.format;
  setup.common.format_origin = file.path;
  setup.common.format_at = service.format_at;
  setup.common.logs = service.logs;
  setup.common.labels = service.labels;
  return setup;
}

std::map<std::string, std::string> static_labels(const model::RuleFile& rules) {
  return {rules.labels.begin(), rules.labels.end()};
}

}  // namespace

util::Result<std::vector<LogService::Setup>> make_setups(const ServeOptions& options, bool lost_state) {
  std::vector<LogService::Setup> setups;
  if (options.config_file.empty()) {
    setups.emplace_back();
    setups.back().common = options;
  } else {
    auto file = load_config_file(options.config_file);
    if (!file) return file.errors();
    for (const ServiceConfig& service : file->services) setups.push_back(make_setup(*file, service));
  }
  for (LogService::Setup& setup : setups) {
    setup.follow.start_at_end = options.start_at_end;
    setup.follow.lost_state = lost_state;
  }
  return setups;
}

std::vector<std::string> files_to_watch(const ServeOptions& options,
                                        const std::vector<LogService::Setup>& setups) {
  std::vector<std::string> files;
  if (!options.config_file.empty()) files.push_back(options.config_file);
  for (const LogService::Setup& setup : setups) {
    if (setup.common.rules) files.push_back(*setup.common.rules);
  }
  return files;
}

util::Diagnostics check_together(const std::vector<Together>& services) {
  util::Diagnostics errors;
  std::map<std::string, std::pair<model::MetricType, const Together*>> types;
  for (std::size_t i = 0; i < services.size(); ++i) {
    const Together& service = services[i];
    const auto report = [&errors, &service](std::string message, std::string hint) {
      errors.push_back(
          util::error_at(*service.rules, service.rules->labels_at, std::move(message), std::move(hint)));
    };
    for (std::size_t k = 0; k < i; ++k) {
      if (static_labels(*service.rules) != static_labels(*services[k].rules)) continue;
      report("services \"" + services[k].name + "\" and \"" + service.name +
                 "\" have the same static labels: their series could not be told apart",
             "give each a label of its own in the configuration file, such as labels: {service: " +
                 service.name + "}");
    }
    for (const model::Family& family : service.families) {
      const auto [known, added] = types.emplace(family.name, std::make_pair(family.type, &service));
      if (added || known->second.first == family.type) continue;
      report(
          "the metric " + family.name + " has another type in service \"" + known->second.second->name + "\"",
          "rename one of them with name:");
    }
  }
  return errors;
}

}  // namespace routemeter::app
