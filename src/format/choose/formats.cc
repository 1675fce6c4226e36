// SPDX-License-Identifier: Apache-2.0
#include "format/choose/formats.h"

#include <algorithm>
#include <array>
#include <utility>

#include "format/envelope/envelope.h"
#include "format/json/json_format.h"
#include "format/regex/regex_format.h"
#include "format/text/text_formats.h"
#include "format/uvicorn/uvicorn_format.h"
#include "util/suggest.h"

namespace routemeter::format {
namespace {

struct Preset {
  std::string_view name;
  std::string_view text;  ///< in nginx's language, whoever writes the log
  bool in_auto;
  /// Unit of `duration` where it is not nginx's seconds.
  std::string_view duration = {};
  model::Unit unit = model::Unit::kSeconds;
};

/// The more fields a preset has, the earlier it stands: a longer one never fits a shorter one's lines, but
/// the loose fields of a shorter one may take a longer one's.
constexpr std::array kPresets = {
    // rules/nginx-timed.yaml has the log_format to paste.
    Preset{"nginx-timed",
           "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent "
           "\"$http_referer\" \"$http_user_agent\""
           " rt=$request_time uht=$upstream_header_time urt=$upstream_response_time cl=$content_length"
           " ucl=$upstream_http_content_length",
           true},
    // rules/apache.yaml and rules/gunicorn.yaml have the strings to paste; the duration is in microseconds.
    Preset{"apache-timed",
           "$remote_addr $remote_logname $remote_user [$time_local] \"$request\" $status $body_bytes_sent "
           "\"$http_referer\" \"$http_user_agent\" $duration $content_length",
           true, "duration", model::Unit::kMicroseconds},
    Preset{
        "traefik",
        "$remote_addr $remote_logname $remote_user [$time_local] \"$raw_request\" $status $body_bytes_sent "
        "\"$http_referer\" \"$http_user_agent\" $request_count \"$router\" \"$server_url\" ${duration}ms",
        true, "duration", model::Unit::kMilliseconds},
    // The string of the packages of nginx.org.
    Preset{"nginx-main",
           "$remote_addr $remote_logname $remote_user [$time_local] \"$request\" $status $body_bytes_sent "
           "\"$http_referer\" \"$http_user_agent\" \"$http_x_forwarded_for\"",
           true},
    Preset{"host_main",
           "$host $remote_addr $remote_logname $remote_user [$time_local] \"$request\" $status "
           "$body_bytes_sent \"$http_referer\" \"$http_user_agent\" \"$http_x_forwarded_for\"",
           true},
    Preset{"vhost_combined",
           "$server_name:$server_port $remote_addr $remote_logname $remote_user [$time_local] \"$request\" "
           "$status $bytes_sent \"$http_referer\" \"$http_user_agent\"",
           true},
    Preset{"host_combined",
           "$host $remote_addr $remote_logname $remote_user [$time_local] \"$request\" $status "
           "$body_bytes_sent \"$http_referer\" \"$http_user_agent\"",
           true},
    Preset{"combined",
           "$remote_addr $remote_logname $remote_user [$time_local] \"$request\" $status $body_bytes_sent "
           "\"$http_referer\" \"$http_user_agent\"",
           true},
    Preset{
        "host_common",
        "$host $remote_addr $remote_logname $remote_user [$time_local] \"$request\" $status $body_bytes_sent",
        true},
    Preset{"common",
           "$remote_addr $remote_logname $remote_user [$time_local] \"$request\" $status $body_bytes_sent",
           true},
    // gunicorn's default access_log_format.
    Preset{"gunicorn",
           "$remote_addr $remote_logname $remote_user [$time_local] \"$request\" $status $body_bytes_sent "
           "\"$http_referer\" \"$http_user_agent\"",
           false},
};

template <std::size_t kIndex>
util::Result<FormatPtr> make_preset(const model::FormatSpec& spec,
                                    const model::CaptureRegexFactory& /*regex*/) {
  const Preset& preset = kPresets[kIndex];
  model::FormatSpec filled = spec;
  filled.text = preset.text;
  if (!preset.duration.empty()) {
    model::FieldSource source;
    source.name = preset.duration;
    source.unit = preset.unit;
    source.at = spec.at;
    model::FieldSource& duration = filled.fields.emplace(model::Field::kDuration, source).first->second;
    if (duration.name == preset.duration && !duration.unit) duration.unit = preset.unit;
  }
  return make_nginx_as(filled, std::string(preset.name));
}

template <std::size_t... kIndex>
std::vector<Builtin> make_rows(std::index_sequence<kIndex...> /*all*/) {
  return {Builtin{kPresets[kIndex].name, &make_preset<kIndex>, kPresets[kIndex].in_auto}...};
}

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

const std::vector<Builtin>& builtins() {
  static const std::vector<Builtin> kBuiltins = [] {
    std::vector<Builtin> rows = make_rows(std::make_index_sequence<kPresets.size()>());
    rows.push_back({"uvicorn", &make_uvicorn, true});
    rows.push_back({"json", &make_json, true});
    rows.push_back({"regex", &make_regex, false});
    return rows;
  }();
  return kBuiltins;
}
util::Result<FormatPtr> compile(const model::FormatSpec& spec, const model::CaptureRegexFactory& regex) {
  const FormatFactory factory = find_factory(spec);
  if (factory == nullptr) return unknown_format(spec);
  util::Result<FormatPtr> made = factory(spec, regex);
  if (!made) return made;
  return wrap(*made, spec.envelope);
}

std::vector<std::string> preset_names() {
  std::vector<std::string> out = {"auto"};
  for (const Builtin& row : builtins()) out.emplace_back(row.name);
  return out;
}

}  // namespace routemeter::format
