// SPDX-License-Identifier: Apache-2.0
#include "app/load/config_file.h"

#include <algorithm>
#include <map>
#include <utility>

#include "document/read_file.h"
#include "document/value_reader.h"
#include "rules/load_context.h"
#include "rules/rule_keys.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::app {
namespace {

using document::describe;
using document::ValueReader;
using document::YamlNode;
using document::YamlPtr;

constexpr std::size_t kMaxName = 64;
constexpr std::string_view kBegin = "begin the file with 'services:', below it a list of services";

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string config_key_hint(std::string_view key, std::string_view where,
                            std::span<const std::string_view> known) {
  if (std::string hint = rules::library_name_hint(key, known); !hint.empty()) return hint;
  if (key == "version") return "only rule files have a version; remove the line";
  if (where.empty() && is_one_of(kServiceKeys, key)) {
    return fmt::format("'{0}' belongs to one of the services: services: [{{{0}: ...}}]", key);
  }
  if (is_one_of(rules::kFileKeys, key))
    return fmt::format("'{}' belongs in the rule file that 'rules' names", key);
  return "";
}

/// A name may become a label value and a part of a file name.
bool is_service_name(std::string_view text) {
  const auto is_inner = [](char c) { return util::is_alnum(c) || c == '_' || c == '.' || c == '-'; };
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
  ConfigLoader(ValueReader& reader, const std::string& path) : reader_(reader), path_(path) {}

  std::vector<ServiceConfig> load(const YamlNode& root);

 private:
  ServiceConfig load_service(const YamlNode& node, bool only_one);
  void load_name(const YamlNode& node, ServiceConfig& service);
  void load_logs(const YamlNode& node, ServiceConfig& service);

  ValueReader& reader_;
  const std::string& path_;
  std::map<std::string, int> names_;  // and the line of each
};

std::vector<ServiceConfig> ConfigLoader::load(const YamlNode& root) {
  std::vector<ServiceConfig> out;
  if (!root.is_map()) {
    reader_.wrong_type(root, "", "a map of 'key: value'", std::string(kBegin));
    return out;
  }
  const YamlNode* services = nullptr;
  for (const ValueReader::Entry& entry : reader_.entries(root, "", kConfigKeys)) services = entry.value;
  if (services == nullptr) {
    reader_.error({1, 1}, "'services' is missing", std::string(kBegin));
    return out;
  }
  const std::vector<YamlPtr>* items = reader_.list(*services, "services");
  if (items == nullptr) return out;
  if (items->empty()) reader_.error(services->at, "'services' is empty", "write at least one service");
  for (const YamlPtr& item : *items) out.push_back(load_service(*item, items->size() == 1));
  return out;
}

ServiceConfig ConfigLoader::load_service(const YamlNode& node, bool only_one) {
  ServiceConfig service;
  if (!node.is_map()) {
    reader_.error(node.at, fmt::format("a service is a map, not {}", describe(node)),
                  "write {name: NAME, logs: [LOG], rules: FILE}");
    return service;
  }
  bool has_name = false;
  bool has_logs = false;
  for (const ValueReader::Entry& entry : reader_.entries(node, "services", kServiceKeys)) {
    if (entry.key == "name") {
      has_name = true;
      load_name(*entry.value, service);
    } else if (entry.key == "logs") {
      has_logs = true;
      load_logs(*entry.value, service);
    } else if (entry.key == "rules") {
      if (auto path = reader_.non_empty(*entry.value, "rules"))
        service.rules = document::beside(path_, *path);
    } else if (entry.key == "format") {
      service.format_origin = path_;
      service.format_at = entry.value->at;
      service.format = reader_.non_empty(*entry.value, "format");
    } else {
      service.labels = rules::load_label_map(reader_, *entry.value);
    }
  }
  if (!has_logs) {
    reader_.error(node.at, "the service has no 'logs'", "write logs: [/var/log/nginx/access.log]");
  }
  if (!has_name && !only_one) {
    reader_.error(node.at, "the service has no 'name'", "with several services each needs its own");
  }
  return service;
}

void ConfigLoader::load_name(const YamlNode& node, ServiceConfig& service) {
  auto name = reader_.non_empty(node, "name");
  if (!name) return;
  if (!is_service_name(*name)) {
    reader_.error(
        node.at, fmt::format("{} is not a service name", describe(node)),
        "write at most 64 letters, digits, '_', '.' and '-', beginning with a letter, digit or '_'");
    return;
  }
  if (const auto [first, added] = names_.emplace(*name, node.at.line); !added) {
    reader_.error(node.at,
                  fmt::format("the name {} is there twice, first in line {}", describe(node), first->second),
                  "choose another one");
  }
  service.name = std::move(*name);
}

void ConfigLoader::load_logs(const YamlNode& node, ServiceConfig& service) {
  const std::vector<YamlPtr>* items = reader_.list(node, "logs");
  if (items == nullptr) return;
  if (items->empty()) reader_.error(node.at, "'logs' is empty", "write at least one path, glob or address");
  for (const YamlPtr& item : *items) {
    auto log = reader_.non_empty(*item, "logs");
    if (!log) continue;
    std::string path = *log == "-" || is_url(*log) ? *log : document::beside(path_, *log);
    if (std::find(service.logs.begin(), service.logs.end(), path) != service.logs.end()) {
      reader_.error(item->at, fmt::format("the log {} is there twice", describe(*item)),
                    "its requests would count twice; keep one of them");
      continue;
    }
    service.logs.push_back(std::move(path));
  }
}

}  // namespace

util::Result<ConfigFile> parse_config_file(std::string_view text, const std::string& path) {
  ConfigFile out;
  out.path = path;
  const auto tree = document::read_yaml(text, out);
  if (!tree) return tree.errors();
  if (*tree == nullptr)
    return util::error_about(path, "the configuration file is empty", std::string(kBegin));
  ValueReader reader(out, config_key_hint);
  out.services = ConfigLoader(reader, path).load(**tree);
  util::Diagnostics errors = reader.take();
  if (!errors.empty()) return errors;
  return out;
}

util::Result<ConfigFile> load_config_file(const std::string& path) {
  const auto text = document::read_file(path, "configuration file");
  if (!text) return text.errors();
  return parse_config_file(*text, path);
}

}  // namespace routemeter::app
