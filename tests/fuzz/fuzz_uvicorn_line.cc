// SPDX-License-Identifier: Apache-2.0
// One line: no crash, what is taken for a request is one, and on uvicorn's plain shape the parser agrees
// with a regular expression. Every envelope is tried as well.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "format/envelope/envelope.h"
#include "format/parser/own_parsers.h"
#include "route/router.h"

namespace {

using namespace routemeter;

constexpr std::string_view kPlain =
    R"re((?s)INFO:     (?:(?:[0-9A-Za-z.:_%-]+|\[[0-9A-Za-z.:_%-]+\]):[0-9]{1,5})? - )re"
    R"re("([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([^ ]+) HTTP/[0-9]+(?:\.[0-9]+)?" ([1-5][0-9][0-9])(?: [A-Za-z '-]*)?)re";

void expect(bool what) {
  if (!what) std::abort();
}

void check_plain(std::string_view line, model::Reason reason, const model::Request& request) {
  static const auto reference = *route::compile_capture_regex(kPlain);
  if (line.substr(0, 10) != "INFO:     ") return;
  std::vector<std::string_view> groups(reference->group_names().size());
  const bool matches = reference->match(line, groups) && groups[0] != "-";
  if (reason != model::Reason::kNone) {
    expect(!matches);
    return;
  }
  // Colours, and requests without a protocol, are no plain lines.
  const char* const behind = request.target.data() + request.target.size();
  if (line.find('\x1b') != std::string_view::npos || *behind != ' ') return;
  expect(matches && groups[0] == request.method && groups[1] == request.target);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const format::FormatPtr uvicorn = *format::make_uvicorn(model::FormatSpec{}, {});
  static const auto parser = uvicorn->make_parser();
  const std::string_view line = format::clean_line({reinterpret_cast<const char*>(data), size});
  model::Request request;
  const model::Reason reason = parser->parse(line, request);
  if (reason == model::Reason::kNone) {
    expect(!request.method.empty() && !request.target.empty());
    expect(request.status >= 100 && request.status <= 599 && request.known == model::FieldSet{});
  }
  check_plain(line, reason, request);
  format::is_uvicorn_message(line);
  for (const auto envelope : {model::Envelope::kSyslog, model::Envelope::kDocker, model::Envelope::kCri}) {
    format::wrap(uvicorn, envelope)->make_parser()->parse(line, request);
  }
  return 0;
}
