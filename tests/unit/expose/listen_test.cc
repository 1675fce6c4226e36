// SPDX-License-Identifier: Apache-2.0
#include "expose/listen/listen.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "expose/http/http_server.h"
#include "unit/expose/http_client.h"

using routemeter::expose::HttpRequest;
using routemeter::expose::HttpServer;
using routemeter::expose::inherited_listeners;
using routemeter::expose::listen_on;
using routemeter::expose::listen_on_all;
using routemeter::expose::Listener;
using routemeter::expose::Respond;
using routemeter::expose::Response;
using routemeter::expose::Route;
using routemeter::expose::serve_http;
using routemeter::test::Client;
using routemeter::test::get;
using routemeter::test::listening;

namespace {

std::vector<Route> routes() {
  Response home;
  home.body = std::make_shared<const std::string>("home");
  return {{"/", [home](const HttpRequest&, const Respond& respond) { respond(home); }}};
}

std::unique_ptr<HttpServer> serve(const std::vector<std::string>& addresses) {
  auto server = serve_http(listening(addresses), routes());
  if (!server) FAIL(server.errors()[0].message);
  return std::move(*server);
}

// A folder of its own, for sockets.
class Folder {
 public:
  Folder() {
    char path[] = "/tmp/routemeter-listen-XXXXXX";
    if (mkdtemp(path) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = path;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::string port_of(const std::string& address) { return address.substr(address.rfind(':') + 1); }

}  // namespace

TEST_CASE("port 0 picks a free one, for each address") {
  const auto server = serve({"127.0.0.1:0", "[::1]:0", "localhost:0"});
  const auto at = server->addresses();
  REQUIRE(at.size() == 3);
  CHECK(at[0].starts_with("127.0.0.1:"));
  CHECK(at[1].starts_with("[::1]:"));
  CHECK(at[2].starts_with("127.0.0.1:"));
  for (const std::string& address : at) {
    CHECK(port_of(address) != "0");
    CHECK(get(address, "/").body == "home");
  }
}

TEST_CASE("no host is every interface, both families") {
  for (const char* address : {":0", "[::]:0"}) {
    const auto server = serve({address});
    const std::string at = server->addresses()[0];
    CHECK(at.starts_with("[::]:"));
    CHECK(get("127.0.0.1:" + port_of(at), "/").body == "home");
    CHECK(get("[::1]:" + port_of(at), "/").body == "home");
  }
  const auto only_v4 = serve({"0.0.0.0:0"});
  CHECK(only_v4->addresses()[0].starts_with("0.0.0.0:"));
  CHECK(get("127.0.0.1:" + port_of(only_v4->addresses()[0]), "/").body == "home");
}

TEST_CASE("a port is free again when the server has ended") {
  std::string at;
  {
    const auto server = serve({"127.0.0.1:0"});
    at = server->addresses()[0];
    // Closed by the server: without SO_REUSEADDR the connection's TIME_WAIT would hold the port.
    CHECK(get(at, "/nowhere").status == 404);
  }
  CHECK(serve({at})->addresses()[0] == at);
}

TEST_CASE("an address in use, with the reason") {
  const auto first = serve({"127.0.0.1:0"});
  const std::string at = first->addresses()[0];
  const auto second = listen_on_all({"127.0.0.1:0", at});
  REQUIRE_FALSE(second);
  REQUIRE(second.errors().size() == 1);
  CHECK(second.errors()[0].message == "cannot listen on '" + at + "': Address already in use");
  CHECK(second.errors()[0].hint == "another process listens there; choose another port, or 0 for a free one");
  CHECK(second.errors()[0].file == "--web.listen-address");
  CHECK(get(at, "/").body == "home");
}

TEST_CASE("addresses that are none") {
  struct Case {
    std::string address;
    int column;
    std::string message;
  };
  for (const Case& c : {
           Case{"", 1, "listen address without a port: ''"},
           Case{"10040", 6, "listen address without a port: '10040'"},
           Case{"localhost", 10, "listen address without a port: 'localhost'"},
           Case{"[::1]", 6, "listen address without a port: '[::1]'"},
           Case{":", 2, "bad port in listen address ':'"},
           Case{":http", 2, "bad port in listen address ':http'"},
           Case{":65536", 2, "bad port in listen address ':65536'"},
           Case{":-1", 2, "bad port in listen address ':-1'"},
           Case{":80 ", 2, "bad port in listen address ':80 '"},
           Case{"1.2.3.4:99999999999", 9, "bad port in listen address '1.2.3.4:99999999999'"},
           Case{"::1:80", 1, "malformed listen address '::1:80'"},
           Case{"[::1:80", 1, "malformed listen address '[::1:80'"},
           Case{"[x]:80", 2, "not an IPv6 address: 'x'"},
           Case{"198.51.100.7:10040", 1,
                "cannot listen on '198.51.100.7:10040': Cannot assign requested address"},
       }) {
    const auto server = listen_on({c.address});
    INFO(c.address);
    REQUIRE_FALSE(server);
    CHECK(server.errors()[0].message == c.message);
    CHECK(server.errors()[0].at.column == c.column);
    CHECK(server.errors()[0].source_line == c.address);
  }
  const auto unknown = listen_on_all({"no-such-host.invalid:80", ":x"});
  REQUIRE_FALSE(unknown);
  REQUIRE(unknown.errors().size() == 2);  // all at once
  CHECK(unknown.errors()[0].message.starts_with("cannot resolve 'no-such-host.invalid': "));
}

TEST_CASE("a unix socket: pages, mode, and nothing left behind") {
  const Folder folder;
  const std::string path = folder.file("routemeter.sock");
  const mode_t before = umask(0077);
  {
    const auto server = serve({"unix:" + path, "127.0.0.1:0"});
    umask(before);
    CHECK(server->addresses()[0] == "unix:" + path);
    struct stat status {};
    REQUIRE(stat(path.c_str(), &status) == 0);
    CHECK(S_ISSOCK(status.st_mode));
    CHECK((status.st_mode & 07777) == 0660);
    for (int i = 0; i < 3; ++i) CHECK(get("unix:" + path, "/").body == "home");
    Client client("unix:" + path);
    for (int i = 0; i < 3; ++i) CHECK(client.request("GET", "/").receive().body == "home");
    CHECK(get(server->addresses()[1], "/").body == "home");
  }
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK(std::filesystem::is_empty(folder.file("")));
}

TEST_CASE("a unix socket in use, a stale one, and what is no socket") {
  const Folder folder;
  const std::string path = folder.file("s");
  {
    const auto first = serve({"unix:" + path});
    const auto second = listen_on("unix:" + path);
    REQUIRE_FALSE(second);
    CHECK(second.errors()[0].message == "cannot listen on 'unix:" + path + "': Address already in use");
    CHECK(get("unix:" + path, "/").body == "home");
  }
  {  // as a kill -9 leaves it
    const auto killed = listen_on("unix:" + path);
    REQUIRE(killed);
    std::filesystem::rename(path, folder.file("stale"));
  }
  std::filesystem::rename(folder.file("stale"), path);
  CHECK_THROWS(Client("unix:" + path));
  CHECK(get(serve({"unix:" + path})->addresses()[0], "/").body == "home");

  std::ofstream(folder.file("precious")) << "data";
  const auto file = listen_on("unix:" + folder.file("precious"));
  REQUIRE_FALSE(file);
  CHECK(file.errors()[0].message == "'" + folder.file("precious") + "' exists and is no socket");
  CHECK(std::filesystem::file_size(folder.file("precious")) == 4);
  std::filesystem::create_symlink(folder.file("precious"), folder.file("link"));
  CHECK_FALSE(listen_on("unix:" + folder.file("link")));
}

TEST_CASE("a socket's file that somebody else made meanwhile stays") {
  const Folder folder;
  const std::string path = folder.file("s");
  std::optional<std::vector<Listener>> first(listening({"unix:" + path}));
  std::filesystem::remove(path);
  const auto second = listening({"unix:" + path});
  first.reset();
  CHECK(std::filesystem::exists(path));
  CHECK_NOTHROW(Client("unix:" + path));
}

TEST_CASE("unix sockets that cannot be") {
  for (const auto& [address, message] : std::vector<std::pair<std::string, std::string>>{
           {"unix:", "a unix socket without a path"},
           {"unix:/no/such/folder/s", "cannot listen on 'unix:/no/such/folder/s': No such file or directory"},
           {"unix:/" + std::string(200, 'x'), "the path of a unix socket has at most 107 bytes"}}) {
    const auto made = listen_on(address);
    REQUIRE_FALSE(made);
    CHECK(made.errors()[0].message == message);
  }
}

TEST_CASE("sockets from systemd") {
  constexpr int kFirst = 200;
  const Folder folder;
  const auto pass = [&](int count, const std::string& process) {
    setenv("LISTEN_PID", process.c_str(), 1);
    setenv("LISTEN_FDS", std::to_string(count).c_str(), 1);
    setenv("LISTEN_FDNAMES", "a:b", 1);
    auto out = inherited_listeners(kFirst);
    CHECK(std::getenv("LISTEN_PID") == nullptr);
    CHECK(std::getenv("LISTEN_FDS") == nullptr);
    CHECK(std::getenv("LISTEN_FDNAMES") == nullptr);
    return out;
  };
  const std::string me = std::to_string(getpid());
  const auto tcp = listening({"127.0.0.1:0"});
  const auto local = listening({"unix:" + folder.file("s")});
  REQUIRE(dup2(tcp[0].fd(), kFirst) == kFirst);
  REQUIRE(dup2(local[0].fd(), kFirst + 1) == kFirst + 1);
  {
    auto listeners = pass(2, me);
    REQUIRE(listeners);
    REQUIRE(listeners->size() == 2);
    CHECK((*listeners)[0].address() == tcp[0].address());
    CHECK((*listeners)[1].address() == "unix:" + folder.file("s"));
    CHECK((fcntl(kFirst, F_GETFD) & FD_CLOEXEC) != 0);
    const auto server = serve_http(std::move(*listeners), routes());
    REQUIRE(server);
    for (const std::string& at : (*server)->addresses()) CHECK(get(at, "/").body == "home");
  }
  CHECK(fcntl(kFirst, F_GETFD) < 0);                 // closed at the end
  CHECK(std::filesystem::exists(folder.file("s")));  // systemd's, not ours to remove

  struct Case {
    int count;
    std::string process;
    std::string message;
  };
  const std::string none = "systemd passed no sockets to this process";
  for (const Case& c :
       {Case{0, me, none}, Case{1, "1", none}, Case{1, "", none}, Case{-1, me, none}, Case{1000000, me, none},
        Case{1, me, "descriptor 200 from systemd is no listening stream socket"}}) {
    const auto made = pass(c.count, c.process);
    REQUIRE_FALSE(made);
    CHECK(made.errors()[0].message == c.message);
    CHECK(made.errors()[0].file == "--web.systemd-socket");
  }
  const int datagram = socket(AF_INET, SOCK_DGRAM, 0);
  REQUIRE(dup2(datagram, kFirst) == kFirst);
  close(datagram);
  CHECK_FALSE(pass(1, me));
  close(kFirst);
}
