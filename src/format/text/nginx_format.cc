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

bool is_name_byte(char c) { return util::is_alnum(c) || c == '_'; }

EscapeStyle style_of(model::Escape escape) {
  switch (escape) {
    case model::Escape::kJson:
      return EscapeStyle::kJson;
    case model::Escape::kNone:
      return EscapeStyle::kNone;
    case model::Escape::kDefault:
      break;
  }
  return EscapeStyle::kBackslash;
}

/// Splits the string into literals and variables.
class NginxSplitter {
 public:
  NginxSplitter(const model::FormatSpec& spec, const NginxString& string, model::Escape escape)
      : spec_(spec), string_(string), text_(string.text), escape_(escape) {}

  util::Result<std::vector<Piece>> read() {
    while (at_ < text_.size()) {
      if (text_[at_] != '$') {
        read_literal();
        continue;
      }
      const std::size_t dollar = at_++;
      const bool braced = at_ < text_.size() && text_[at_] == '{';
      if (braced) ++at_;
      const std::size_t begin = at_;
      while (at_ < text_.size() && is_name_byte(text_[at_])) ++at_;
      const std::string_view name = text_.substr(begin, at_ - begin);
      if (braced) {
        if (at_ == text_.size() || text_[at_] != '}') {
          return spec_error(spec_, offset(dollar), "\"${\" without its \"}\"", "close it: ${name}");
        }
        ++at_;
      }
      if (name.empty()) {
        return spec_error(spec_, offset(dollar), "\"$\" without the name of a variable",
                          "nginx has no way to log a dollar sign; write the name behind it: $status");
      }
      Piece piece = nginx_variable(name, escape_);
      piece.offset = offset(dollar);
      pieces_.push_back(std::move(piece));
    }
    return std::move(pieces_);
  }

 private:
  std::size_t offset(std::size_t index) const { return string_.offsets[index]; }

  void read_literal() {
    Piece piece;
    piece.offset = offset(at_);
    const std::size_t end = std::min(text_.find('$', at_), text_.size());
    piece.text = text_.substr(at_, end - at_);
    at_ = end;
    pieces_.push_back(std::move(piece));
  }

  const model::FormatSpec& spec_;
  const NginxString& string_;
  std::string_view text_;
  model::Escape escape_;
  std::size_t at_ = 0;
  std::vector<Piece> pieces_;
};

}  // namespace

util::Result<FormatPtr> make_nginx(const model::FormatSpec& spec,
                                   const model::CaptureRegexFactory& /*regex*/) {
  return make_nginx_as(spec, "nginx log_format", Writer::kNginx);
}

util::Result<FormatPtr> make_nginx_as(const model::FormatSpec& spec, std::string name, Writer writer) {
  util::Result<NginxString> string = read_nginx_string(spec);
  if (!string) return string.errors();
  const model::Escape escape = spec.escape.value_or(string->escape.value_or(model::Escape::kDefault));
  util::Result<std::vector<Piece>> pieces = NginxSplitter(spec, *string, escape).read();
  if (!pieces) return pieces.errors();
  TextPlan plan;
  plan.name = std::move(name);
  plan.writer = writer;
  plan.sigil = "$";
  plan.pieces = std::move(*pieces);
  plan.escape = style_of(escape);
  plan.defaults = &nginx_defaults();
  return make_text_format(plan, spec);
}

}  // namespace routemeter::format
