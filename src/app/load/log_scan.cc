// SPDX-License-Identifier: Apache-2.0
#include "app/load/log_scan.h"

#include <memory>
#include <utility>

#include "app/load/log_inputs.h"

namespace routemeter::app {
namespace {

// Shows the lines of `text` to the visitor; `at` is the place of the line before them, and moves on.
void visit_lines(std::string_view text, format::Parser* parser, ScannedLine& at, const LineVisitor& visit) {
  model::Request request;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    at.line = format::clean_line(text.substr(0, newline));
    ++at.number;
    at.reason = at.line.empty()     ? model::Reason::kEmpty
                : parser == nullptr ? model::Reason::kNoMatch
                                    : parser->parse(at.line, request = {});
    at.request = at.reason == model::Reason::kNone ? &request : nullptr;
    visit(at);
    if (newline == std::string_view::npos) break;
    text.remove_prefix(newline + 1);
  }
}

}  // namespace

util::Result<Scan> scan_logs(const std::vector<std::string>& logs, const model::FormatSpec& spec,
                             const LineVisitor& visit) {
  auto inputs = open_logs(logs, spec);
  if (!inputs) return inputs.errors();
  return scan_inputs(*inputs, visit);
}

Scan scan_inputs(std::vector<Input>& inputs, const LineVisitor& visit) {
  Scan scan;
  std::vector<std::unique_ptr<format::Parser>> parsers;
  for (const Input& in : inputs) {
    scan.logs.push_back({in.name, in.format, 0, 0});
    parsers.push_back(in.format == nullptr ? nullptr : in.format->make_parser());
  }
  BlockQueue queue(inputs);
  input::Block block;
  std::size_t index = 0;
  while (queue.next(block, index)) {
    ScannedLog& log = scan.logs[index];
    ScannedLine at;
    at.log = index;
    log.too_long += block.too_long;
    at.number = log.lines + block.too_long;
    visit_lines(block.text, parsers[index].get(), at, visit);
    log.lines = at.number;
  }
  scan.failures = queue.error();
  return scan;
}

void scan_text(std::string_view text, const format::Format& format, const LineVisitor& visit) {
  ScannedLine at;
  visit_lines(text, format.make_parser().get(), at, visit);
}

}  // namespace routemeter::app
