// SPDX-License-Identifier: Apache-2.0
#include "format/envelope/docker_line.h"

#include "format/value/sgr.h"

namespace routemeter::format {

std::size_t compose_prefix_length(std::string_view line) noexcept {
  std::size_t at = sgr_length(line);
  const std::size_t from = at;
  const auto is_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  while (at < line.size() && is_name(line[at])) ++at;
  if (at == from) return 0;
  const std::size_t blanks = at;
  while (at < line.size() && line[at] == ' ') ++at;
  if (at == blanks || at == line.size() || line[at] != '|') return 0;
  ++at;
  at += sgr_length(line.substr(at));
  // One blank; a line that begins with more has them of its own.
  return at < line.size() && line[at] == ' ' ? at + 1 : 0;
}

bool DockerUnwrapper::unwrap(std::string_view line, std::string_view& out) noexcept {
  if (!line.empty() && line[0] == '{') return unwrap_json(line, out);
  const std::size_t prefix = compose_prefix_length(line);
  if (prefix == 0) return false;
  out = clean_line(line.substr(prefix));
  return true;
}

bool DockerUnwrapper::unwrap_json(std::string_view line, std::string_view& out) noexcept {
  if (!document_.open(line)) return false;
  simdjson::ondemand::object root = document_.root();
  std::string_view log;
  bool found = false;
  for (auto item : root) {
    simdjson::ondemand::field field;
    if (std::move(item).get(field) != simdjson::SUCCESS) return false;
    if (!field.key().unsafe_is_equal("log")) continue;
    if (field.value().get_string().get(log) != simdjson::SUCCESS) return false;
    found = true;
  }
  if (!found || !document_.at_end()) return false;
  // Without a newline it is a piece of a longer line, or what a process left unfinished.
  if (log.empty() || log.back() != '\n') return false;
  log.remove_suffix(1);
  out = clean_line(log);
  return true;
}

}  // namespace routemeter::format
