// SPDX-License-Identifier: Apache-2.0
// Labels that come from a log, max_series, and series that exist before their first request.
#include <catch2/catch.hpp>

#include "unit/metric/support.h"

namespace routemeter::metric {
namespace {

model::Rule route(const std::string& handler, std::vector<std::string> methods) {
  model::Rule rule;
  rule.handler = handler;
  rule.methods = std::move(methods);
  return rule;
}

std::uint64_t total_of(const Subject& s) {
  const model::Snapshot families = s.store->snapshot();
  std::uint64_t total = 0;
  for (const model::Sample& sample : families[0].samples) total += sample.count;
  return total;
}

TEST_CASE("dynamic handlers: same text, same series, whatever it was before cleaning") {
  const Subject s(rules({metric("requests")}));
  const auto a = s.store->dynamic_handler("/x\xFF");
  CHECK(s.store->dynamic_handler("/x\xFE") == a);
  CHECK(s.store->dynamic_handler("/x\xEF\xBF\xBD") == a);
  CHECK(s.store->dynamic_handler("/y") != a);
  CHECK(s.store->dynamic_handler("/items/{item_id}") == 2);
  s.see(a, "GET", 200);
  s.see(s.store->dynamic_handler(std::string(200, 'z')), "GET", 200);
  CHECK(s["http_requests_total{handler=\"/x\xEF\xBF\xBD\",method=\"GET\",status=\"2xx\"}"] == "1");
  CHECK(s["http_requests_total{handler=\"" + std::string(128, 'z') + "\",method=\"GET\",status=\"2xx\"}"] ==
        "1");
  CHECK_FALSE(s.store->overflowed());
}

TEST_CASE("limits of labels: each label its own") {
  auto file = rules({metric("requests")});
  file.options.verbatim_methods = true;
  file.limits.labels[model::kHandlerLabel] = 2;
  file.limits.labels[model::kMethodLabel] = 1;
  const Subject s(file);
  const auto see = [&s](const std::string& handler, const char* method) {
    s.see(s.store->dynamic_handler(handler), method, 200);
  };
  see("/a", "BREW");
  see("/b", "BREW");
  CHECK_FALSE(s.store->overflowed());
  see("/c", "BREW");
  see("/a", "MOO");
  see("/a", "GET");  // what RFC 9110 names is no value from the log
  CHECK(s.store->overflowed());
  CHECK(s[R"(http_requests_total{handler="/b",method="BREW",status="2xx"})"] == "1");
  CHECK(s[R"(http_requests_total{handler="other",method="BREW",status="2xx"})"] == "1");
  CHECK(s[R"(http_requests_total{handler="/a",method="other",status="2xx"})"] == "1");
  CHECK(s[R"(http_requests_total{handler="/a",method="GET",status="2xx"})"] == "1");
  CHECK(total_of(s) == 5);
}

TEST_CASE("limits of families: only that family's labels become other") {
  auto file = rules({metric("requests"), metric("response_size")});
  file.metrics[1].labels = std::vector<std::string>{"handler"};
  file.limits.families = {{"http_response_size_bytes", 2, {}}};
  const Subject s(file);
  const auto size_count = [&s](const std::string& handler) {
    return s["http_response_size_bytes_count{handler=\"" + handler + "\"}"];
  };
  for (const char* handler : {"/a", "/b", "/c", "/d", "/c"})
    s.see(s.store->dynamic_handler(handler), "GET", 200);
  CHECK(s.store->overflowed());
  CHECK(size_count("/a") == "1");
  CHECK(size_count("/b") == "1");
  CHECK(size_count("other") == "3");
  CHECK_FALSE(s.page().contains("http_response_size_bytes_count{handler=\"/c\"}"));
  CHECK(s[R"(http_requests_total{handler="/c",method="GET",status="2xx"})"] == "2");
  // What the rule file names always has its series.
  s.see(1, "GET", 200);
  CHECK(size_count("/") == "1");
  for (const auto& [family, requests] : s.store->overflow_counts()) {
    CHECK(requests == (family == "http_response_size_bytes" ? 3 : 0));
  }

  // The decision survives a restart: /c is other still, /a goes on.
  util::Encoder out;
  s.store->save(out);
  const Subject after(file);
  util::Decoder in(out.bytes());
  REQUIRE(after.store->restore(in));
  for (const char* handler : {"/c", "/a"}) after.see(after.store->dynamic_handler(handler), "GET", 200);
  CHECK(after["http_response_size_bytes_count{handler=\"other\"}"] == "4");
  CHECK(after["http_response_size_bytes_count{handler=\"/a\"}"] == "2");
  for (const auto& [family, requests] : after.store->overflow_counts()) {
    CHECK(requests == (family == "http_response_size_bytes" ? 4 : 0));
  }
}

TEST_CASE("limits of families: an unknown one is an error") {
  auto file = rules({metric("default")});
  file.limits.families = {{"http_request_total", 2, {}}, {"x", 2, {}}};
  const auto made = create_store(file, {"none"}, every_field());
  REQUIRE_FALSE(made);
  REQUIRE(made.errors().size() == 2);
  CHECK(made.errors()[0].hint == "did you mean 'http_requests_total'?");
  CHECK(made.errors()[1].hint.find("http_request_size_bytes, ") != std::string::npos);
}

TEST_CASE("max_series: beyond it dynamic handlers become other, and nothing is lost") {
  auto file = rules({metric("default")});
  file.limits.max_series = 10;
  const Subject s(file);
  s.see(0, "GET", 404);
  for (int i = 0; i < 9; ++i) s.see(s.store->dynamic_handler("/" + std::to_string(i)), "GET", 404);
  CHECK_FALSE(s.store->overflowed());
  CHECK(s.page().count(R"(http_requests_total{handler="/8",method="GET",status="4xx"})") == 1);
  for (int i = 9; i < 1000; ++i) s.see(s.store->dynamic_handler("/" + std::to_string(i)), "GET", 404);
  CHECK(s.store->overflowed());
  CHECK(s[R"(http_requests_total{handler="other",method="GET",status="4xx"})"] == "991");
  CHECK_FALSE(s.has_text("\"/9\""));
  // A handler that has its series keeps it; a new series of it does not fit.
  s.see(s.store->dynamic_handler("/3"), "GET", 404);
  s.see(s.store->dynamic_handler("/3"), "PUT", 404);
  CHECK(s[R"(http_requests_total{handler="/3",method="GET",status="4xx"})"] == "2");
  CHECK(s[R"(http_requests_total{handler="other",method="PUT",status="4xx"})"] == "1");
  // What the rule file bounds always fits.
  s.see(1, "POST", 500);
  CHECK(s[R"(http_requests_total{handler="/",method="POST",status="5xx"})"] == "1");
  CHECK(total_of(s) == 1004);
}

TEST_CASE("max_series: verbatim methods") {
  auto file = rules({metric("requests")});
  file.options.verbatim_methods = true;
  file.limits.max_series = 4;
  const Subject s(file);
  s.see(1, "FOO", 200);
  s.see(1, "get", 200);
  s.see(1, "\x01", 200);
  s.see(1, "GET", 200);
  CHECK_FALSE(s.store->overflowed());
  s.see(1, "BAR", 200);
  s.see(1, "BAZ", 200);
  s.see(1, "FOO", 200);
  s.see(1, "PUT", 200);
  s.see(1, "FOO", 500);
  CHECK(s.store->overflowed());
  CHECK(s.page() == Page{{R"(http_requests_total{handler="/",method="FOO",status="2xx"})", "2"},
                         {R"(http_requests_total{handler="/",method="get",status="2xx"})", "1"},
                         {R"(http_requests_total{handler="/",method="\x01",status="2xx"})", "1"},
                         {R"(http_requests_total{handler="/",method="GET",status="2xx"})", "1"},
                         {R"(http_requests_total{handler="/",method="PUT",status="2xx"})", "1"},
                         {R"(http_requests_total{handler="/",method="other",status="2xx"})", "2"},
                         {R"(http_requests_total{handler="/",method="other",status="5xx"})", "1"}});
}

TEST_CASE("unknown methods are other unless the file says verbatim") {
  const Subject s(rules({metric("requests")}));
  for (int i = 0; i < 100; ++i) s.see(1, "M" + std::to_string(i), 200);
  CHECK(s.page() == Page{{R"(http_requests_total{handler="/",method="other",status="2xx"})", "100"}});
  CHECK_FALSE(s.store->overflowed());
}

TEST_CASE("max_series counts only labels that some family has") {
  struct Row {
    std::vector<std::string> labels;
    std::size_t series;
    bool overflowed;
  };
  const auto row = GENERATE(values<Row>({{{}, 1, false},
                                         {{"status"}, 2, false},
                                         {{"method", "status"}, 4, false},
                                         {{"handler"}, 10, false},
                                         {{"handler", "method"}, 12, true}}));
  auto spec = metric("requests");
  spec.labels = row.labels;
  auto file = rules({spec});
  file.limits.max_series = 10;
  const Subject s(file);
  for (int i = 0; i < 40; ++i) {
    s.see(s.store->dynamic_handler("/" + std::to_string(i % 10)), i < 20 ? "GET" : "PUT",
          i % 3 == 0 ? 200 : 404);
  }
  CAPTURE(row.labels);
  CHECK(s.store->overflowed() == row.overflowed);
  CHECK(s.store->series_count() <= row.series);
  CHECK(total_of(s) == 40);
}

TEST_CASE("max_series 0 leaves only what the file bounds") {
  auto file = rules({metric("requests")});
  file.limits.max_series = 0;
  const Subject s(file);
  s.see(s.store->dynamic_handler("/x"), "GET", 200);
  s.see(1, "GET", 200);
  CHECK(s.page() == Page{{R"(http_requests_total{handler="/",method="GET",status="2xx"})", "1"},
                         {R"(http_requests_total{handler="other",method="GET",status="2xx"})", "1"}});
}

TEST_CASE("series_count: every family's cells, a histogram's as one") {
  const Subject s(rules({metric("default"), metric("inprogress")}));
  CHECK(s.store->series_count() == 2);  // highr, and the gauge without labels
  s.see(1, "GET", 200, {.t = kMs});
  s.see(1, "GET", 500, {.t = kMs});
  s.see(1, "PUT", 200, {.t = kMs});
  CHECK(s.store->series_count() == 2 + 3 + 1 + 1 + 2);
}

TEST_CASE("precreate: counters of the routes' listed methods, and nothing else") {
  auto inprogress = metric("inprogress");
  inprogress.labels = std::vector<std::string>{"handler"};
  auto file = rules({metric("default"), inprogress});
  file.routes = {route("/", {"GET", "POST"}), route("/items/{item_id}", {}), route("/unknown", {"GET"})};
  file.routes.push_back(route("none", {"GET"}));
  file.routes.back().kind = model::Rule::Kind::kStop;
  const Subject s(file);
  const std::size_t before = s.page().size();
  s.store->precreate();
  s.store->precreate();
  CHECK(s.page().size() == before + 6);
  for (const char* method : {"GET", "POST"}) {
    for (const char* status : {"2xx", "4xx", "5xx"}) {
      CHECK(s[std::string(R"(http_requests_total{handler="/",method=")") + method + R"(",status=")" + status +
              R"("})"] == "0");
    }
  }
  CHECK(s.store->snapshot()[5].samples.empty());
  s.see(1, "GET", 200, {.t = kMs});
  CHECK(s[R"(http_requests_total{handler="/",method="GET",status="2xx"})"] == "1");
  CHECK(s.store->snapshot()[0].samples.size() == 6);
  CHECK(s.store->snapshot()[1].samples.size() == 1);
  CHECK(s.store->snapshot()[4].samples.size() == 1);
  CHECK(s.store->snapshot()[5].samples.size() == 1);
}

TEST_CASE("precreate: methods outside the list, label subsets, ungrouped status") {
  auto spec = metric("requests");
  spec.labels = std::vector<std::string>{"method"};
  auto file = rules({spec});
  file.routes = {route("/", {"PURGE"})};
  {
    const Subject s(file);
    s.store->precreate();
    CHECK(s.page() == Page{{R"(http_requests_total{method="other"})", "0"}});
  }
  file.options.verbatim_methods = true;
  {
    file.limits.max_series = 1;
    const Subject s(file);
    s.store->precreate();
    s.see(1, "PURGE", 200);  // the file's own method, so it fits
    s.see(1, "BREW", 200);
    CHECK(s.page() == Page{{R"(http_requests_total{method="PURGE"})", "1"},
                           {R"(http_requests_total{method="other"})", "1"}});
    CHECK(s.store->overflowed());
  }
  file.options.group_status_codes = false;
  {
    const Subject s(file);
    s.store->precreate();
    CHECK(s.page().empty());
  }
}

TEST_CASE("precreate: not for handlers that are excluded, also after a merge") {
  auto file = rules({metric("requests")});
  file.routes = {route("/", {"GET"}), route("/items/{item_id}", {"GET"})};
  const Subject s(file);
  s.store->precreate({"/items/{item_id}", "/elsewhere"});
  CHECK(s.page().size() == 3);
  CHECK_FALSE(s.has_text("/items"));
  const Subject merged(file);
  merged.store->merge(*s.store);
  CHECK(merged.page() == s.page());
}

TEST_CASE("precreated series count against max_series until they are seen, then no more than once") {
  auto file = rules({metric("requests")});
  file.routes = {route("/", {"GET"})};
  file.limits.max_series = 5;
  const Subject s(file);
  s.see(1, "GET", 200);
  s.store->precreate();
  s.see(1, "GET", 404);
  for (const char* path : {"/a", "/b"}) s.see(s.store->dynamic_handler(path), "GET", 200);
  CHECK_FALSE(s.store->overflowed());
  s.see(s.store->dynamic_handler("/c"), "GET", 200);
  CHECK(s.store->overflowed());
  CHECK(s.page().size() == 6);  // five, and "other"
}

}  // namespace
}  // namespace routemeter::metric
