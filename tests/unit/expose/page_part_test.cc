// SPDX-License-Identifier: Apache-2.0
// Pages in parts and pieces are the pages that to_page() writes at once.
#include <array>
#include <memory>
#include <string>
#include <utility>

#include <catch2/catch.hpp>

#include "expose/http/http_server.h"
#include "expose/text/text.h"
#include "unit/expose/http_client.h"

using routemeter::expose::Dialect;
using routemeter::expose::PagePart;
using routemeter::expose::Pieces;
using routemeter::expose::to_page;
using routemeter::model::Family;
using routemeter::model::MetricType;
using routemeter::model::Sample;
using routemeter::model::SampleSource;
using routemeter::model::Snapshot;
using routemeter::test::get;
using routemeter::test::gunzip;

namespace {

Family family(const std::string& name, std::size_t samples) {
  Family out;
  out.name = name;
  out.help = "Of " + name;
  out.label_names = {"handler"};
  out.created = 1.5;
  for (std::size_t i = 0; i < samples; ++i) {
    Sample& sample = out.samples.emplace_back();
    sample.label_values = {"/items/" + std::to_string(i) + "\n\""};
    sample.count = i;
  }
  return out;
}

// Pages from an empty one to some megabytes; two families of one name stand together.
Snapshot snapshot(std::size_t samples) {
  Snapshot out;
  if (samples == 0) return out;
  out.push_back(family("http_requests_total", samples));
  out.push_back(family("http_requests_total", 2));
  out.push_back(family("http_time", samples / 2));
  out.back().type = MetricType::kGauge;
  return out;
}

std::string text_of(const Pieces& pieces) {
  std::string all;
  for (const auto& piece : pieces) all += *piece;
  return all;
}

class Source final : public SampleSource {
 public:
  explicit Source(std::vector<Sample> samples) : samples_(std::move(samples)) {}
  void each(const std::function<void(const Sample&)>& take) const override {
    for (const Sample& sample : samples_) take(sample);
  }

 private:
  std::vector<Sample> samples_;
};

}  // namespace

TEST_CASE("parts together are the page") {
  Snapshot own;
  own.push_back(family("routemeter_lines_total", 3));
  for (const std::size_t samples : {0U, 1U, 5000U, 40000U}) {
    const Snapshot requests = snapshot(samples);
    Snapshot all = requests;
    all.insert(all.end(), own.begin(), own.end());
    Snapshot frozen = requests;
    for (Family& each : frozen) each.source = std::make_shared<Source>(std::exchange(each.samples, {}));
    for (const Dialect dialect : {Dialect::kText, Dialect::kOpenMetrics}) {
      const std::string page = to_page(all, dialect);
      for (const Snapshot& first : {requests, frozen}) {
        for (const bool gzip : {false, true}) {
          const PagePart one(first, dialect, gzip, false);
          const PagePart two(own, dialect, gzip, true);
          const std::string body = text_of(PagePart::join(std::array{&one, &two}));
          CHECK((gzip ? gunzip(body) : body) == page);
        }
      }
    }
  }
}

TEST_CASE("a page in pieces over HTTP") {
  const Snapshot families = snapshot(40000);
  const std::string page = to_page(families, Dialect::kText);
  const routemeter::expose::Handler scrape = [&families](const routemeter::expose::HttpRequest& request,
                                                         const routemeter::expose::Respond& respond) {
    const PagePart part(families, Dialect::kText, request.gzip, true);
    routemeter::expose::Response answer;
    answer.pieces = PagePart::join(std::array{&part});
    answer.packed = request.gzip;
    respond(std::move(answer));
  };
  auto listeners = routemeter::expose::listen_on_all({"127.0.0.1:0"});
  REQUIRE(listeners);
  std::vector<routemeter::expose::Route> routes;
  routes.push_back({"/metrics", scrape});
  const auto server = routemeter::expose::serve_http(std::move(*listeners), std::move(routes));
  REQUIRE(server);
  const std::string at = (*server)->addresses()[0];
  const auto plain = get(at, "/metrics");
  CHECK(plain.header("Content-Encoding").empty());
  CHECK(plain.header("Content-Length") == std::to_string(page.size()));
  CHECK(plain.body == page);
  const auto packed = get(at, "/metrics", "Accept-Encoding: gzip\r\n");
  CHECK(packed.header("Content-Encoding") == "gzip");
  CHECK(gunzip(packed.body) == page);
  CHECK(get(at, "/metrics", "Accept-Encoding: identity;q=0, gzip;q=0\r\n").status == 406);
}
