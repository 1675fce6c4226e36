// SPDX-License-Identifier: Apache-2.0
#include "format/contract/format.h"

#include <algorithm>

#include "format/contract/batch.h"

namespace routemeter::format {
namespace {

bool lies_in(std::string_view text, std::string_view part) {
  return part.empty() || (part.data() >= text.data() && part.data() < text.data() + text.size());
}

}  // namespace

void Parser::parse(Batch& batch) noexcept {
  batch.clear();
  while (batch.has_more() && !batch.is_full() && parse_next(batch)) {
  }
}

bool Parser::parse_next(Batch& batch) noexcept {
  const std::string_view rest = batch.rest();
  const std::size_t size = std::min(rest.find('\n'), rest.size());
  Batch::Line& line = batch.next_line();
  line.text = clean_line(rest.substr(0, size));
  line.reason = line.text.empty() ? model::Reason::kEmpty : parse(line.text, line.request);
  batch.keep();
  batch.take(std::min(size + 1, rest.size()));
  batch.index().skip_line();
  const model::Request& request = line.request;
  return line.reason != model::Reason::kNone ||
         (lies_in(line.text, request.method) && lies_in(line.text, request.target) &&
          lies_in(line.text, request.host) && lies_in(line.text, request.time));
}

std::string_view clean_line(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (!line.empty() && line.front() == '\0') {
    line.remove_prefix(std::min(line.find_first_not_of('\0'), line.size()));
  }
  return line;
}

}  // namespace routemeter::format
