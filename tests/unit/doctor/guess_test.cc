// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "format/choose/formats.h"
#include "tools/doctor/guess/candidate.h"

using namespace routemeter;

namespace {

struct Read {
  std::string name;
  std::string text;
  model::Request request;  // its texts are gone, but for:
  std::string method;
  std::string target;
  std::string host;
};

/// The best guess for these lines, and what it reads in the last of them.
Read guess(const std::vector<std::string>& lines) {
  const std::vector<std::string_view> views(lines.begin(), lines.end());
  const auto best = doctor::best_fit(doctor::guess_formats(views), views);
  if (!best) return {"none", "", {}, "", "", ""};
  Read out{best->candidate.name, best->candidate.spec.text, {}, "", "", ""};
  const auto parser = best->fit.format->make_parser();
  INFO(out.text);
  CHECK(parser->parse(lines.back(), out.request) == model::Reason::kNone);
  out.method = out.request.method;
  out.target = out.request.target;
  out.host = out.request.host;
  return out;
}

}  // namespace

TEST_CASE("logs of other programs are known by a line") {
  struct Case {
    std::string name;
    std::string line;
    std::uint64_t duration_ms;
    std::uint64_t response_size;
  };
  const auto c = GENERATE(values<Case>({
      {"AWS application load balancer",
       "https 2024-05-01T10:00:00.000000Z app/shop/0a1b 192.0.2.7:40000 10.1.0.5:8000 0.001 0.020 0.000 200 "
       "200 "
       "120 5000 \"GET https://shop.example.org:443/items/7 HTTP/2.0\" \"curl/8\" ECDHE TLSv1.2 arn:x "
       "\"Root=1\" "
       "\"-\" \"-\" 0 2024-05-01T09:59:59.000000Z \"forward\" \"-\" \"-\"",
       20, 5000},
      {"AWS classic load balancer",
       "2024-05-01T10:00:00.000000Z shop 192.0.2.7:40000 10.1.0.5:8000 0.001 0.020 0.000 200 200 0 5000 "
       "\"GET http://shop.example.org:80/items/7 HTTP/1.1\" \"curl/8\" - -",
       20, 5000},
      {"AWS CloudFront",
       "2024-05-01\t10:00:00\tFRA2-C1\t5000\t192.0.2.7\tGET\td1.cloudfront.net\t/items/7\t200\t-\tcurl/"
       "8\t-\t-\tHit"
       "\tabc==\tshop.example.org\thttps\t120\t0.020\t-\tTLSv1.3",
       20, 5000},
      {"AWS S3",
       "79a5 bucket [06/Feb/2024:00:00:38 +0000] 192.0.2.3 79a5 3E57 REST.GET.OBJECT a.txt \"GET /items/7 "
       "HTTP/1.1\" "
       "200 - 5000 5000 20 11 \"-\" \"S3Console/0.4\" -",
       20, 5000},
      {"HAProxy HTTP log",
       "192.0.2.7:55032 [04/Apr/2024:14:30:18.885] front~ back/web1 0/0/1/19/20 200 5000 - - ---- 1/1/0/0/0 "
       "0/0 "
       "\"GET /items/7 HTTP/1.1\"",
       20, 5000},
      {"Squid native log",
       "1714557600.123     20 192.0.2.7 TCP_MISS/200 5000 GET http://shop.example.org/items/7 - "
       "HIER_DIRECT/10.1.0.5 "
       "text/html",
       20, 5000},
      {"uWSGI",
       "[pid: 7|app: 0|req: 1/1] 192.0.2.7 () {38 vars in 696 bytes} [Wed May  1 10:00:00 2024] GET /items/7 "
       "=> "
       "generated 5000 bytes in 20 msecs (HTTP/1.1 200) 2 headers in 80 bytes (1 switches on core 0)",
       20, 5000},
      {"Envoy's default text format",
       "[2024-05-01T10:00:00.000Z] \"GET /items/7 HTTP/1.1\" 200 - 120 5000 20 19 \"192.0.2.7\" \"curl/8\" "
       "\"c0ffee\" "
       "\"shop.example.org\" \"10.1.0.5:8000\"",
       20, 5000},
      {"eventlet.wsgi (OpenStack)",
       "2024-05-01 10:00:00.008 7 INFO api.wsgi [req-1] 192.0.2.7 \"GET /items/7 HTTP/1.1\" status: 200 len: "
       "5000 "
       "time: 0.020",
       20, 5000},
      {"Apache, the extended format of netnea's tutorials",
       "192.0.2.7 - - [01/May/2024:10:00:00 +0200] \"GET /items/7 HTTP/1.1\" 200 5000 \"-\" \"curl/8\" shop "
       "10.1.0.5 "
       "443 - - + \"-\" Upr 120 5300 -% 20000 1 2 3 0 0",
       20, 5000},
  }));
  INFO(c.name);
  const Read read = guess({c.line});
  CHECK(read.name == c.name);
  CHECK(read.method == "GET");
  CHECK(read.target.find("/items/7") != std::string_view::npos);
  CHECK(read.request.status == 200);
  CHECK(read.request.duration_ns == c.duration_ms * 1000000);
  CHECK(read.request.response_size == c.response_size);
}

TEST_CASE("every recipe compiles, and can be written into a rule file") {
  for (const doctor::Candidate& candidate : doctor::recipes()) {
    INFO(candidate.name);
    const auto made = format::compile(candidate.spec, [](std::string_view) {
      return util::Result<std::shared_ptr<const model::CaptureRegex>>(util::Diagnostic{});
    });
    // Regexes need the engine, which guess() has; strings compile without.
    const bool regex = candidate.spec.text.find("(?P<") != std::string::npos;
    CHECK(bool(made) != regex);
    CHECK(doctor::as_yaml(candidate.spec).front().substr(0, 8) == "format: ");
  }
}

TEST_CASE("a W3C log is read by its header") {
  const Read iis =
      guess({"#Software: Microsoft Internet Information Services 10.0",
             "#Fields: date time cs-method cs-uri-stem cs-uri-query cs(User-Agent) sc-status sc-bytes "
             "cs-bytes time-taken",
             "2024-05-01 10:00:00 GET /items/7 a=1 curl/8 200 5000 120 20"});
  CHECK(iis.name == "IIS (W3C extended log)");
  CHECK(iis.target == "/items/7");
  CHECK(iis.request.duration_ns == 20000000);  // Microsoft's are milliseconds
  CHECK(iis.request.request_size == 120);
  const Read other = guess({"#Software: proxy", "#Fields: cs-method cs-uri sc-status time-taken",
                            "GET http://shop.example.org/items/7 200 2"});
  CHECK(other.request.duration_ns == 2000000000);  // the standard's are seconds
  CHECK(doctor::guess_w3c({"#Version: 1.0"}).empty());
}

TEST_CASE("JSON with names of its own is read by names and values") {
  const Read read = guess({R"({"when":"2024-05-01T10:00:00Z","http":{"verb":"GET","resource":"/items/7"},)"
                           R"("result":{"code":200},"took_ms":20,"bytes_out":5000,"bytes_received":120})"});
  CHECK(read.name == "JSON with names of its own");
  CHECK(read.method == "GET");
  CHECK(read.target == "/items/7");
  CHECK(read.request.duration_ns == 20000000);
  CHECK(read.request.request_size == 120);
  CHECK(read.request.response_size == 5000);
  CHECK(doctor::guess_json({R"({"message":"no request"})"}).empty());
}

TEST_CASE("fields behind the usual ones get names by what stands in them") {
  const std::string head = "192.0.2.7 - - [01/May/2024:10:00:00 +0200] \"GET /items/7 HTTP/1.1\" 200 5000 ";
  const Read read = guess({head + "\"shop.example.org\" \"curl/8.1\" - - - 0.001 x=1",
                           head + "\"shop.example.org\" \"curl/8.1\" 10.1.0.5:8000 200 0.019 0.020 x=2"});
  CHECK(read.text ==
        "$remote_addr $remote_logname $remote_user [$time_local] \"$request\" $status $body_bytes_sent "
        "\"$host\" "
        "\"$http_user_agent\" $upstream_addr $upstream_status $upstream_response_time $request_time "
        "x=$field_7");
  CHECK(read.request.duration_ns == 20000000);
  CHECK(read.host == "shop.example.org");
  const Read keys = guess({head + "rt=0.020 urt=0.019"});
  CHECK(keys.text.find("rt=$request_time urt=$upstream_response_time") != std::string::npos);
}

TEST_CASE("at least the request and the status are found") {
  const Read read =
      guess({"shop 192.0.2.7 [01/May/2024:10:00:00 +0200] (0 s) \"GET /items/7 HTTP/1.1\" 200 5000 \"-\""});
  CHECK(read.request.status == 200);
  CHECK(read.request.response_size == 5000);
  CHECK(guess({"nothing of this kind"}).name == "none");
}
