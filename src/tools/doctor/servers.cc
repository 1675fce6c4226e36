// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/servers.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "document/yaml_scalar.h"
#include "tools/doctor/place/doctor_finding.h"
#include "util/fmt.h"

namespace routemeter::doctor {
namespace {

using Lines = std::vector<std::string>;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool has_key(const format::Format& format, std::string_view key) {
  return std::any_of(format.uses().begin(), format.uses().end(),
                     [key](const format::FieldUse& use) { return use.name == key; });
}

Server server_of_json(const format::Format& format) {
  if (has_key(format, "RequestMethod")) return Server::kTraefikJson;
  if (has_key(format, "request.method")) return Server::kCaddy;
  if (has_key(format, "request_method") || has_key(format, "request_uri") ||
      has_key(format, "time_iso8601") || has_key(format, "body_bytes_sent")) {
    return Server::kNginxJson;
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

Lines filled_in(std::string_view text, const std::string& path) {
  constexpr std::string_view kPlace = "{log}";
  Lines out;
  append_lines(text, out);
  for (std::string& line : out) {
    if (const std::size_t at = line.find(kPlace); at != std::string::npos)
      line.replace(at, kPlace.size(), path);
  }
  return out;
}

/// A server's names for the fields; empty = it has none.
struct Names {
  std::string_view where;
  std::string_view duration;
  std::string_view first_byte;
  std::string_view request_size;
  std::string_view response_size;
};
constexpr Names kNginxNames = {"the string of log_format", "$request_time", "$upstream_header_time",
                               "$content_length", "$body_bytes_sent"};
constexpr Names kApacheNames = {"the string of LogFormat", "%D", "", "%{Content-Length}i", "%B"};
constexpr Names kGunicornNames = {"access_log_format", "%(D)s", "", "%({content-length}i)s", "%(B)s"};

const Names* names_for(std::string_view text) {
  // A whole directive, a regex and JSON have more at their ends than fields.
  if (text.starts_with("log_format") || contains(text, "(?P<") || (!text.empty() && text.back() == '}'))
    return nullptr;
  if (contains(text, "$")) return &kNginxNames;
  if (contains(text, "%(")) return &kGunicornNames;
  return contains(text, "%") ? &kApacheNames : nullptr;
}

std::string_view name_in(const Names& names, model::Field field) {
  switch (field) {
    case model::Field::kDuration:
      return names.duration;
    case model::Field::kTimeToFirstByte:
      return names.first_byte;
    case model::Field::kRequestSize:
      return names.request_size;
    default:
      return names.response_size;
  }
}

}  // namespace

std::optional<Remedy> extend_format(Server server, const std::string& text,
                                    const std::vector<model::Field>& missing) {
  const bool own = server == Server::kNginx || server == Server::kApache || server == Server::kGunicorn;
  if (!own || (server != Server::kNginx && contains(text, "$"))) return std::nullopt;
  const Names* const names = names_for(text);
  if (names == nullptr) return std::nullopt;
  std::string added;
  for (const model::Field field : missing) {
    const std::string_view name = name_in(*names, field);
    if (!name.empty()) added += fmt::format(" {}", name);
  }
  if (added.empty()) return std::nullopt;
  return Remedy{"log these fields too",
                {fmt::format("at the end of {}:", names->where), fmt::format("  '{}'", added),
                 "in the rule file:", fmt::format("  format: {}", document::yaml_scalar(text + added))}};
}

Server server_of(const format::Format& format, const std::string& path) {
  switch (format.writer()) {
    case format::Writer::kNginx:
      return Server::kNginx;
    case format::Writer::kApache:
      return Server::kApache;
    case format::Writer::kGunicorn:
      return Server::kGunicorn;
    case format::Writer::kUvicorn:
      return Server::kUvicorn;
    case format::Writer::kTraefik:
      return Server::kTraefik;
    case format::Writer::kJson:
      return server_of_json(format);
    case format::Writer::kOther:
      return Server::kOther;
    case format::Writer::kAny:
      break;
  }
  return server_of_path(path);
}

Server server_of_guess(const std::string& guess, const format::Format& format, const std::string& path) {
  const bool guessed = format.writer() == format::Writer::kNginx && !contains(guess, "nginx");
  return guessed ? server_of_path(path) : server_of(format, path);
}

Remedy remedy_for(Server server, const std::string& path) {
  const auto known = std::find_if(kRemedies.begin(), kRemedies.end(),
                                  [server](const RemedyRow& row) { return row.server == server; });
  if (known == kRemedies.end())
    return {"write them into the log, and name them under `fields` in the rule file", {}};
  Remedy out{std::string(known->advice), filled_in(known->text, path)};
  for (std::string& line : filled_in(known->other_text, path)) out.paste.push_back(std::move(line));
  return out;
}

}  // namespace routemeter::doctor
