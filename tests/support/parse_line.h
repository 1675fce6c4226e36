// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

#include "format/choose/formats.h"

// Compiles a format and parses one line, for table tests.

namespace routemeter::test {

inline model::FormatSpec format_spec(std::string text) {
  model::FormatSpec spec;
  spec.text = std::move(text);
  spec.origin = "--format";
  return spec;
}

/// A request that owns its text, and why the line is none.
struct ParsedLine {
  model::Reason reason = model::Reason::kNone;
  std::string method;
  std::string target;
  std::string host;
  std::string time;
  model::Request numbers;  ///< only its numbers are valid

  bool knows(model::Field field) const { return numbers.known.has(field); }
};

inline format::FormatPtr must_compile(const model::FormatSpec& spec) {
  auto made = format::compile(spec, {});
  if (!made) throw std::runtime_error(spec.text + ": " + made.errors().front().message);
  return *made;
}

inline ParsedLine parse_with(format::Parser& parser, std::string_view line) {
  model::Request request;
  ParsedLine out;
  out.reason = parser.parse(line, request);
  out.numbers = request;
  if (out.reason != model::Reason::kNone) return out;
  out.method = request.method;
  out.target = request.target;
  out.host = request.host;
  out.time = request.time;
  return out;
}

inline ParsedLine parse_line(const model::FormatSpec& spec, std::string_view line) {
  return parse_with(*must_compile(spec)->make_parser(), line);
}

inline ParsedLine parse_line(const std::string& text, std::string_view line) {
  return parse_line(format_spec(text), line);
}

/// The reason's name, for tables.
inline std::string reason_of(const std::string& text, std::string_view line) {
  return std::string(model::name_of(parse_line(text, line).reason));
}

}  // namespace routemeter::test
