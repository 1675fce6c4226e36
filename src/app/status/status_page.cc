// SPDX-License-Identifier: Apache-2.0
#include "app/status/status_page.h"

#include <algorithm>

#include "app/status/status_html.h"
#include "app/status/status_sections.h"
#include "app/status/status_style.h"

namespace routemeter::app {
namespace {

void append_head(std::string& out, std::size_t problems) {
  // frame-ancestors is for the header only: browsers do not take it from a page.
  const std::string_view policy = kStatusPagePolicy.substr(0, kStatusPagePolicy.rfind(';'));
  out +=
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"";
  out += policy;
  out +=
      "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" "
      "content=\"no-referrer\">\n"
      "<title>routemeter";
  if (problems > 0) out += ": " + counted(problems, "problem", "problems");
  out.append("</title>\n<style>").append(kStatusStyle).append("</style>\n</head>\n");
}

void append_header(std::string& out, const Status& status) {
  out += "<body>\n<header>\n<h1>routemeter <small>";
  append_text(out, status.version);
  out +=
      "</small></h1>\n<p>Request metrics per handler, from access logs.</p>\n<nav aria-label=\"Pages\"><a "
      "href=\"";
  append_text(out, status.telemetry_path);
  out +=
      "\">Metrics</a> <a href=\"/-/healthy\">Health</a> <a href=\"/-/ready\">Readiness</a></nav>\n"
      "</header>\n<main>\n";
}

void append_verdict(std::string& out, const Status& status, const std::vector<Finding>& findings) {
  if (findings.empty()) {
    std::uint64_t logs = 0;
    std::uint64_t lag = 0;
    for (const ServiceView& service : status.services) {
      logs += service.logs.size();
      for (const LogView& log : service.logs) lag += log.lag_bytes;
    }
    out += "<div class=\"verdict good\"><p>No problems. " + counted(logs, "log", "logs") + " followed, " +
           byte_size(lag) + " behind.</p></div>\n";
    return;
  }
  const auto bad = static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(), [](const Finding& finding) { return finding.bad; }));
  out += bad > 0 ? "<div class=\"verdict bad\"><p>" + counted(bad, "problem", "problems")
                 : "<div class=\"verdict warn\"><p>No problems";
  if (const std::size_t notes = findings.size() - bad; notes > 0) {
    out += ", " + counted(notes, "thing", "things") + " worth a look";
  }
  out += "</p>\n<ul>\n";
  for (const Finding& finding : findings) out += "<li>" + finding.html + "</li>\n";
  out += "</ul></div>\n";
}

// Links to the services, if there are several.
void append_contents(std::string& out, const std::vector<ServiceView>& services) {
  if (services.size() < 2) return;
  out += "<nav class=\"contents\" aria-label=\"Services\">";
  for (std::size_t i = 0; i < services.size(); ++i) {
    out += "<a href=\"#service-" + std::to_string(i) + "\">";
    append_text(out, services[i].name);
    out += "</a> ";
  }
  out += "</nav>\n";
}

void append_service(std::string& out, const ServiceView& service, std::size_t index, double now) {
  out += "<h2 id=\"service-" + std::to_string(index) + "\">";
  if (service.name.empty()) {
    out += "Requests";
  } else {
    append_text(out, service.name);
  }
  out += "<small>";
  if (service.rules_file.empty()) {
    out += "built-in rules";
  } else {
    out += "rules of <code>";
    append_text(out, service.rules_file);
    out += "</code>, loaded " + ago(service.last_reload, now, "never");
  }
  out += "</small></h2>\n<section>\n";
  append_totals(out, service);
  for (const auto append : {append_logs, append_rules}) {
    out += "</section>\n<section>\n";
    append(out, service, now);
  }
  for (const auto append : {append_unmatched, append_unparsed}) {
    out += "</section>\n<section>\n";
    append(out, service);
  }
  out += "</section>\n";
}

void append_process(std::string& out, const Status& status) {
  out += "<h2>Process</h2>\n<section>\n<dl class=\"facts\">\n<dt>Running</dt><dd>";
  out += "for " + duration_text(status.now - status.started) + ", since " + utc(status.started) + "</dd>\n";
  if (status.state) {
    const StateView& state = *status.state;
    out += "<dt>State directory</dt><dd><code>";
    append_text(out, state.dir);
    out += "</code></dd>\n<dt>Totals on disk</dt><dd>";
    out += state.in_sync ? "in sync, " : "<span class=\"badge bad\">not in sync</span> ";
    out += counted(state.commits, "commit", "commits") + ", the last one " +
           ago(state.last_commit, status.now, "not yet made") + "</dd>\n";
  } else {
    out +=
        "<dt>State directory</dt><dd>none: after a restart all counters begin again. "
        "<code>--state-dir DIR</code> keeps them.</dd>\n";
  }
  out +=
      "<dt>Documentation</dt><dd><code>routemeter --help</code>, <code>man routemeter</code></dd>\n"
      "</dl>\n</section>\n";
}

}  // namespace

std::string status_page(const Status& status) {
  const std::vector<Finding> findings = find_problems(status);
  const auto bad = static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(), [](const Finding& finding) { return finding.bad; }));
  std::string out;
  append_head(out, bad);
  append_header(out, status);
  append_verdict(out, status, findings);
  append_contents(out, status.services);
  for (std::size_t i = 0; i < status.services.size(); ++i) {
    append_service(out, status.services[i], i, status.now);
  }
  append_process(out, status);
  out +=
      "</main>\n<footer><p>As of " + utc(status.now) + ". Reload the page for newer numbers.</p></footer>\n";
  out += "</body>\n</html>\n";
  return out;
}

}  // namespace routemeter::app
