// SPDX-License-Identifier: Apache-2.0
#include "app/service.h"

#include <algorithm>
#include <cstdlib>

#include <glob.h>

#include "route/rule_loader.h"

namespace routemeter::app {
namespace {

bool is_on(const char* value) {
  if (value == nullptr) return false;
  std::string word = value;
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
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
    util::Result<model::RuleFile> file = route::load_rule_file(*options.rules);
    if (!file) return file.errors();
    service.rules = std::move(*file);
  } else {
    service.rules = route::builtin_rules();
  }
  if (options.format) {
    service.rules.format.text = *options.format;
    service.rules.format.origin = "--format";
    service.rules.format.at = {};
  }
  auto router = route::compile(service.rules);
  if (!router) return router.errors();
  service.router = std::move(*router);
  const model::Options& o = service.rules.options;
  service.enabled = !o.respect_env_var || is_on(std::getenv(o.env_var_name.c_str()));
  return service;
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
