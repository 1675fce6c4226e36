// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "format/choose/formats.h"
#include "route/router.h"

// The compiler of format strings. Input: the string, a NUL byte, then lines for what it made.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace format = routemeter::format;
  namespace model = routemeter::model;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t nul = input.find('\0');
  model::FormatSpec spec;
  spec.text = input.substr(0, nul);
  spec.origin = "fuzz";
  const auto made = format::compile(spec, routemeter::route::compile_capture_regex);
  if (!made) {
    for (const auto& error : made.errors()) {
      if (error.message.empty() || error.at.line < 1 || error.at.column < 1) std::abort();
    }
    return 0;
  }
  const auto parser = (*made)->make_parser();
  std::string_view rest = nul == std::string_view::npos ? std::string_view() : input.substr(nul + 1);
  for (int lines = 0; lines < 16 && !rest.empty(); ++lines) {
    const std::size_t end = rest.find('\n');
    const std::string line(rest.substr(0, end));
    model::Request request;
    if (parser->parse(line, request) == model::Reason::kNone && request.status == 0) std::abort();
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  return 0;
}
