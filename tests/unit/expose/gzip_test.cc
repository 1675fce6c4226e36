// SPDX-License-Identifier: Apache-2.0
#include "expose/text/gzip.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "expose/header/request_headers.h"
#include "unit/expose/http_client.h"

using routemeter::expose::choose_encoding;
using routemeter::expose::Encoding;
using routemeter::expose::GzipCache;
using routemeter::expose::GzipPart;
using routemeter::test::gunzip;

TEST_CASE("Accept-Encoding is read correctly") {
  const auto plain = Encoding::kIdentity;
  const auto gzip = Encoding::kGzip;
  const auto none = Encoding::kNone;
  const std::vector<std::pair<std::string, Encoding>> cases = {
      {"", plain},
      {" ", plain},
      {"gzip", gzip},
      {"GZip", gzip},
      {"x-gzip", gzip},
      {"gzip, deflate, br", gzip},
      {"deflate,br , gzip", gzip},
      {"deflate, br", plain},
      {"gzipped", plain},
      {"notgzip, xgzip", plain},
      {"gzip;q=1", gzip},
      {"gzip;q=1.000", gzip},
      {"gzip;q=0.001", gzip},
      {"gzip ; Q=0.5", gzip},
      {"gzip;q=0", plain},
      {"gzip;q=0.", plain},
      {"gzip;q=0.000", plain},
      {"gzip ; q = 0", plain},
      {"GZIP;Q=0", plain},
      {"gzip;q=0, *", plain},
      {"*", gzip},
      {"*;q=0.1", gzip},
      {"*;q=0", none},
      {"*;q=0, gzip", gzip},
      {"*;q=0, identity", plain},
      {"identity", plain},
      {"identity;q=0", none},
      {"identity;q=0, gzip;q=0", none},
      {"identity;q=0, gzip;q=0.1", gzip},
      {"identity;q=0, *", gzip},
      {"identity, gzip", gzip},
      {"identity, gzip;q=0.5", plain},
      {"identity;q=0.5, gzip;q=0.4", plain},
      {"identity;q=0.5, *;q=0.6", gzip},
      {"gzip;q=0.4, *;q=0", gzip},
      {"br;q=1, gzip;q=0.2", gzip},
      {"gzip;q=2", plain},
      {"gzip;q=1.001", plain},
      {"gzip;q=0.1234", plain},
      {"gzip;q=-1", plain},
      {"gzip;q=", plain},
      {"gzip;q", plain},
      {"gzip;q=x", plain},
      {"gzip;q=0.5x", plain},
      {"gzip;level=9", gzip},
      {"gzip;level=9;q=0", plain},
      {"gzip;", gzip},
      {"gzip, gzip;q=0", plain},
      {",,gzip,,", gzip},
      {";;;,q=1,=", plain},
  };
  for (const auto& [header, encoding] : cases) {
    INFO('"' << header << '"');
    CHECK(choose_encoding(header) == encoding);
  }
}

TEST_CASE("a body is compressed once and shared") {
  GzipCache cache;
  const auto body = std::make_shared<const std::string>(100'000, 'x');
  const auto same_text = std::make_shared<const std::string>(*body);
  const auto first = cache.get(body);
  REQUIRE(first != nullptr);
  CHECK(gunzip(*first) == *body);
  CHECK(cache.get(body) == first);
  CHECK(cache.get(same_text) != first);

  std::vector<std::thread> threads;
  std::vector<std::shared_ptr<const std::string>> got(8);
  for (auto& slot : got) threads.emplace_back([&] { slot = cache.get(body); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& one : got) CHECK(one == first);
}

TEST_CASE("the compressed page goes with its page") {
  GzipCache cache;
  std::weak_ptr<const std::string> packed;
  {
    const auto body = std::make_shared<const std::string>("one");
    packed = cache.get(body);
    CHECK_FALSE(packed.expired());
  }
  const auto other = std::make_shared<const std::string>("two");
  CHECK(gunzip(*cache.get(other)) == "two");
  CHECK(packed.expired());

  // Many pages alive at once: all right, though not all are remembered.
  std::vector<std::shared_ptr<const std::string>> bodies;
  for (int i = 0; i < 100; ++i) {
    bodies.push_back(std::make_shared<const std::string>(std::to_string(i)));
    CHECK(gunzip(*cache.get(bodies.back())) == std::to_string(i));
  }
  CHECK(gunzip(*cache.get(bodies[0])) == "0");
}

TEST_CASE("parts that were compressed alone are one member of gzip in any row") {
  struct Packed {
    std::string text;
    std::string blocks;
    GzipPart::Check check;
  };
  std::vector<Packed> packed;
  for (const std::string& text :
       {std::string("one\n"), std::string(), std::string(300'000, 'x'), std::string("one\n")}) {
    GzipPart part;
    part.add(std::string_view(text).substr(0, text.size() / 2));
    part.add(std::string_view(text).substr(text.size() / 2));
    packed.push_back({text, part.finish(), part.check()});
  }
  for (const std::vector<std::size_t>& row :
       {std::vector<std::size_t>{}, {0}, {1}, {0, 1, 2, 3}, {2, 0, 2}, {3, 3, 1, 1}}) {
    std::string text;
    std::string all = GzipPart::head();
    GzipPart::Check check;
    for (const std::size_t i : row) {
      text += packed[i].text;
      all += packed[i].blocks;
      check.append(packed[i].check);
    }
    CHECK(gunzip(all + GzipPart::tail(check)) == text);
  }
}

TEST_CASE("every size of body survives") {
  GzipCache cache;
  unsigned noise = 1;
  for (const std::size_t size : {0U, 1U, 255U, 256U, 257U, 4096U, 65536U, 1'000'000U}) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
      noise = noise * 1664525 + 1013904223;  // does not compress: the output is longer than the input
      text += static_cast<char>(noise >> 24);
    }
    const auto body = std::make_shared<const std::string>(text);
    CHECK(gunzip(*cache.get(body)) == text);
  }
}
