// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/servers.h"

#include <fstream>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>

#include "format/choose/formats.h"
#include "route/router.h"

using namespace routemeter;
using doctor::Server;

namespace {

std::string file(const std::string& name) {
  std::ifstream in(std::string(ROUTEMETER_SOURCE_DIR) + "/rules/" + name);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

format::FormatPtr make(const std::string& text) {
  model::FormatSpec spec;
  spec.text = text;
  auto made = format::compile(spec, route::compile_capture_regex);
  REQUIRE(made);
  return *made;
}

/// What stands behind the blanks of the line that begins so.
std::string pasted(Server server, const std::string& begin) {
  for (const std::string& line : doctor::remedy_for(server, "/var/log/x.log").paste) {
    const std::size_t first = line.find_first_not_of(' ');
    if (first != std::string::npos && line.compare(first, begin.size(), begin) == 0)
      return line.substr(first);
  }
  return "nothing";
}

}  // namespace

TEST_CASE("the lines to paste are those of the ready-made rule files") {
  CHECK(file("apache.yaml").find(pasted(Server::kApache, "LogFormat")) != std::string::npos);
  CHECK(file("gunicorn.yaml").find(pasted(Server::kGunicorn, "access_log_format")) != std::string::npos);
  CHECK(file("gunicorn.yaml").find(pasted(Server::kGunicorn, "format:")) != std::string::npos);
  for (const std::string begin : {"log_format", "'\"$http_referer", "'urt="}) {
    CHECK(file("nginx-timed.yaml").find(pasted(Server::kNginx, begin)) != std::string::npos);
  }
}

TEST_CASE("whose log it is") {
  const auto server_of = [](const std::string& text, const std::string& path) {
    const format::FormatPtr format = make(text);
    return doctor::server_of(format->name(), *format, path);
  };
  CHECK(server_of("combined", "/var/log/nginx/access.log") == Server::kNginx);
  CHECK(server_of("combined", "/var/log/apache2/access.log") == Server::kApache);
  CHECK(server_of("combined", "access.log") == Server::kNginxOrApache);
  CHECK(server_of("uvicorn", "/var/log/nginx/access.log") == Server::kUvicorn);
  CHECK(server_of("$request $status", "x") == Server::kNginx);
  CHECK(server_of("%r %>s", "x") == Server::kApache);
  CHECK(server_of("%(r)s %(s)s", "x") == Server::kGunicorn);
  CHECK(server_of("traefik", "x") == Server::kTraefik);
  CHECK(doctor::server_of("a guess", *make("$request $status"), "gunicorn.log") == Server::kGunicorn);
}
