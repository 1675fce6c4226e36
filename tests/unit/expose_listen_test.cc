// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "expose/http_server.h"
#include "unit/expose_http_client.h"

using routemeter::expose::HttpRequest;
using routemeter::expose::HttpServer;
using routemeter::expose::Respond;
using routemeter::expose::Response;
using routemeter::expose::Route;
using routemeter::expose::serve_http;
using routemeter::test::get;

namespace {

std::vector<Route> routes() {
  Response home;
  home.body = std::make_shared<const std::string>("home");
  return {{"/", [home](const HttpRequest&, const Respond& respond) { respond(home); }}};
}

std::unique_ptr<HttpServer> serve(const std::vector<std::string>& addresses) {
  auto server = serve_http(addresses, routes());
  if (!server) FAIL(server.errors()[0].message);
  return std::move(*server);
}

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
  const auto second = serve_http({"127.0.0.1:0", at}, routes());
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
    const auto server = serve_http({c.address}, routes());
    INFO(c.address);
    REQUIRE_FALSE(server);
    CHECK(server.errors()[0].message == c.message);
    CHECK(server.errors()[0].at.column == c.column);
    CHECK(server.errors()[0].source_line == c.address);
  }
  const auto unknown = serve_http({"no-such-host.invalid:80", ":x"}, routes());
  REQUIRE_FALSE(unknown);
  REQUIRE(unknown.errors().size() == 2);  // all at once
  CHECK(unknown.errors()[0].message.starts_with("cannot resolve 'no-such-host.invalid': "));
}
