// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "format/text/text_formats.h"
#include "format/text/text_plan.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::format {
namespace {

using model::Field;

/// Values that the server makes itself: never a blank, never a quote; "-" or nothing when there is no value.
/// remote_logname is not a variable of nginx: the presets use it for Apache's %l.
constexpr std::string_view kTokens =
    " body_bytes_sent bytes_sent connection connection_requests connection_time gzip_ratio host "
    "hostname http2 http3 https limit_conn_status limit_rate limit_req_status msec nginx_version pid "
    "pipe proxy_protocol_addr proxy_protocol_server_addr realip_remote_addr remote_addr "
    "remote_logname request_completion request_id request_length request_time scheme "
    "sent_http_content_length server_addr "
    "server_name server_protocol ssl_cipher ssl_protocol ssl_session_id ssl_session_reused status "
    "time_iso8601 upstream_cache_status upstream_http_content_length ";

constexpr std::string_view kPorts =
    " proxy_protocol_port proxy_protocol_server_port realip_remote_port remote_port server_port ";

/// One element for each upstream that was tried: "0.1, 0.2 : 0.3".
constexpr std::string_view kLists =
    " upstream_addr upstream_bytes_received upstream_bytes_sent upstream_connect_time "
    "upstream_first_byte_time upstream_header_time upstream_queue_time upstream_response_length "
    "upstream_response_time upstream_session_time upstream_status ";

/// Names hold no blank, so a blank on either side makes a whole word.
bool is_one_of(std::string_view name, std::string_view words) {
  return words.find(fmt::format(" {} ", name)) != std::string_view::npos;
}

FieldClass class_of(std::string_view name, model::Escape escape) {
  if (is_one_of(name, kTokens)) return FieldClass::kToken;
  if (is_one_of(name, kPorts)) return FieldClass::kPort;
  if (is_one_of(name, kLists)) return FieldClass::kList;
  if (name == "time_local") return FieldClass::kBracket;
  // Traefik escapes quotes everywhere but here.
  if (name == "raw_request") return FieldClass::kAny;
  return escape == model::Escape::kNone ? FieldClass::kAny : FieldClass::kText;
}

Piece::Kind kind_of(std::string_view name) {
  if (name == "request_uri" || name == "uri" || name == "document_uri") return Piece::Kind::kPath;
  if (name == "is_args" || name == "args" || name == "query_string") return Piece::Kind::kQuery;
  return Piece::Kind::kField;
}

TimeKind time_of(std::string_view name) {
  if (name == "time_local") return TimeKind::kClf;
  return name == "msec" ? TimeKind::kUnix : TimeKind::kIso8601;
}

/// A field piece for the nginx variable `name`: what its values can contain (nginx's documentation of
/// variables and ngx_http_upstream_module), how times are written. Unknown names can contain anything.
Piece nginx_variable(std::string_view name, model::Escape escape) {
  Piece out;
  out.kind = kind_of(name);
  out.text = name;
  out.shown = fmt::format("${}", name);
  out.cls = class_of(name, escape);
  out.time = time_of(name);
  return out;
}

/// The nginx variables that feed each Field.
constexpr FieldNames kNginxNames[] = {
    {Field::kRequest, "request raw_request"},
    {Field::kMethod, "request_method"},
    {Field::kTarget, "request_uri uri document_uri"},
    {Field::kProtocol, "server_protocol"},
    {Field::kStatus, "status"},
    {Field::kHost, "host http_host server_name"},
    {Field::kTime, "time_local time_iso8601 msec"},
    {Field::kDuration, "request_time upstream_response_time"},
    {Field::kTimeToFirstByte, "upstream_header_time"},
    {Field::kRequestSize, "content_length http_content_length"},
    {Field::kResponseSize,
     "upstream_http_content_length sent_http_content_length body_bytes_sent bytes_sent"},
};

bool is_name_byte(char c) { return util::is_alnum(c) || c == '_'; }

EscapeStyle style_of(model::Escape escape) {
  if (escape == model::Escape::kJson) return EscapeStyle::kJson;
  return escape == model::Escape::kNone ? EscapeStyle::kNone : EscapeStyle::kBackslash;
}

/// Splits the string into literals and variables.
util::Result<std::vector<Piece>> split_nginx_string(const model::FormatSpec& spec, const SpecString& string,
                                                    model::Escape escape) {
  std::vector<Piece> out;
  const std::string_view text = string.text;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t from = at;
    const std::size_t offset = string.offsets[from];
    if (text[at] != '$') {
      at = std::min(text.find('$', at), text.size());
      out.push_back({.text = std::string(text.substr(from, at - from)), .offset = offset});
      continue;
    }
    const bool braced = text.substr(++at, 1) == "{";
    if (braced) ++at;
    const std::size_t begin = at;
    while (at < text.size() && is_name_byte(text[at])) ++at;
    const std::string_view name = text.substr(begin, at - begin);
    if (braced && text.substr(at++, 1) != "}") {
      return spec_error(spec, offset, "\"${\" without its \"}\"", "close it: ${name}");
    }
    if (name.empty()) {
      return spec_error(spec, offset, "\"$\" without the name of a variable",
                        "nginx has no way to log a dollar sign; write the name behind it: $status");
    }
    out.push_back(nginx_variable(name, escape));
    out.back().offset = offset;
  }
  return out;
}

}  // namespace

util::Result<FormatPtr> make_nginx(const model::FormatSpec& spec,
                                   const model::CaptureRegexFactory& /*regex*/) {
  return make_nginx_as(spec, "nginx log_format", Writer::kNginx);
}

util::Result<FormatPtr> make_nginx_as(const model::FormatSpec& spec, std::string name, Writer writer) {
  util::Result<NginxString> string = read_nginx_string(spec);
  if (!string) return string.errors();
  const model::Escape escape = spec.escape.value_or(string->escape.value_or(model::Escape::kDefault));
  auto pieces = split_nginx_string(spec, *string, escape);
  if (!pieces) return pieces.errors();
  return make_text_format({.name = std::move(name),
                           .writer = writer,
                           .sigil = "$",
                           .pieces = std::move(*pieces),
                           .escape = style_of(escape),
                           .names = kNginxNames},
                          spec);
}

}  // namespace routemeter::format
