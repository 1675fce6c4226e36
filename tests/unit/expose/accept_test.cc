// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "expose/header/request_headers.h"

using routemeter::expose::Dialect;
using routemeter::expose::negotiate;

namespace {

const std::string kText = "text/plain; version=0.0.4; charset=utf-8";
const std::string kOpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const std::string kOldOpenMetrics = "application/openmetrics-text; version=0.0.1; charset=utf-8";

}  // namespace

TEST_CASE("Accept headers of the programs that scrape") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      // Prometheus 2.5 to 2.36, 2.37 to 2.48, 2.49 and on, 3.x with and without protobuf.
      {"application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
       kOldOpenMetrics},
      {"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
       "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
       kOpenMetrics},
      {"application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
       "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
       kOpenMetrics},
      {"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/"
       "openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
       "text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
       kOpenMetrics},
      {"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
       "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
       kOpenMetrics},
      {"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,"
       "text/plain;version=0.0.4;q=0.3",
       kText},
      // curl, Python's urllib, Chromium, Telegraf.
      {"*/*", kText},
      {"", kText},
      {"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", kText},
      {"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,"
       "text/plain;version=0.0.4;q=0.3",
       kText},
  };
  for (const auto& [accept, type] : cases) {
    INFO(accept);
    CHECK(negotiate(accept).content_type == type);
    CHECK((negotiate(accept).dialect == Dialect::kText) == (type == kText));
  }
}

TEST_CASE("Accept: weights, wildcards and what is more exact") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"application/openmetrics-text", kOpenMetrics},
      {"APPLICATION/OpenMetrics-Text ; Version=1.0.0", kOpenMetrics},
      {"application/openmetrics-text;version=\"1.0.0\"", kOpenMetrics},
      {"application/openmetrics-text;version=0.0.1", kOldOpenMetrics},
      {"application/openmetrics-text;version=2.0.0", kText},
      {"application/*", kOpenMetrics},
      {"text/*", kText},
      {"application/openmetrics-text;version=1.0.0;q=0,application/openmetrics-text", kOldOpenMetrics},
      // The heavier wins, wherever it stands.
      {"application/openmetrics-text;q=0.3,text/plain;q=0.4", kText},
      {"application/openmetrics-text;q=0.4,text/plain;q=0.3", kOpenMetrics},
      {"text/plain;q=0.3,application/openmetrics-text;q=0.301", kOpenMetrics},
      // Of equals, first the one named more exactly, then the one named first.
      {"text/plain,application/openmetrics-text", kText},
      {"application/openmetrics-text,text/plain", kOpenMetrics},
      {"*/*,application/openmetrics-text", kOpenMetrics},
      {"*/*,text/plain", kText},
      // The weight is that of the most exact range, not the highest.
      {"*/*;q=1,application/openmetrics-text;q=0.5", kText},
      {"application/openmetrics-text;q=0,*/*", kText},
      {"text/plain;q=0,*/*", kOpenMetrics},
      {"text/*;q=0.2,*/*;q=0.1,application/*;q=0.3", kOpenMetrics},
      // Nothing that we have: text, rather than no metrics.
      {"image/png", kText},
      {"*/*;q=0", kText},
      {"application/openmetrics-text;q=0", kText},
      // What does not parse covers nothing.
      {"application/openmetrics-text;q=2", kText},
      {"application/openmetrics-text;q=", kText},
      {"application/openmetrics-text;q=0.1234", kText},
      {"openmetrics-text", kText},
      {"application/", kText},
      {"/", kText},
      {",,;;==,", kText},
      {"a/b;x=\"application/openmetrics-text,\\\",application/openmetrics-text\"", kText},
      {"a/b;x=\"unclosed,application/openmetrics-text", kText},
      {" ,\tapplication/openmetrics-text\t,, ", kOpenMetrics},
  };
  for (const auto& [accept, type] : cases) {
    INFO(accept);
    CHECK(negotiate(accept).content_type == type);
  }
}
