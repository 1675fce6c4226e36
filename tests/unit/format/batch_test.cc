// SPDX-License-Identifier: Apache-2.0
#include "format/contract/batch.h"

#include <memory>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "format/choose/formats.h"

// A batch of lines says the same as its lines one by one, whatever the text and wherever it is cut.

namespace routemeter::format {
namespace {

struct Sample {
  std::string format;
  std::vector<std::string> lines;
};

const std::vector<Sample>& samples() {
  static const std::vector<Sample> kSamples = {
      {"combined",
       {R"_(10.0.0.1 - - [24/Nov/2026:06:00:00 +0000] "GET /a?b=1 HTTP/1.1" 200 312 "-" "Mozilla/5.0 (X11; Linux)")_",
        R"_(::1 - bob [24/Nov/2026:06:00:00 +0000] "DELETE /a/b c HTTP/2.0" 404 - "http://x/" "curl")_",
        R"_(10.0.0.1 - - [24/Nov/2026:06:00:00 +0000] "GET /\"x\" HTTP/1.1" 200 312 "-" "an \x22agent\x22")_",
        R"_(10.0.0.1 - - [24/Nov/2026:06:00:00 +0000] "\x16\x03\x01" 400 0 "-" "-")_",
        R"_(x 1.2.3.4 - - [24/Nov/2026:06:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "-")_"}},
      {R"_($remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" )_"
       R"_("$http_user_agent" rt=$request_time uht=$upstream_header_time cl=$content_length)_",
       {R"_(10.0.0.1 - - [24/Nov/2026:06:00:00 +0000] "GET /a HTTP/1.1" 200 312 "-" "M (X)" rt=0.029 uht=0.028 cl=-)_",
        R"_(10.0.0.1 - - [24/Nov/2026:06:00:00 +0000] "POST /a HTTP/1.0" 201 99999999999 "-" "-" rt=12.5 uht=- cl=17)_",
        R"_(10.0.0.1 - - [24/Nov/2026:06:00:00 +0000] "PUT /a HTTP/1.1" 502 1 "-" "-" rt=60.001 uht=0.1, 0.2 cl=1)_",
        R"_(10.0.0.1 - - [24/Nov/2026:06:00:00 +0000] "PUT /a HTTP/1.1" 502 1 "-" "-" rt=0.001 uht=0.1 : 0.2 cl=1)_",
        R"_(10.0.0.1 - - [24/Nov/2026:06:00:00 +0000] "BREW /a HTTP/1.1" 602 1 "-" "-" rt=x uht=0.1 cl=1)_"}},
      {R"_({"t":"$time_iso8601","m":"$request_method","u":"$request_uri","s":$status,"d":$request_time,"b":"$body_bytes_sent"})_",
       {R"_({"t":"2026-11-24T06:00:00+00:00","m":"GET","u":"/a b","s":200,"d":0.012,"b":"12"})_",
        R"_({"t":"2026-11-24T06:00:00+00:00","m":"GET","u":"/a\"b","s":20,"d":0.012,"b":"12"})_"}},
      {R"_([$time_iso8601] $host "$request" $status $upstream_response_time)_",
       {R"_([2026-11-24T06:00:00+00:00] a.example "HEAD / HTTP/1.1" 304 0.001)_",
        R"_([2026-11-24T06:00:00+00:00] - "HEAD / HTTP/1.1" 304 0.001, 0.002)_"}},
      {"uvicorn",
       {R"_(INFO:     10.0.0.1:5000 - "GET /a HTTP/1.1" 200 OK)_", "INFO:     Started server process [1]"}},
      {"json",
       {R"_({"method":"GET","path":"/a","status":200})_", R"_({"method":"GET","path":"/b/c","status":200})_",
        R"_({"method":"PROPFIND","path":"/\u0061","status":200})_",
        R"_({"method": "GET", "path": "/a", "status": 2})_",
        R"_({"method":"GET","path":"/a","status":200,"duration":0.5,"size":"12"})_",
        R"_({"method":"GET","path":"/a","status":200,"duration":1e-3,"size":"-"})_",
        R"_({"method":"GET","path":"/a","status":200,"duration":null,"size":""})_"}},
      {"json",
       {R"_({"request":{"method":"GET","uri":"/a","host":"x"},"status":200,"duration":"1.5ms","tags":["a",1,true]})_",
        R"_({"request":{"method":"GET","uri":"/b","host":"y"},"status":404,"duration":"12.345","tags":["b",22,null]})_",
        R"_({"request":{"method":"GET","uri":"/b","host":"y"},"status":404,"duration":"0.1, 0.2","tags":[]})_"}},
      {"json",
       {R"_({"time":"2026-11-24T06:00:00+00:00","request":"GET /a HTTP/1.1","status":"200","request_time":"0.004"})_",
        R"_({"time":"2026-11-24T06:00:00+00:00","request":"POST /Ã¤ HTTP/1.1","status":"200","request_time":"-"})_",
        R"_({"time":"2026-11-24T06:00:00+00:00","request":"HEAD /a?b=c","status":"302","request_time":"12"})_"}},
  };
  return kSamples;
}

std::string random_line(std::mt19937& random, const std::vector<std::string>& lines) {
  std::string line = lines[random() % lines.size()];
  const auto changes = random() % 4 == 0 ? random() % 4 : 0;
  for (unsigned i = 0; i < changes && !line.empty(); ++i) {
    const std::size_t at = random() % line.size();
    switch (random() % 4) {
      case 0:
        line.erase(at, 1 + random() % 3);
        break;
      case 1:
        line[at] = std::string_view(" \"\\[]-:,a\r\xFF\0", 12)[random() % 12];
        break;
      case 2:
        line.insert(at, line.substr(random() % line.size(), random() % 6));
        break;
      default:
        line.resize(at);
    }
  }
  if (random() % 50 == 0) line.insert(0, random() % 3, '\0');
  if (random() % 20 == 0) line += '\r';
  if (random() % 200 == 0) line.insert(line.size() / 2, BlockIndex::kBytes, 'x');
  return line;
}

std::string shown(const Batch::Line& line) {
  std::string out = std::string(line.text) + " | " + std::string(name_of(line.reason));
  if (line.reason != model::Reason::kNone) return out;
  const model::Request& r = line.request;
  for (const std::string_view text : {r.method, r.target, r.host, r.time}) out += " | " + std::string(text);
  out += " | " + std::to_string(r.status);
  const std::pair<model::Field, std::uint64_t> numbers[] = {
      {model::Field::kDuration, r.duration_ns},
      {model::Field::kTimeToFirstByte, r.time_to_first_byte_ns},
      {model::Field::kRequestSize, r.request_size},
      {model::Field::kResponseSize, r.response_size}};
  for (const auto& [field, number] : numbers) out += r.known.has(field) ? " " + std::to_string(number) : " -";
  out += r.present == model::FieldSet() ? "" : " open";
  return out + " " + std::to_string(model::method_number(r));
}

std::vector<std::string> by_batches(Parser& parser, const std::string& text) {
  std::vector<std::string> out;
  const auto batch = std::make_unique<Batch>();
  batch->start(text);
  while (batch->has_more()) {
    parser.parse(*batch);
    REQUIRE(batch->begin() != batch->end());
    for (const Batch::Line& line : *batch) {
      out.push_back(shown(line));
      const model::Request& r = line.request;
      if (line.reason != model::Reason::kNone) continue;
      if (r.method_number != model::kMethodNotAsked) {
        REQUIRE(r.method_number == model::method_number(r.method));
      }
      if (r.readable_end == nullptr) continue;
      REQUIRE(r.readable_end >= r.target.data() + r.target.size());
      REQUIRE(r.readable_end <= text.data() + text.size());
    }
  }
  return out;
}

std::vector<std::string> by_lines(Parser& parser, std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t size = text.find('\n');
    Batch::Line line;
    line.text = clean_line(text.substr(0, size));
    line.reason = line.text.empty() ? model::Reason::kEmpty : parser.parse(line.text, line.request);
    out.push_back(shown(line));
    text.remove_prefix(size + 1);
  }
  return out;
}

TEST_CASE("batches: the same as line by line") {
  std::mt19937 random(20261125);
  for (const Sample& sample : samples()) {
    model::FormatSpec spec;
    spec.text = sample.format;
    const auto format = compile(spec, {});
    CAPTURE(sample.format);
    REQUIRE(format);
    const auto batches = (*format)->make_parser();
    const auto lines = (*format)->make_parser();
    std::size_t good = 0;
    std::size_t all = 0;
    for (int round = 0; round < 200; ++round) {
      std::string text;
      const auto count = 1 + random() % 150;
      for (unsigned i = 0; i < count; ++i) text += random_line(random, sample.lines) + "\n";
      // On the heap and without a byte to spare, so that a sanitizer sees each read beyond the text.
      const std::vector<char> exact(text.begin(), text.end());
      text.assign(exact.begin(), exact.end());
      text.shrink_to_fit();
      const auto expected = by_lines(*lines, text);
      const auto found = by_batches(*batches, text);
      REQUIRE(found.size() == expected.size());
      for (std::size_t i = 0; i < found.size(); ++i) REQUIRE(found[i] == expected[i]);
      all += expected.size();
      for (const std::string& line : expected) good += line.find(" | none | ") != std::string::npos ? 1 : 0;
    }
    // A test whose lines all parse, or none, would say little.
    CHECK(good > all / 5);
    CHECK(good < all);
  }
}

}  // namespace
}  // namespace routemeter::format
