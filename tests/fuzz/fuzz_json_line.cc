// SPDX-License-Identifier: Apache-2.0
// Lines, apart by newlines: no crash, what is taken for a request is one, and a parser that has seen other
// lines says the same as a new one.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "format/contract/format.h"
#include "format/envelope/envelope.h"
#include "format/json/json_format.h"
#include "format/value/request_line.h"

namespace {

using namespace routemeter;

void expect(bool what) {
  if (!what) std::abort();
}

format::FormatPtr mapped() {
  model::FormatSpec spec;
  spec.fields[model::Field::kTarget].name = "a.b.c";
  spec.fields[model::Field::kDuration] = {"d\xc3\xa9", model::Unit::kMicroseconds, {}};
  return *format::make_json(spec, {});
}

void check(format::Parser& used, const format::Format& json, std::string_view line) {
  model::Request request;
  const model::Reason reason = used.parse(line, request);
  const auto fresh = json.make_parser();
  model::Request again;
  expect(fresh->parse(line, again) == reason);
  if (reason != model::Reason::kNone) return;
  expect(format::is_method(request.method) && !request.target.empty());
  expect(request.status >= 100 && request.status <= 599);
  expect(again.method == request.method && again.target == request.target && again.status == request.status &&
         again.host == request.host && again.time == request.time && again.known == request.known &&
         again.duration_ns == request.duration_ns && again.response_size == request.response_size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const format::FormatPtr usual = *format::make_json(model::FormatSpec{}, {});
  static const format::FormatPtr own = mapped();
  static const format::FormatPtr docker = format::wrap(usual, model::Envelope::kDocker);
  static const auto usual_parser = usual->make_parser();
  static const auto own_parser = own->make_parser();
  static const auto docker_parser = docker->make_parser();
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::vector<std::string_view> lines;
  while (!rest.empty()) {
    const std::size_t newline = rest.find('\n');
    lines.push_back(rest.substr(0, newline));
    rest.remove_prefix(newline == std::string_view::npos ? rest.size() : newline + 1);
  }
  for (const std::string_view line : lines) {
    check(*usual_parser, *usual, line);
    check(*own_parser, *own, line);
    check(*docker_parser, *docker, line);
  }
  dynamic_cast<const format::SampledFormat&>(*usual).fitted(lines);
  return 0;
}
