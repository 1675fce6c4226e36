// SPDX-License-Identifier: Apache-2.0
#include "app/status/status_page.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "util/utf8.h"

namespace routemeter::app {
namespace {

constexpr double kNow = 1793534405;  // 2026-11-01 12:00:05 UTC

bool has(const std::string& page, const std::string& text) { return page.find(text) != std::string::npos; }

std::size_t count(const std::string& page, const std::string& text) {
  std::size_t found = 0;
  for (std::size_t at = page.find(text); at != std::string::npos; at = page.find(text, at + 1)) ++found;
  return found;
}

// One service with one log of 1,200 lines.
struct Example {
  pipeline::Counters counters;
  Status status;

  Example() {
    counters.lines = 1200;
    counters.excluded = 30;
    counters.ignored = 4;
    counters.unmatched = 55;
    status.now = kNow;
    status.started = kNow - 90061;
    ServiceView service;
    service.rules_file = "/etc/shop.yaml";
    service.last_reload = kNow - 60;
    LogView log;
    log.log = "/var/log/access.log";
    log.format = "combined";
    log.files = 1;
    log.counters = &counters;
    service.logs.push_back(log);
    service.rules = {{7, "GET /", 1100, kNow - 3, false}, {8, "GET /admin", 30, kNow - 60, true}};
    status.services.push_back(service);
  }
  ServiceView& service() { return status.services[0]; }
  LogView& log() { return service().logs[0]; }
  std::string page() const { return status_page(status); }
};

TEST_CASE("the page shows the sum that every scrape keeps") {
  Example example;
  example.counters.unparsed[static_cast<std::size_t>(model::Reason::kBadRequest)] = 100;
  const std::string page = example.page();
  CHECK(has(page, "<dt>requests measured</dt><dd>1,066</dd>"));
  CHECK(has(page, "<dt>excluded</dt><dd>30</dd>"));
  CHECK(has(page, "<dt>ignored</dt><dd>4</dd>"));
  CHECK(has(page, "<dt>not requests</dt><dd>100</dd>"));
  CHECK(has(page, "<dt>lines read</dt><dd>1,200</dd>"));
  CHECK(has(page, "55 requests match no rule"));
}

TEST_CASE("rules that were never hit are marked in words") {
  Example example;
  CHECK(has(example.page(), "Since they were loaded each was hit."));
  CHECK(count(example.page(), "never hit") == 0);
  CHECK(count(example.page(), ">excluded</span>") == 1);
  example.service().rules.push_back({9, "stop: '/sub/.*'", 0, -1, false});
  const std::string page = example.page();
  CHECK(has(page, "1 of 3 rules were never hit."));
  CHECK(has(page, "<span class=\"badge\">never hit</span>"));
  CHECK(has(page, "<code>stop: &#39;/sub/.*&#39;</code>"));
}

TEST_CASE("unmatched paths: exact, between two numbers, cut, empty") {
  Example example;
  example.service().unmatched = {{"/.env", false, 1234, 0}, {"", false, 3, 0}};
  CHECK(has(example.page(), ">1,234</td>"));
  CHECK(has(example.page(), "the empty path"));
  CHECK_FALSE(has(example.page(), "the least and the most"));
  example.service().unmatched.push_back({"/<b>", true, 2000, 500});
  CHECK(has(example.page(), "<code>/&lt;b&gt;</code>\u2026"));
  CHECK(has(example.page(), ">1,500\u20132,000</td>"));
  CHECK(has(example.page(), "the least and the most"));
}

TEST_CASE("lines that are no requests, with samples") {
  Example example;
  const auto reason = static_cast<std::size_t>(model::Reason::kNoMatch);
  example.counters.add_unparsed(model::Reason::kNoMatch, "\x1b]0;<script>alert(1)</script>");
  example.counters.unparsed[reason] = 5000;
  example.counters.add_unparsed(model::Reason::kEmpty, "");
  example.counters.lines += 5001;
  const std::string page = example.page();
  CHECK(has(page, "<pre>\\x1B]0;&lt;script&gt;alert(1)&lt;/script&gt;</pre>"));
  CHECK(has(page, "<summary>1 sample</summary>"));
  CHECK(count(page, "<details>") == 1);  // an empty line has nothing to show
  CHECK(has(page, "<code>no_match</code><small>not the shape of the format</small>"));
  CHECK(has(page, "Most lines of <code>/var/log/access.log</code> are no requests"));
}

TEST_CASE("nothing there is said in words") {
  Example example;
  example.counters = {};
  example.service().rules.clear();
  const std::string page = example.page();
  CHECK(has(page, "The rule file has no routes"));
  CHECK(has(page, "No request has been read yet."));
  CHECK(has(page, "No line has been read yet."));
  CHECK(has(page, "none: after a restart all counters begin again."));
  CHECK(has(page, "none yet"));
  example.counters.lines = 1;
  CHECK(has(example.page(), "every request matched a rule"));
  CHECK(has(example.page(), "None: every line so far is a request."));
  example.service().rules_file.clear();
  example.service().logs.clear();
  CHECK(has(example.page(), "There is no rule file"));
  CHECK(has(example.page(), "No log is followed."));
  CHECK(has(status_page({}), "No problems. 0 logs followed"));
}

TEST_CASE("problems come first, and in the title") {
  struct Case {
    void (*make)(Example&);
    std::string text;
    bool bad;
  };
  const std::vector<Case> cases = {
      {[](Example& e) { e.service().reload_error = "x.yaml:1:1: <b>\n  ^"; },
       "x.yaml:1:1: &lt;b&gt;\n  ^</pre>", true},
      {[](Example& e) { e.log().loss_suspected = 2; },
       "may have lost lines before they could be read, 2 times", true},
      {[](Example& e) { e.log().problem = "Permission denied"; }, "cannot be read: Permission denied.", true},
      {[](Example& e) {
         e.status.state = StateView{"/s", false, "No space left on device", 3, kNow};
       },
       "The totals are not safe on disk: No space left on device.", true},
      {[](Example& e) { e.service().series_overflow = 1; }, "1 label value counts as <code>other</code>",
       false},
      {[](Example& e) { e.service().enabled = false; }, "Nothing is measured", false},
      {[](Example& e) { e.log().lag_bytes = 1ULL << 30; }, "is read 1.0 GiB behind its end", false},
      {[](Example& e) {
         e.log().format.clear();
         e.log().lag_bytes = 9;
       },
       "No known format fits", false},
  };
  const std::string calm = Example().page();
  CHECK(has(calm, "No problems. 1 log followed, 0 bytes behind."));
  CHECK(has(calm, "<title>routemeter</title>"));
  for (const Case& c : cases) {
    INFO(c.text);
    Example example;
    c.make(example);
    const std::string page = example.page();
    CHECK(has(page, c.text));
    CHECK(has(page, c.bad ? "<div class=\"verdict bad\"><p>1 problem<"
                          : "<div class=\"verdict warn\"><p>No problems, 1 thing worth a look<"));
    CHECK(has(page, c.bad ? "<title>routemeter: 1 problem</title>" : "<title>routemeter</title>"));
    CHECK_FALSE(has(calm, c.text));
  }
  Example both;
  both.log().lag_bytes = 1ULL << 30;
  both.log().loss_suspected = 1;
  CHECK(has(both.page(), "1 problem, 1 thing worth a look"));
  CHECK(both.page().find("may have lost") < both.page().find("behind its end"));
}

TEST_CASE("several services have their own sections") {
  Example example;
  example.status.services.push_back(example.service());
  example.status.services[0].name = "shop<";
  example.status.services[1].name = "blog";
  const std::string page = example.page();
  CHECK(has(page, "<a href=\"#service-0\">shop&lt;</a>"));
  CHECK(has(page, "<h2 id=\"service-1\">blog"));
  CHECK(count(page, "requests measured") == 2);
  CHECK_FALSE(has(Example().page(), "#service-0"));
}

// Whatever bytes are in whichever text: no tag but ours, and valid UTF-8 without control bytes.
TEST_CASE("no text from outside can make markup") {
  std::string poison =
      "</style></pre></code><script>alert(1)</script>\"'><img src=x onerror=alert(1)>&#60;b&#62;<!--";
  for (int byte = 0; byte < 256; ++byte) poison += static_cast<char>(byte);
  const auto make = [](const std::string& text) {
    Example example;
    example.status.telemetry_path = "/" + text;
    example.status.version = text;
    for (int i = 0; i < 2; ++i) {
      ServiceView service;
      service.name = service.rules_file = service.reload_error = text;
      LogView log = example.log();
      log.log = log.format = log.problem = text;
      log.loss_suspected = 1;
      log.lag_bytes = 1ULL << 40;
      service.logs = {log};
      service.rules = {{1, text, 0, -1, true}};
      service.unmatched = {{text, true, 9, 1}};
      example.status.services.push_back(service);
    }
    for (std::size_t reason = 1; reason < model::kReasonCount; ++reason) {
      example.counters.add_unparsed(static_cast<model::Reason>(reason), text);
    }
    example.status.state = StateView{text, false, text, 1, kNow};
    return example.page();
  };
  const std::string page = make(poison);
  const std::string plain = make("x");
  CHECK(count(page, "<") == count(plain, "<"));
  CHECK(count(page, ">") == count(plain, ">"));
  CHECK(count(page, "\"") == count(plain, "\""));
  CHECK(count(page, "'") == count(plain, "'"));
  CHECK(count(page, "\\x1B") > 20);
  CHECK(util::utf8_valid(page));
  for (const char c : page) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n') FAIL("a control byte");
  }
}

TEST_CASE("the page loads nothing and runs nothing") {
  const std::string page = Example().page();
  for (const char* word :
       {"<script", "http://", "https://", "src=", "url(", "@import", "<link", "<iframe", "onload"}) {
    INFO(word);
    CHECK_FALSE(has(page, word));
  }
  CHECK(has(page,
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
            "'unsafe-inline'; base-uri 'none'; form-action 'none'\">"));
  for (const char* link : {"href=\"/metrics\"", "href=\"/-/healthy\"", "href=\"/-/ready\""})
    CHECK(has(page, link));
  CHECK(count(page, "<table") == count(page, "<caption>"));
}

}  // namespace
}  // namespace routemeter::app
