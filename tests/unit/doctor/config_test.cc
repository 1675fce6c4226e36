// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include "tools/doctor/place/logrotate.h"
#include "tools/doctor/place/nginx.h"

using namespace routemeter;

namespace {

/// A directory of its own, gone at the end.
class Folder {
 public:
  Folder() {
    std::string name = "/tmp/doctor_config.XXXXXX";
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string write(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = std::filesystem::path(path_) / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
    return file;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

TEST_CASE("nginx.conf: log_format and access_log, through includes, with their places") {
  const Folder folder;
  const std::string main = folder.write("nginx.conf",
                                        "http {\n"
                                        "  # access_log /no;\n"
                                        "  log_format timed escape=json '$remote_addr '\n"
                                        "             \"\\\"$request\\\" $status\";\n"
                                        "  access_log off;\n"
                                        "  include sites/*.conf;\n"
                                        "  map $status $loggable { ~^[23] 0; default 1; }\n"
                                        "}\n");
  folder.write("sites/a.conf",
               "server {\n  access_log /var/log/a.log timed buffer=32k flush=5s if=$loggable;\n"
               "  location / { access_log /var/log/a.log; }\n"
               "  access_log /var/log/${host}.log timed gzip=9;\n}\n");
  const doctor::NginxConfig config = doctor::read_nginx_config(main);
  REQUIRE(config.found);
  REQUIRE(config.formats.count("timed") == 1);
  CHECK(config.formats.at("timed").text == "escape=json $remote_addr \"$request\" $status");
  CHECK(config.formats.at("timed").line == 3);
  REQUIRE(config.access_logs.size() == 3);
  const doctor::AccessLog& first = config.access_logs[0];
  CHECK(first.file == folder.path() + "/sites/a.conf");
  CHECK(first.line == 2);
  CHECK(first.path == "/var/log/a.log");
  CHECK(first.format == "timed");
  CHECK(first.rest == std::vector<std::string>{"buffer=32k", "flush=5s", "if=$loggable"});
  CHECK(config.access_logs[1].format == "combined");
  CHECK(config.access_logs[2].path == "/var/log/${host}.log");
  CHECK(config.access_logs[2].rest == std::vector<std::string>{"gzip=9"});
  CHECK(doctor::directives_for("/var/log/a.log", config).size() == 2);
  CHECK(doctor::nginx_candidates("/var/log/a.log", config).size() == 1);
  CHECK_FALSE(doctor::read_nginx_config(folder.path() + "/none").found);
}

TEST_CASE("nginx.conf that includes itself, or is cut, ends") {
  const Folder folder;
  const std::string main = folder.write("nginx.conf", "include *.conf;\nlog_format x '$request $sta");
  CHECK(doctor::read_nginx_config(main).found);
}

TEST_CASE("logrotate: the stanza of a file, with globals above it and includes") {
  const Folder folder;
  folder.write(
      "d/web",
      "/var/log/web/*.log /srv/one.log\n{\n\tdaily\n\trotate 14\n\tcompress\n\tcreate 0640 www-data adm\n"
      "\tpostrotate\n\t\tcopytruncate is no directive here\n\tendscript\n}\n"
      "\"/var/log/my app.log\" {\n  copytruncate\n}\n");
  folder.write("d/web.dpkg-old", "/srv/old.log {\n copytruncate\n}\n");
  const std::string main =
      folder.write("logrotate.conf", "weekly\nrotate 4\ncreate\n# x {\ninclude " + folder.path() +
                                         "/d\n/srv/late.log {\n nocreate\n}\n");
  const auto rules = doctor::read_logrotate(main);
  REQUIRE(rules.size() == 3);
  const auto web = doctor::rotation_of_file(rules, "/var/log/web/access.log");
  REQUIRE(web);
  CHECK(web->file == folder.path() + "/d/web");
  CHECK(web->line == 2);
  CHECK(web->rotate == 14);
  CHECK(web->compress);
  CHECK(web->postrotate);
  CHECK_FALSE(web->copytruncate);
  CHECK(web->create == "0640 www-data adm");
  CHECK(doctor::rotation_of_file(rules, "/srv/one.log"));
  const auto app = doctor::rotation_of_file(rules, "/var/log/my app.log");
  REQUIRE(app);
  CHECK(app->copytruncate);
  CHECK(app->rotate == 4);
  const auto late = doctor::rotation_of_file(rules, "/srv/late.log");
  REQUIRE(late);
  CHECK_FALSE(late->creates);
  CHECK_FALSE(doctor::rotation_of_file(rules, "/var/log/web/sub/access.log"));
  CHECK_FALSE(doctor::rotation_of_file(rules, "/srv/old.log"));
}
