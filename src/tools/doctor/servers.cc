// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/servers.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "document/yaml_scalar.h"
#include "tools/doctor/place/doctor_finding.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::doctor {
namespace {

using model::Field;
using util::contains;

/// A key that only logs of one program have; the first that is there tells.
constexpr std::pair<std::string_view, Server> kJsonKeys[] = {
    {"RequestMethod", Server::kTraefikJson}, {"request.method", Server::kCaddy},
    {"request_method", Server::kNginxJson},  {"request_uri", Server::kNginxJson},
    {"time_iso8601", Server::kNginxJson},    {"body_bytes_sent", Server::kNginxJson}};

Server server_of_json(const format::Format& format) {
  for (const auto& [key, server] : kJsonKeys) {
    if (std::ranges::find(format.uses(), key, &format::FieldUse::name) != format.uses().end()) return server;
  }
  return Server::kOtherJson;
}

Server server_of_path(const std::string& path) {
  if (contains(path, "nginx") || contains(path, "openresty")) return Server::kNginx;
  if (contains(path, "apache") || contains(path, "httpd")) return Server::kApache;
  if (contains(path, "gunicorn")) return Server::kGunicorn;
  return Server::kNginxOrApache;
}

// Lines to paste, {log} being the log's path. The strings of nginx, Apache and gunicorn stand in rules/*.yaml
// too; doctor_servers_test compares them.

constexpr std::string_view kNginxText = R"(in the http block of nginx.conf:
  log_format routemeter '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
                        '"$http_referer" "$http_user_agent" rt=$request_time uht=$upstream_header_time '
                        'urt=$upstream_response_time cl=$content_length ucl=$upstream_http_content_length';
  access_log {log} routemeter;
in the rule file:
  format: nginx-timed)";

constexpr std::string_view kApacheText = R"(in the configuration of httpd:
  LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %D %{Content-Length}i" routemeter
  CustomLog "{log}" routemeter
in the rule file:
  format: apache-timed)";

constexpr std::string_view kGunicornText = R"(in gunicorn.conf.py:
  accesslog = "{log}"
  access_log_format = '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(B)s "%(f)s" "%(a)s" %(D)s %({content-length}i)s'
in the rule file:
  format: '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(B)s "%(f)s" "%(a)s" %(D)s %({content-length}i)s')";

constexpr std::string_view kNginxJsonText = R"(in the log_format, beside the other keys:
  '"request_time":"$request_time","upstream_header_time":"$upstream_header_time",'
  '"content_length":"$content_length","upstream_http_content_length":"$upstream_http_content_length",'
in the rule file:
  format: json)";

// uvicorn's access logger knows the address, the request line and the status, and no setting changes that.
constexpr std::string_view kUvicornText =
    R"(in the application; then start uvicorn with --no-access-log:
  import json, time

  class AccessLog:
      def __init__(self, app, file):
          self.app, self.file = app, open(file, "a", buffering=1)

      async def __call__(self, scope, receive, send):
          if scope["type"] != "http":
              return await self.app(scope, receive, send)
          start, headers = time.perf_counter(), dict(scope["headers"])
          path = scope.get("raw_path") or scope["path"].encode()
          line = {"time": time.time(), "method": scope["method"], "path": path.decode("latin-1"),
                  "status": 500, "response_size": 0,
                  "request_size": int(headers.get(b"content-length", 0))}

          async def watch(message):
              if message["type"] == "http.response.start":
                  line["status"] = message["status"]
                  line["time_to_first_byte"] = time.perf_counter() - start
              line["response_size"] += len(message.get("body", b""))
              await send(message)

          try:
              await self.app(scope, receive, watch)
          finally:
              line["duration"] = time.perf_counter() - start
              self.file.write(json.dumps(line) + "\n")

  app.add_middleware(AccessLog, file="{log}")
in the rule file:
  format: json)";

constexpr std::string_view kTraefikText = R"(in traefik.yml (the static configuration):
  accessLog:
    filePath: {log}
    format: json
in the rule file:
  format: json)";

constexpr std::string_view kTraefikJsonText =
    R"(in traefik.yml (the static configuration), so that no field is dropped:
  accessLog:
    filePath: {log}
    format: json
    fields:
      defaultMode: keep)";

constexpr std::string_view kCaddyText =
    R"(in the site block of the Caddyfile, without a filter that deletes duration, size or bytes_read:
  log {
    output file {log}
    format json
  })";

constexpr std::string_view kOtherJsonText = R"(in the rule file, with the keys that the log has:
  format: json
  fields:
    duration: {field: duration, unit: s}
    request_size: request_size
    response_size: response_size)";

constexpr std::string_view kLogThem = "log these fields too";

struct RemedyRow {
  Server server = Server::kOther;
  std::string_view advice;
  std::string_view text;
  std::string_view other_text = {};
};
constexpr auto kRemedies = std::to_array<RemedyRow>({
    {Server::kNginx, kLogThem, kNginxText},
    {Server::kNginxJson, kLogThem, kNginxJsonText},
    {Server::kApache, kLogThem, kApacheText},
    {Server::kNginxOrApache,
     "log these fields too: the first part if nginx writes this log, the second if httpd does", kNginxText,
     kApacheText},
    {Server::kGunicorn, "log these fields too; -k uvicorn.workers.UvicornWorker ignores this setting",
     kGunicornText},
    {Server::kUvicorn,
     "uvicorn's access log cannot have them: read the log of the proxy in front, or let the application "
     "write "
     "a line for each request",
     kUvicornText},
    {Server::kCaddy, "Caddy logs them by itself: update it, and let no filter delete them", kCaddyText},
    {Server::kTraefik, "Traefik's JSON has all of them", kTraefikText},
    {Server::kTraefikJson, "Traefik logs them by itself, unless it is told to drop fields", kTraefikJsonText},
    {Server::kOtherJson, "write them into the log, or say which keys they are", kOtherJsonText},
});

/// A field in the languages of format strings; empty = it has none.
struct FieldNames {
  Field field = Field::kCount;
  std::string_view nginx;
  std::string_view gunicorn;
  std::string_view apache;
};
constexpr auto kFieldNames = std::to_array<FieldNames>({
    {Field::kDuration, "$request_time", "%(D)s", "%D"},
    {Field::kTimeToFirstByte, "$upstream_header_time", "", ""},
    {Field::kRequestSize, "$content_length", "%({content-length}i)s", "%{Content-Length}i"},
    {Field::kResponseSize, "$body_bytes_sent", "%(B)s", "%B"},
});

/// A language of format strings, known by its mark; the first that a string has.
struct Language {
  std::string_view mark;
  std::string_view where;
  std::string_view FieldNames::*name = nullptr;
};
constexpr auto kLanguages = std::to_array<Language>({
    {"$", "the string of log_format", &FieldNames::nginx},
    {"%(", "access_log_format", &FieldNames::gunicorn},
    {"%", "the string of LogFormat", &FieldNames::apache},
});

constexpr std::pair<format::Writer, Server> kWriters[] = {
    {format::Writer::kNginx, Server::kNginx},       {format::Writer::kApache, Server::kApache},
    {format::Writer::kGunicorn, Server::kGunicorn}, {format::Writer::kUvicorn, Server::kUvicorn},
    {format::Writer::kTraefik, Server::kTraefik},   {format::Writer::kOther, Server::kOther}};

}  // namespace

std::optional<Remedy> extend_format(Server server, const std::string& text,
                                    const std::vector<model::Field>& missing) {
  const bool own = server == Server::kNginx || server == Server::kApache || server == Server::kGunicorn;
  if (!own || (server != Server::kNginx && contains(text, "$"))) return std::nullopt;
  // A whole directive, a regex and JSON have more at their ends than fields.
  if (text.starts_with("log_format") || contains(text, "(?P<") || text.ends_with('}')) return std::nullopt;
  const auto language =
      std::ranges::find_if(kLanguages, [&](const Language& known) { return contains(text, known.mark); });
  if (language == kLanguages.end()) return std::nullopt;
  std::string added;
  for (const FieldNames& names : kFieldNames) {
    const std::string_view name = names.*(language->name);
    if (!name.empty() && std::ranges::count(missing, names.field) > 0) added += fmt::format(" {}", name);
  }
  if (added.empty()) return std::nullopt;
  return Remedy{std::string(kLogThem),
                {fmt::format("at the end of {}:", language->where), fmt::format("  '{}'", added),
                 "in the rule file:", fmt::format("  format: {}", document::yaml_scalar(text + added))}};
}

Server server_of(std::string_view name, const format::Format& format, const std::string& path) {
  const format::Writer writer = format.writer();
  if (writer == format::Writer::kJson) return server_of_json(format);
  if (writer == format::Writer::kNginx && !contains(name, "nginx")) return server_of_path(path);
  const auto* known = std::ranges::find(kWriters, writer, &std::pair<format::Writer, Server>::first);
  return known == std::end(kWriters) ? server_of_path(path) : known->second;
}

Remedy remedy_for(Server server, const std::string& path) {
  constexpr std::string_view kPlace = "{log}";
  const auto known = std::ranges::find(kRemedies, server, &RemedyRow::server);
  if (known == kRemedies.end())
    return {"write them into the log, and name them under `fields` in the rule file", {}};
  Remedy out{std::string(known->advice), {}};
  append_lines(known->text, out.paste);
  append_lines(known->other_text, out.paste);
  for (std::string& line : out.paste) {
    if (const std::size_t at = line.find(kPlace); at != std::string::npos)
      line.replace(at, kPlace.size(), path);
  }
  return out;
}

}  // namespace routemeter::doctor
