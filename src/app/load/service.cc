// SPDX-License-Identifier: Apache-2.0
#include "app/load/service.h"

#include <algorithm>
#include <cstdlib>

#include <glob.h>

#include "metric/store/store.h"
#include "rules/rule_loader.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::app {
namespace {

bool is_on(const char* value) {
  if (value == nullptr) return false;
  const std::string word = util::to_lower(value);
  return word == "true" || word == "1";
}

std::vector<std::string> expand_glob(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  ::globfree(&found);
  if (paths.empty()) paths.push_back(pattern);
  return paths;
}

}  // namespace

util::Result<Service> load_service(const CommonOptions& options) {
  Service service;
  if (options.rules) {
    util::Result<model::RuleFile> file = rules::load_rule_file(*options.rules);
    if (!file) return file.errors();
    service.rules = std::move(*file);
  } else {
    service.rules = rules::builtin_rules();
  }
  if (options.format) {
    // As a whole: how the rule file's format is escaped and wrapped says nothing about another one.
    service.rules.format.text = *options.format;
    service.rules.format.fields_origin = service.rules.path;
    service.rules.format.origin = options.format_origin;
    service.rules.format.at = options.format_at;
    service.rules.format.escape.reset();
    service.rules.format.envelope = model::Envelope::kAuto;
  }
  util::Diagnostics clashes;
  for (const auto& label : options.labels) {
    for (const auto& own : service.rules.labels) {
      if (own.first != label.first) continue;
      clashes.push_back(
          util::error_at(service.rules, service.rules.labels_at,
                         fmt::format("the label {} is set here and by the configuration file", label.first),
                         "leave it to one of them"));
    }
  }
  if (!clashes.empty()) return clashes;
  service.rules.labels.insert(service.rules.labels.end(), options.labels.begin(), options.labels.end());
  auto router = route::compile(service.rules);
  if (!router) return router.errors();
  service.router = std::move(*router);
  const model::Options& o = service.rules.options;
  service.enabled = !o.respect_env_var || is_on(std::getenv(o.env_var_name.c_str()));
  return service;
}

util::Result<std::unique_ptr<pipeline::Worker>> make_worker(const Service& service, model::FieldSet available,
                                                            model::AbsentFamilies* absent) {
  auto store = metric::create_store(service.rules, service.router->labels(), available, absent);
  if (!store) return store.errors();
  return std::make_unique<pipeline::Worker>(service.router, std::move(*store),
                                            service.rules.options.group_untemplated,
                                            service.rules.routes.size());
}

util::Diagnostics with_source(const model::RuleFile& file, util::Diagnostics errors) {
  for (util::Diagnostic& d : errors) {
    const auto line = static_cast<std::size_t>(d.at.line) - 1;
    if (d.file == file.path && d.source_line.empty() && line < file.lines.size())
      d.source_line = file.lines[line];
  }
  return errors;
}

std::vector<std::string> host_notes(const model::RuleFile& file, model::FieldSet available) {
  std::vector<std::string> notes;
  if (available.has(model::Field::kHost)) return notes;
  for (const model::Rule& rule : file.routes) {
    if (rule.host.empty()) continue;
    notes.push_back(fmt::format("{}:{}: \"{}\" is for a host, and the format has none: it never matches",
                                file.path, rule.at.line, rule.text));
  }
  return notes;
}

std::vector<std::string> expand_logs(const std::vector<std::string>& logs) {
  std::vector<std::string> out;
  for (const std::string& log : logs) {
    for (std::string& path : expand_glob(log)) {
      if (std::find(out.begin(), out.end(), path) == out.end()) out.push_back(std::move(path));
    }
  }
  return out;
}

}  // namespace routemeter::app
