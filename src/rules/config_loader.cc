// SPDX-License-Identifier: Apache-2.0
#include "rules/config_loader.h"

#include <algorithm>
#include <map>
#include <utility>

#include "document/read_file.h"
#include "document/yaml_reader.h"
#include "rules/config_keys.h"
#include "rules/load_context.h"
#include "rules/load_options.h"
#include "rules/rule_keys.h"

namespace routemeter::route {
namespace {

constexpr std::size_t kMaxName = 64;
constexpr std::string_view kBegin = "begin the file with 'services:', below it a list of services";

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string config_place_hint(std::string_view key, std::string_view where) {
  const std::string shown = "'" + std::string(key) + "'";
  if (key == "version") return "only rule files have a version; remove the line";
  if (where.empty() && is_one_of(kServiceKeys, key)) {
    return shown + " belongs to one of the services: services: [{" + std::string(key) + ": ...}]";
  }
  if (is_one_of(kFileKeys, key)) return shown + " belongs in the rule file that 'rules' names";
  return "";
}

/// A name may become a label value and a part of a file name.
bool is_service_name(std::string_view text) {
  const auto is_inner = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  };
  return !text.empty() && text.size() <= kMaxName && text.front() != '.' && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), is_inner);
}

bool is_url(std::string_view log) {
  const std::size_t end = log.find("://");
  return end != std::string_view::npos && end > 0 && log.find('/') == end + 1;
}

/// Reads one file; what is found wrong goes to the context.
class ConfigLoader {
 public:
  ConfigLoader(LoadContext& context, const std::string& path)
      : context_(context), folder_(path.substr(0, path.rfind('/') + 1)) {}

  std::vector<model::ServiceConfig> load(const YamlNode& root);

 private:
  model::ServiceConfig load_service(const YamlNode& node, bool only_one);
  void load_name(const YamlNode& node, model::ServiceConfig& service);
  void load_logs(const YamlNode& node, model::ServiceConfig& service);
  std::string resolve(const std::string& path) const {
    return path.front() == '/' ? path : folder_ + path;  // the folder of a file named without one is ""
  }

  LoadContext& context_;
  std::string folder_;
  std::map<std::string, int> names_;  // and the line of each
};

std::vector<model::ServiceConfig> ConfigLoader::load(const YamlNode& root) {
  std::vector<model::ServiceConfig> out;
  if (!root.is_map()) {
    context_.wrong_type(root, "", "a map of 'key: value'", std::string(kBegin));
    return out;
  }
  const YamlNode* services = nullptr;
  for (const LoadContext::Entry& entry : context_.entries(root, "", kConfigKeys)) services = entry.value;
  if (services == nullptr) {
    context_.error({1, 1}, "'services' is missing", std::string(kBegin));
    return out;
  }
  const std::vector<YamlPtr>* items = context_.list(*services, "services");
  if (items == nullptr) return out;
  if (items->empty()) context_.error(services->at, "'services' is empty", "write at least one service");
  for (const YamlPtr& item : *items) out.push_back(load_service(*item, items->size() == 1));
  return out;
}

model::ServiceConfig ConfigLoader::load_service(const YamlNode& node, bool only_one) {
  model::ServiceConfig service;
  service.at = node.at;
  if (!node.is_map()) {
    const std::string what = node.is_null() ? "nothing" : describe(node);
    context_.error(node.at, "a service is a map, not " + what,
                   "write {name: NAME, logs: [LOG], rules: FILE}");
    return service;
  }
  bool has_name = false;
  bool has_logs = false;
  for (const LoadContext::Entry& entry : context_.entries(node, "services", kServiceKeys)) {
    if (entry.key == "name") {
      has_name = true;
      load_name(*entry.value, service);
    } else if (entry.key == "logs") {
      has_logs = true;
      load_logs(*entry.value, service);
    } else if (entry.key == "rules") {
      service.rules_at = entry.value->at;
      if (auto path = context_.non_empty(*entry.value, "rules")) service.rules = resolve(*path);
    } else if (entry.key == "format") {
      service.format_at = entry.value->at;
      service.format = context_.non_empty(*entry.value, "format");
    } else {
      service.labels_at = entry.value->at;
      context_.file.labels.clear();
      load_static_labels(context_, *entry.value);
      service.labels = std::exchange(context_.file.labels, {});
    }
  }
  if (!has_logs) {
    context_.error(node.at, "the service has no 'logs'", "write logs: [/var/log/nginx/access.log]");
  }
  if (!has_name && !only_one) {
    context_.error(node.at, "the service has no 'name'", "with several services each needs its own");
  }
  return service;
}

void ConfigLoader::load_name(const YamlNode& node, model::ServiceConfig& service) {
  auto name = context_.non_empty(node, "name");
  if (!name) return;
  if (!is_service_name(*name)) {
    context_.error(
        node.at, describe(node) + " is not a service name",
        "write at most 64 letters, digits, '_', '.' and '-', beginning with a letter, digit or '_'");
    return;
  }
  if (const auto [first, added] = names_.emplace(*name, node.at.line); !added) {
    context_.error(
        node.at,
        "the name " + describe(node) + " is there twice, first in line " + std::to_string(first->second),
        "choose another one");
  }
  service.name = std::move(*name);
}

void ConfigLoader::load_logs(const YamlNode& node, model::ServiceConfig& service) {
  const std::vector<YamlPtr>* items = context_.list(node, "logs");
  if (items == nullptr) return;
  if (items->empty()) context_.error(node.at, "'logs' is empty", "write at least one path, glob or address");
  for (const YamlPtr& item : *items) {
    auto log = context_.non_empty(*item, "logs");
    if (!log) continue;
    std::string path = *log == "-" || is_url(*log) ? *log : resolve(*log);
    if (std::find(service.logs.begin(), service.logs.end(), path) != service.logs.end()) {
      context_.error(item->at, "the log " + describe(*item) + " is there twice",
                     "its requests would count twice; keep one of them");
      continue;
    }
    service.logs.push_back(std::move(path));
  }
}

}  // namespace

util::Result<model::ConfigFile> parse_config_file(std::string_view text, const std::string& path) {
  model::RuleFile source;  // what the reader and the context know: path, lines, and labels in passing
  source.path = path;
  const auto tree = read_yaml(text, source);
  if (!tree) return tree.errors();
  if (*tree == nullptr) return about_file(path, "the configuration file is empty", std::string(kBegin));
  LoadContext context(source, config_place_hint);
  model::ConfigFile out;
  out.services = ConfigLoader(context, path).load(**tree);
  util::Diagnostics errors = context.take();
  if (!errors.empty()) return errors;
  out.path = path;
  out.lines = std::move(source.lines);
  return out;
}

util::Result<model::ConfigFile> load_config_file(const std::string& path) {
  const auto text = read_file(path, "configuration file");
  if (!text) return text.errors();
  return parse_config_file(*text, path);
}

}  // namespace routemeter::route
