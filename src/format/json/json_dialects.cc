// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "format/json/json_format.h"

namespace routemeter::format {
namespace {

using enum model::Field;
using enum model::Unit;

// accesslog.fields of Traefik 2 and 3; "Duration" is a Go duration as a number.
constexpr FieldNames kTraefik[] = {
    {kMethod, "RequestMethod"},
    {kTarget, "RequestPath"},
    {kProtocol, "RequestProtocol"},
    {kStatus, "DownstreamStatus"},
    {kHost, "RequestHost"},
    {kTime, "StartUTC time"},
    {kDuration, "Duration", kNanoseconds},
    {kRequestSize, "RequestContentSize"},
    {kResponseSize, "DownstreamContentSize"},
};

// http.log.access of Caddy 2: bytes_read is the request's body, size the response's.
constexpr FieldNames kCaddy[] = {
    {kMethod, "request.method"}, {kTarget, "request.uri"},     {kProtocol, "request.proto"},
    {kStatus, "status"},         {kHost, "request.host"},      {kTime, "ts"},
    {kDuration, "duration"},     {kRequestSize, "bytes_read"}, {kResponseSize, "size"},
};

// Envoy, Envoy Gateway and Istio.
constexpr FieldNames kEnvoy[] = {
    {kMethod, "method"},
    {kTarget, "x-envoy-origin-path x-envoy-original-path path"},
    {kProtocol, "protocol"},
    {kStatus, "response_code"},
    {kHost, ":authority authority"},
    {kTime, "start_time"},
    {kDuration, "duration", kMilliseconds},
    {kTimeToFirstByte, "x-envoy-upstream-service-time upstream_service_time", kMilliseconds},
    {kRequestSize, "bytes_received"},
    {kResponseSize, "bytes_sent"},
};

// Logpush, data set http_requests. It has no duration.
constexpr FieldNames kCloudflare[] = {
    {kMethod, "ClientRequestMethod"},
    {kTarget, "ClientRequestURI ClientRequestPath"},
    {kProtocol, "ClientRequestProtocol"},
    {kStatus, "EdgeResponseStatus"},
    {kHost, "ClientRequestHost"},
    {kTime, "EdgeStartTimestamp EdgeEndTimestamp"},
    {kTimeToFirstByte, "EdgeTimeToFirstByteMs", kMilliseconds},
    {kResponseSize, "EdgeResponseBytes"},
};

// Elastic Common Schema and OpenTelemetry's semantic conventions.
constexpr FieldNames kEcs[] = {
    {kMethod, "http.request.method"},
    {kTarget, "url.original url.path"},
    {kStatus, "http.response.status_code"},
    {kHost, "url.domain server.address"},
    {kTime, "@timestamp"},
    {kDuration, "event.duration", kNanoseconds},
    {kDuration, "http.server.request.duration"},
    {kRequestSize, "http.request.body.bytes http.request.body.size"},
    {kResponseSize, "http.response.body.bytes http.response.body.size"},
};

// Datadog's standard attributes, which structlog set-ups for FastAPI follow; durations in nanoseconds.
constexpr FieldNames kDatadog[] = {
    {kMethod, "http.method"},
    {kTarget, "http.url http.path"},
    {kStatus, "http.status_code"},
    {kHost, "http.url_details.host http.host"},
    {kTime, "timestamp date"},
    {kDuration, "duration", kNanoseconds},
    {kRequestSize, "network.bytes_read"},
    {kResponseSize, "network.bytes_written"},
};

// log_format ... escape=json with nginx's own variable names, or the short ones that most recipes use.
constexpr FieldNames kNginx[] = {
    {kRequest, "request request_line"},
    {kMethod, "request_method method"},
    {kTarget, "request_uri uri path url"},
    {kProtocol, "server_protocol protocol"},
    {kStatus, "status"},
    {kHost, "host http_host server_name"},
    {kTime, "time_iso8601 time_local msec time timestamp @timestamp"},
    {kDuration, "request_time upstream_response_time"},
    {kTimeToFirstByte, "upstream_header_time"},
    {kRequestSize, "content_length http_content_length"},
    {kResponseSize, "upstream_http_content_length sent_http_content_length body_bytes_sent bytes_sent"},
};

// uvicorn's AccessFormatter, gunicorn and the middlewares that people write. A duration whose name has no
// unit is in seconds, as time.perf_counter() gives it.
constexpr FieldNames kPython[] = {
    {kRequest, "request_line request"},
    {kMethod, "method request_method http_method"},
    {kTarget, "full_path path url uri request_path request_url"},
    {kProtocol, "protocol"},
    {kStatus, "status_code status response_status http_status"},
    {kHost, "host"},
    {kTime, "time timestamp asctime @timestamp ts"},
    {kDuration, "duration process_time elapsed latency response_time duration_s duration_seconds"},
    {kDuration, "duration_ms process_time_ms elapsed_ms latency_ms response_time_ms", kMilliseconds},
    {kDuration, "duration_us", kMicroseconds},
    {kDuration, "duration_ns", kNanoseconds},
    {kTimeToFirstByte, "time_to_first_byte"},
    {kRequestSize, "request_size content_length"},
    {kResponseSize, "response_size response_length bytes_sent"},
};

constexpr auto kDialects = std::to_array<JsonDialect>({
    {"traefik", kTraefik},
    {"caddy", kCaddy},
    {"envoy", kEnvoy},
    {"cloudflare", kCloudflare},
    {"ecs", kEcs},
    {"datadog", kDatadog},
    {"nginx", kNginx},
    {"python", kPython},
});

}  // namespace

std::span<const JsonDialect> json_dialects() { return kDialects; }

}  // namespace routemeter::format
