// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <catch2/catch.hpp>

#include "format/contract/format.h"
#include "format/value/prefix_walk.h"
#include "format/value/request_line.h"

namespace routemeter::format {
namespace {

using model::Field;
using model::Reason;

TEST_CASE("request fields: each field is part of the request line, the status, a text or a number") {
  for (const Field field : kFields) {
    CAPTURE(model::name_of(field));
    const bool is_text = std::any_of(std::begin(kTextFields), std::end(kTextFields),
                                     [field](const TextField& text) { return text.field == field; });
    const int places =
        (field <= Field::kStatus ? 1 : 0) + (is_text ? 1 : 0) + (number_field(field) != nullptr ? 1 : 0);
    CHECK(places == 1);
  }
}

ByField<std::string_view> texts_of(std::initializer_list<std::pair<Field, std::string_view>> texts) {
  ByField<std::string_view> out;
  for (const auto& [field, text] : texts) out[field] = text;
  return out;
}

TEST_CASE("request fields: a request out of texts") {
  ByField<model::Unit> units;
  units[Field::kDuration] = model::Unit::kMilliseconds;
  model::Request out;
  CHECK(read_fields(texts_of({{Field::kMethod, "GET"},
                              {Field::kTarget, "/a"},
                              {Field::kStatus, "204"},
                              {Field::kHost, "-"},
                              {Field::kTime, "1700000000"},
                              {Field::kDuration, "1.5"},
                              {Field::kResponseSize, "-"}}),
                    units, out) == Reason::kNone);
  CHECK(out.method == "GET");
  CHECK(out.target == "/a");
  CHECK(out.status == 204);
  CHECK(out.host.empty());
  CHECK(out.time == "1700000000");
  CHECK(out.duration_ns == 1'500'000);
  CHECK(out.known.has(Field::kDuration));
  CHECK_FALSE(out.known.has(Field::kResponseSize));
}

TEST_CASE("request fields: why texts are no request") {
  using Texts = std::initializer_list<std::pair<Field, std::string_view>>;
  const auto reason = [](Texts texts) {
    model::Request out;
    return read_fields(texts_of(texts), {}, out);
  };
  CHECK(reason({{Field::kRequest, "GET / HTTP/1.1"}}) == Reason::kMissingField);
  CHECK(reason({{Field::kMethod, "GET"}, {Field::kStatus, "200"}}) == Reason::kMissingField);
  CHECK(reason({{Field::kRequest, "-"}, {Field::kStatus, "200"}}) == Reason::kBadRequest);
  CHECK(reason({{Field::kMethod, "GET"}, {Field::kTarget, "x"}, {Field::kStatus, "200"}}) ==
        Reason::kBadRequest);
  CHECK(reason({{Field::kRequest, "GET / HTTP/1.1"}, {Field::kStatus, "99"}}) == Reason::kBadStatus);
  CHECK(reason({{Field::kRequest, "GET / HTTP/1.1"}, {Field::kStatus, "200"}, {Field::kDuration, "x"}}) ==
        Reason::kBadNumber);
}

TEST_CASE("prefix walk: a skip goes behind what is there, and stays before what is not") {
  PrefixWalk walk("\x1b[1;32mweb-1  | 42 INFO: rest");
  CHECK(walk.skip_colours());
  CHECK_FALSE(walk.skip_colours());
  CHECK_FALSE(walk.skip("api"));
  CHECK(walk.skip("web-1"));
  CHECK(walk.skip_while([](char c) { return c == ' '; }));
  CHECK(walk.skip_any({" - ", "| "}));
  CHECK(walk.skip_word());
  CHECK(walk.rest() == "INFO: rest");
  CHECK_FALSE(walk.skip_any({"DEBUG", "WARNING"}));
  CHECK(walk.skip_word());
  CHECK_FALSE(walk.skip_word());  // no blank behind it
  CHECK_FALSE(walk.skip(std::size_t{0}));
  CHECK(walk.rest() == "rest");
  CHECK(walk.at() == 25);
}

}  // namespace
}  // namespace routemeter::format
