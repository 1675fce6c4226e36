// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "format/json/json_format.h"

namespace routemeter::format {
namespace {

using enum model::Field;
using enum model::Unit;

// accesslog.fields of Traefik 2 and 3; "Duration" is a Go duration as a number.
constexpr JsonName kTraefik[] = {
    {kMethod, "RequestMethod"},
    {kTarget, "RequestPath"},
    {kProtocol, "RequestProtocol"},
    {kStatus, "DownstreamStatus"},
    {kHost, "RequestHost"},
    {kTime, "StartUTC"},
    {kTime, "time"},
    {kDuration, "Duration", kNanoseconds},
    {kRequestSize, "RequestContentSize"},
    {kResponseSize, "DownstreamContentSize"},
};

// http.log.access of Caddy 2: bytes_read is the request's body, size the response's.
constexpr JsonName kCaddy[] = {
    {kMethod, "request.method"}, {kTarget, "request.uri"},     {kProtocol, "request.proto"},
    {kStatus, "status"},         {kHost, "request.host"},      {kTime, "ts"},
    {kDuration, "duration"},     {kRequestSize, "bytes_read"}, {kResponseSize, "size"},
};

// Envoy, Envoy Gateway and Istio.
constexpr JsonName kEnvoy[] = {
    {kMethod, "method"},
    {kTarget, "x-envoy-origin-path"},
    {kTarget, "x-envoy-original-path"},
    {kTarget, "path"},
    {kProtocol, "protocol"},
    {kStatus, "response_code"},
    {kHost, ":authority"},
    {kHost, "authority"},
    {kTime, "start_time"},
    {kDuration, "duration", kMilliseconds},
    {kTimeToFirstByte, "x-envoy-upstream-service-time", kMilliseconds},
    {kTimeToFirstByte, "upstream_service_time", kMilliseconds},
    {kRequestSize, "bytes_received"},
    {kResponseSize, "bytes_sent"},
};

// Logpush, data set http_requests. It has no duration.
constexpr JsonName kCloudflare[] = {
    {kMethod, "ClientRequestMethod"},
    {kTarget, "ClientRequestURI"},
    {kTarget, "ClientRequestPath"},
    {kProtocol, "ClientRequestProtocol"},
    {kStatus, "EdgeResponseStatus"},
    {kHost, "ClientRequestHost"},
    {kTime, "EdgeStartTimestamp"},
    {kTime, "EdgeEndTimestamp"},
    {kTimeToFirstByte, "EdgeTimeToFirstByteMs", kMilliseconds},
    {kResponseSize, "EdgeResponseBytes"},
};

// Elastic Common Schema and OpenTelemetry's semantic conventions.
constexpr JsonName kEcs[] = {
    {kMethod, "http.request.method"},
    {kTarget, "url.original"},
    {kTarget, "url.path"},
    {kStatus, "http.response.status_code"},
    {kHost, "url.domain"},
    {kHost, "server.address"},
    {kTime, "@timestamp"},
    {kDuration, "event.duration", kNanoseconds},
    {kDuration, "http.server.request.duration"},
    {kRequestSize, "http.request.body.bytes"},
    {kRequestSize, "http.request.body.size"},
    {kResponseSize, "http.response.body.bytes"},
    {kResponseSize, "http.response.body.size"},
};

// Datadog's standard attributes, which structlog set-ups for FastAPI follow; durations in nanoseconds.
constexpr JsonName kDatadog[] = {
    {kMethod, "http.method"},
    {kTarget, "http.url"},
    {kTarget, "http.path"},
    {kStatus, "http.status_code"},
    {kHost, "http.url_details.host"},
    {kHost, "http.host"},
    {kTime, "timestamp"},
    {kTime, "date"},
    {kDuration, "duration", kNanoseconds},
    {kRequestSize, "network.bytes_read"},
    {kResponseSize, "network.bytes_written"},
};

// log_format ... escape=json with nginx's own variable names, or the short ones that most recipes use.
constexpr JsonName kNginx[] = {
    {kRequest, "request"},
    {kRequest, "request_line"},
    {kMethod, "request_method"},
    {kMethod, "method"},
    {kTarget, "request_uri"},
    {kTarget, "uri"},
    {kTarget, "path"},
    {kTarget, "url"},
    {kProtocol, "server_protocol"},
    {kProtocol, "protocol"},
    {kStatus, "status"},
    {kHost, "host"},
    {kHost, "http_host"},
    {kHost, "server_name"},
    {kTime, "time_iso8601"},
    {kTime, "time_local"},
    {kTime, "msec"},
    {kTime, "time"},
    {kTime, "timestamp"},
    {kTime, "@timestamp"},
    {kDuration, "request_time"},
    {kDuration, "upstream_response_time"},
    {kTimeToFirstByte, "upstream_header_time"},
    {kRequestSize, "content_length"},
    {kRequestSize, "http_content_length"},
    {kResponseSize, "upstream_http_content_length"},
    {kResponseSize, "sent_http_content_length"},
    {kResponseSize, "body_bytes_sent"},
    {kResponseSize, "bytes_sent"},
};

// uvicorn's AccessFormatter, gunicorn and the middlewares that people write. A duration whose name has no
// unit is in seconds, as time.perf_counter() gives it.
constexpr JsonName kPython[] = {
    {kRequest, "request_line"},
    {kRequest, "request"},
    {kMethod, "method"},
    {kMethod, "request_method"},
    {kMethod, "http_method"},
    {kTarget, "full_path"},
    {kTarget, "path"},
    {kTarget, "url"},
    {kTarget, "uri"},
    {kTarget, "request_path"},
    {kTarget, "request_url"},
    {kProtocol, "protocol"},
    {kStatus, "status_code"},
    {kStatus, "status"},
    {kStatus, "response_status"},
    {kStatus, "http_status"},
    {kHost, "host"},
    {kTime, "time"},
    {kTime, "timestamp"},
    {kTime, "asctime"},
    {kTime, "@timestamp"},
    {kTime, "ts"},
    {kDuration, "duration"},
    {kDuration, "process_time"},
    {kDuration, "elapsed"},
    {kDuration, "latency"},
    {kDuration, "response_time"},
    {kDuration, "duration_s"},
    {kDuration, "duration_seconds"},
    {kDuration, "duration_ms", kMilliseconds},
    {kDuration, "process_time_ms", kMilliseconds},
    {kDuration, "elapsed_ms", kMilliseconds},
    {kDuration, "latency_ms", kMilliseconds},
    {kDuration, "response_time_ms", kMilliseconds},
    {kDuration, "duration_us", kMicroseconds},
    {kDuration, "duration_ns", kNanoseconds},
    {kTimeToFirstByte, "time_to_first_byte"},
    {kRequestSize, "request_size"},
    {kRequestSize, "content_length"},
    {kResponseSize, "response_size"},
    {kResponseSize, "response_length"},
    {kResponseSize, "bytes_sent"},
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
