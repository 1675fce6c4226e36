// SPDX-License-Identifier: Apache-2.0
#include "format/contract/format.h"

#include <algorithm>

#include "format/choose/builtin.h"
#include "format/contract/spec_error.h"
#include "format/envelope/envelope.h"
#include "format/regex/regex_format.h"
#include "format/text/apache_format.h"
#include "format/text/gunicorn_format.h"
#include "format/text/nginx_format.h"
#include "util/suggest.h"

namespace routemeter::format {
namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Which language a string is in. A regex may contain all the others' marks, so its own comes first.
FormatFactory language_of(std::string_view text) {
  if (is_regex_format(text)) return &make_regex;
  if (contains(text, "$")) return &make_nginx;
  if (contains(text, "%(")) return &make_gunicorn_string;
  if (contains(text, "%")) return &make_apache;
  return nullptr;
}

FormatFactory find_factory(const model::FormatSpec& spec) {
  for (const Builtin& row : builtins()) {
    if (row.name == spec.text) return row.make;
  }
  return language_of(spec.text);
}

util::Diagnostic unknown_format(const model::FormatSpec& spec) {
  const std::vector<std::string> names = preset_names();
  std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::string_view near = util::nearest(spec.text, candidates);
  std::string hint = near.empty() ? "known are " : "did you mean " + std::string(near) + "? known are ";
  hint += util::one_of(candidates);
  hint += ", or paste the log_format or LogFormat string of the server";
  return spec_error(spec, 0, "unknown format \"" + spec.text + "\"", std::move(hint));
}

}  // namespace

util::Result<FormatPtr> compile(const model::FormatSpec& spec, const model::CaptureRegexFactory& regex) {
  const FormatFactory factory = find_factory(spec);
  if (factory == nullptr) return unknown_format(spec);
  util::Result<FormatPtr> made = factory(spec, regex);
  if (!made) return made;
  return wrap(*made, spec.envelope);
}

std::string_view clean_line(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (!line.empty() && line.front() == '\0') {
    line.remove_prefix(std::min(line.find_first_not_of('\0'), line.size()));
  }
  return line;
}

std::vector<std::string> preset_names() {
  std::vector<std::string> out = {"auto"};
  for (const Builtin& row : builtins()) out.emplace_back(row.name);
  return out;
}

}  // namespace routemeter::format
