// SPDX-License-Identifier: Apache-2.0
#include "format/value/request_line.h"

#include <catch2/catch.hpp>

namespace routemeter::format {
namespace {

TEST_CASE("request lines that are requests") {
  auto [line, method, target] = GENERATE(table<std::string, std::string, std::string>({
      {"GET / HTTP/1.1", "GET", "/"},
      {"GET /items/42?q=1 HTTP/2.0", "GET", "/items/42?q=1"},
      {"POST /a HTTP/2", "POST", "/a"},
      {"GET /a HTTP/3.0", "GET", "/a"},
      {"PROPFIND / HTTP/1.0", "PROPFIND", "/"},
      {"NETSPARKER /x HTTP/1.1", "NETSPARKER", "/x"},
      {"get /lower HTTP/1.1", "get", "/lower"},
      {"M-SEARCH * HTTP/1.1", "M-SEARCH", "*"},
      {"OPTIONS * HTTP/1.1", "OPTIONS", "*"},
      {"GET http://example.org/a?b HTTP/1.1", "GET", "http://example.org/a?b"},
      {"CONNECT example.org:443 HTTP/1.1", "CONNECT", "example.org:443"},
      {"CONNECT [::1]:443 HTTP/1.1", "CONNECT", "[::1]:443"},
      // HTTP/0.9 has no protocol.
      {"GET /old", "GET", "/old"},
      {"GET /old ", "GET", "/old"},
      // The last word is the protocol, whatever blanks the target has.
      {"GET /two words HTTP/1.1", "GET", "/two words"},
      {"GET /a HTTP/1.1 HTTP/1.0", "GET", "/a HTTP/1.1"},
      {"GET  /nginx/skips/blanks  HTTP/1.1", "GET", "/nginx/skips/blanks"},
      {std::string("GET /nul\0byte HTTP/1.1", 22), "GET", std::string("/nul\0byte", 9)},
      {"GET /\xFF\xFE HTTP/1.1", "GET", "/\xFF\xFE"},
  }));
  CAPTURE(line);
  model::Request out;
  REQUIRE(split_request_line(line, out) == model::Reason::kNone);
  CHECK(out.method == method);
  CHECK(out.target == target);
}

TEST_CASE("request lines that are none") {
  for (const std::string line : {
           "",
           "-",
           " ",
           "GET",
           "GET ",
           "GET  ",
           "HELP",
           "*",
           "* ",
           "/",
           "/path HTTP/1.1",
           " /path HTTP/1.1",
           " / HTTP/1.1  ",
           "t3 12.1.2",
           "GET HTTP/1.1",
           "GET  HTTP/1.1",
           "GET relative HTTP/1.1",
           "GET ../../proc/ HTTP/1.1",
           "GET stager64 HTTP/1.1",
           "OPTIONS / RTSP/1.0",
           "OPTIONS sip:nm SIP/2.0",
           "GET / HTTP",
           "GET / HTTP/",
           "GET / HTTP/x",
           "GET / HTTP/1.1.1",
           "GET / HTTP/1.",
           "GET / HTTP/.1",
           "GET / http/1.1",
           "GET / ICY",
           "GET /two words",
           "GET /a b c",
           "- / HTTP/1.1",
           "G(T / HTTP/1.1",
           "G\"T / HTTP/1.1",
           " GET / HTTP/1.1",
           "GET\t/ HTTP/1.1",
           "CONNECT - HTTP/1.1",
           "GET - HTTP/1.1",
           "GET :// HTTP/1.1",
           "GET http:// HTTP/1.1",
           "\x16\x03\x01",
           "\\x16\\x03\\x01\\x02",
           "\x03 / HTTP/1.1",
           "mstshash=Administr",
           "Gh0st\xAD",
           "SSH-2.0-Go",
           "quit",
           "145.ll|'|'|SGFj x",
       }) {
    CAPTURE(line);
    model::Request out;
    CHECK(split_request_line(line, out) == model::Reason::kBadRequest);
  }
}

}  // namespace
}  // namespace routemeter::format
