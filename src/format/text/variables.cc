// SPDX-License-Identifier: Apache-2.0
#include "format/text/variables.h"

namespace routemeter::format {
namespace {

using model::Field;

/// What the server itself makes: never a blank, never a quote; "-" or nothing when there is no value.
/// remote_logname is not nginx's: the presets call Apache's %l so.
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
  return words.find(" " + std::string(name) + " ") != std::string_view::npos;
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

}  // namespace

Piece nginx_variable(std::string_view name, model::Escape escape) {
  Piece out;
  out.kind = kind_of(name);
  out.text = name;
  out.shown = "$" + out.text;
  out.cls = class_of(name, escape);
  out.time = time_of(name);
  return out;
}

const FieldDefaults& nginx_defaults() {
  static const FieldDefaults kDefaults = {
      {Field::kRequest, {"request", "raw_request"}},
      {Field::kMethod, {"request_method"}},
      {Field::kTarget, {"request_uri", "uri", "document_uri"}},
      {Field::kProtocol, {"server_protocol"}},
      {Field::kStatus, {"status"}},
      {Field::kHost, {"host", "http_host", "server_name"}},
      {Field::kTime, {"time_local", "time_iso8601", "msec"}},
      {Field::kDuration, {"request_time", "upstream_response_time"}},
      {Field::kTimeToFirstByte, {"upstream_header_time"}},
      {Field::kRequestSize, {"content_length", "http_content_length"}},
      {Field::kResponseSize,
       {"upstream_http_content_length", "sent_http_content_length", "body_bytes_sent", "bytes_sent"}},
  };
  return kDefaults;
}

}  // namespace routemeter::format
