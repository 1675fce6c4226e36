// SPDX-License-Identifier: Apache-2.0
// What the configuration file of `serve` says arrives in the model. What is refused is pinned by
// tests/bad_config.
#include "app/load/config_file.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>
#include <unistd.h>

using routemeter::app::ConfigFile;
using routemeter::app::load_config_file;
using routemeter::app::parse_config_file;
using routemeter::app::ServiceConfig;
using Strings = std::vector<std::string>;
using Labels = std::vector<std::pair<std::string, std::string>>;

namespace {

ConfigFile load(const std::string& text, const std::string& path = "/etc/routemeter/routemeter.yaml") {
  auto file = parse_config_file(text, path);
  if (!file) FAIL(routemeter::util::format(file.errors()));
  return *file;
}

}  // namespace

TEST_CASE("every key of a service") {
  const ConfigFile file = load(R"(services:
  - name: shop
    logs: [/var/log/nginx/shop.log, '*.log', '-', 'syslog+udp://127.0.0.1:5514']
    rules: shop.yaml
    format: "combined"
    labels: {service: shop, build: 12, canary: true}
  - name: api.v2_x-1
    logs:
      - ../api.log
    rules: /srv/api.yaml
)");
  CHECK(file.path == "/etc/routemeter/routemeter.yaml");
  CHECK(file.lines.at(1) == "  - name: shop");
  REQUIRE(file.services.size() == 2);
  const ServiceConfig& shop = file.services[0];
  CHECK(shop.name == "shop");
  CHECK(shop.logs ==
        Strings{"/var/log/nginx/shop.log", "/etc/routemeter/*.log", "-", "syslog+udp://127.0.0.1:5514"});
  CHECK(shop.rules == "/etc/routemeter/shop.yaml");
  CHECK(shop.format == "combined");
  CHECK(shop.labels == Labels{{"service", "shop"}, {"build", "12"}, {"canary", "true"}});
  CHECK(shop.format_origin == file.path);
  CHECK((shop.format_at.line == 5 && shop.format_at.column == 14));
  const ServiceConfig& api = file.services[1];
  CHECK(api.name == "api.v2_x-1");
  CHECK(api.logs == Strings{"/etc/routemeter/../api.log"});
  CHECK(api.rules == "/srv/api.yaml");
  CHECK_FALSE(api.format.has_value());
  CHECK(api.labels.empty());
}

TEST_CASE("a single service needs only logs, and JSON is YAML") {
  const ConfigFile file = load(R"({"services": [{"logs": ["/a.log"]}]})");
  REQUIRE(file.services.size() == 1);
  CHECK(file.services[0].name == "default");
  CHECK_FALSE(file.services[0].rules.has_value());
}

TEST_CASE("two services may read one log") {
  const ConfigFile file = load("services: [{name: a, logs: [/x.log]}, {name: b, logs: [/x.log]}]");
  CHECK(file.services[0].logs == file.services[1].logs);
}

TEST_CASE("relative paths are those of the file's folder") {
  struct Row {
    std::string config;
    std::string log;
    std::string resolved;
  };
  const Row rows[] = {
      {"routemeter.yaml", "a.log", "a.log"},
      {"conf/routemeter.yaml", "a.log", "conf/a.log"},
      {"../routemeter.yaml", "./a.log", ".././a.log"},
      {"/routemeter.yaml", "a.log", "/a.log"},
      {"/etc/routemeter.yaml", "/a.log", "/a.log"},
      {"/etc/routemeter.yaml", "a:b.log", "/etc/a:b.log"},
      {"/etc/routemeter.yaml", "dir/x://y", "/etc/dir/x://y"},
      {"/etc/routemeter.yaml", "syslog+unix:///run/log.sock", "syslog+unix:///run/log.sock"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.config, row.log);
    CHECK(load("services: [{logs: ['" + row.log + "']}]", row.config).services[0].logs ==
          Strings{row.resolved});
  }
}

TEST_CASE("a configuration file is read from disk") {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("routemeter-config-" + std::to_string(::getpid()))).string();
  std::ofstream(path) << "services: [{logs: [/a.log]}]\n";
  auto file = load_config_file(path);
  REQUIRE(file);
  CHECK(file->path == path);
  CHECK(file->services[0].logs == Strings{"/a.log"});
  std::filesystem::remove(path);
  file = load_config_file(path);
  REQUIRE_FALSE(file);
  CHECK(file.errors()[0].message == "cannot open the configuration file: No such file or directory");
  CHECK(file.errors()[0].file == path);
}

TEST_CASE("a finding about a service points into its file") {
  const ConfigFile file = load("services:\n  - format: combined\n    logs: [/a.log]\n", "c.yaml");
  const auto d = routemeter::util::error_at(file, file.services[0].format_at, "wrong", "right");
  CHECK(routemeter::util::format(d) ==
        "c.yaml:2:13: error: wrong\n  - format: combined\n            ^\nhint: right\n");
}
