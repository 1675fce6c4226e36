// SPDX-License-Identifier: Apache-2.0
#include "format/choose/formats.h"

#include <algorithm>
#include <array>
#include <utility>

#include "format/envelope/envelope.h"
#include "format/json/json_format.h"
#include "format/parser/own_parsers.h"
#include "format/text/text_formats.h"
#include "util/fmt.h"
#include "util/words.h"

namespace routemeter::format {
namespace {

constexpr auto kFormats = std::to_array<BuiltinFormat>({
    // The more fields a string has, the earlier it stands: a longer one never fits a shorter one's lines, but
    // the loose fields of a shorter one may take a longer one's.
    // rules/nginx-timed.yaml has the log_format to paste.
    {.name = "nginx-timed",
     .text = "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent "
             "\"$http_referer\" \"$http_user_agent\""
             " rt=$request_time uht=$upstream_header_time urt=$upstream_response_time cl=$content_length"
             " ucl=$upstream_http_content_length",
     .writer = Writer::kNginx},
    // rules/apache.yaml and rules/gunicorn.yaml have the strings to paste; the duration is in microseconds.
    {.name = "apache-timed",
     .text = "$remote_addr $remote_logname $remote_user [$time_local] \"$request\" $status $body_bytes_sent "
             "\"$http_referer\" \"$http_user_agent\" $duration $content_length",
     .writer = Writer::kApache,
     .duration = "duration",
     .duration_unit = model::Unit::kMicroseconds},
    {.name = "traefik",
     .text =
         "$remote_addr $remote_logname $remote_user [$time_local] \"$raw_request\" $status $body_bytes_sent "
         "\"$http_referer\" \"$http_user_agent\" $request_count \"$router\" \"$server_url\" ${duration}ms",
     .writer = Writer::kTraefik,
     .duration = "duration",
     .duration_unit = model::Unit::kMilliseconds},
    // The string of the packages of nginx.org.
    {.name = "nginx-main",
     .text = "$remote_addr $remote_logname $remote_user [$time_local] \"$request\" $status $body_bytes_sent "
             "\"$http_referer\" \"$http_user_agent\" \"$http_x_forwarded_for\"",
     .writer = Writer::kNginx},
    {.name = "host_main",
     .text = "$host $remote_addr $remote_logname $remote_user [$time_local] \"$request\" $status "
             "$body_bytes_sent \"$http_referer\" \"$http_user_agent\" \"$http_x_forwarded_for\""},
    {.name = "vhost_combined",
     .text = "$server_name:$server_port $remote_addr $remote_logname $remote_user [$time_local] \"$request\" "
             "$status $bytes_sent \"$http_referer\" \"$http_user_agent\"",
     .writer = Writer::kApache},
    {.name = "host_combined",
     .text = "$host $remote_addr $remote_logname $remote_user [$time_local] \"$request\" $status "
             "$body_bytes_sent \"$http_referer\" \"$http_user_agent\""},
    {.name = "combined",
     .text = "$remote_addr $remote_logname $remote_user [$time_local] \"$request\" $status $body_bytes_sent "
             "\"$http_referer\" \"$http_user_agent\""},
    {.name = "host_common",
     .text = "$host $remote_addr $remote_logname $remote_user [$time_local] \"$request\" $status "
             "$body_bytes_sent"},
    {.name = "common",
     .text = "$remote_addr $remote_logname $remote_user [$time_local] \"$request\" $status $body_bytes_sent"},
    // gunicorn's default access_log_format.
    {.name = "gunicorn",
     .text = "$remote_addr $remote_logname $remote_user [$time_local] \"$request\" $status $body_bytes_sent "
             "\"$http_referer\" \"$http_user_agent\"",
     .writer = Writer::kGunicorn,
     .in_auto = false},
    // Parsers of their own.
    {.name = "uvicorn", .factory = &make_uvicorn, .is_message = &is_uvicorn_message},
    {.name = "json", .factory = &make_json, .first_byte = '{'},
    {.name = "regex", .in_auto = false, .factory = &make_regex},
});

/// One of the strings, with the unit of its duration.
util::Result<FormatPtr> make_preset(const BuiltinFormat& row, const model::FormatSpec& spec) {
  model::FormatSpec filled = spec;
  filled.text = row.text;
  if (!row.duration.empty()) {
    const model::FieldSource source{std::string(row.duration), row.duration_unit, spec.at};
    model::FieldSource& duration = filled.fields.emplace(model::Field::kDuration, source).first->second;
    if (duration.name == row.duration && !duration.unit) duration.unit = row.duration_unit;
  }
  return make_nginx_as(filled, std::string(row.name), row.writer);
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// The language of a string. A regex may contain the marks of all others, so its own comes first.
FormatFactory language_of(std::string_view text) {
  if (is_regex_format(text)) return &make_regex;
  if (contains(text, "$")) return &make_nginx;
  if (contains(text, "%(")) return &make_gunicorn_string;
  if (contains(text, "%")) return &make_apache;
  return nullptr;
}

util::Diagnostic unknown_format(const model::FormatSpec& spec) {
  const std::vector<std::string> names = preset_names();
  std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::string_view near = util::nearest(spec.text, candidates);
  const std::string question = near.empty() ? "" : fmt::format("did you mean {}? ", near);
  return spec_error(spec, 0, fmt::format("unknown format \"{}\"", spec.text),
                    fmt::format("{}known are {}, or paste the log_format or LogFormat string of the server",
                                question, util::one_of(candidates)));
}

}  // namespace

util::Result<FormatPtr> BuiltinFormat::make(const model::FormatSpec& spec,
                                            const model::CaptureRegexFactory& regex) const {
  return factory != nullptr ? factory(spec, regex) : make_preset(*this, spec);
}

std::span<const BuiltinFormat> builtin_formats() { return kFormats; }

util::Result<FormatPtr> compile(const model::FormatSpec& spec, const model::CaptureRegexFactory& regex) {
  const auto row = std::find_if(kFormats.begin(), kFormats.end(),
                                [&spec](const BuiltinFormat& format) { return format.name == spec.text; });
  const FormatFactory language = row == kFormats.end() ? language_of(spec.text) : nullptr;
  if (row == kFormats.end() && language == nullptr) return unknown_format(spec);
  util::Result<FormatPtr> made = language != nullptr ? language(spec, regex) : row->make(spec, regex);
  if (!made) return made;
  return wrap(*made, spec.envelope);
}

std::vector<std::string> preset_names() {
  std::vector<std::string> out = {"auto"};
  for (const BuiltinFormat& row : kFormats) out.emplace_back(row.name);
  return out;
}

}  // namespace routemeter::format
