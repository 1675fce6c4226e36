// SPDX-License-Identifier: Apache-2.0
#include "app/status/status_page.h"

#include <algorithm>

#include "app/status/status_html.h"
#include "app/status/status_sections.h"
#include "app/status/status_style.h"
#include "util/fmt.h"
#include "util/words.h"

namespace routemeter::app {
namespace {

using util::grouped;

std::string page_head(const Status& status, std::size_t problems) {
  // frame-ancestors is for the header only: browsers do not take it from a page.
  const std::string_view policy = kStatusPagePolicy.substr(0, kStatusPagePolicy.rfind(';'));
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" "
      "content=\"no-referrer\">\n"
      "<title>routemeter{}</title>\n<style>{}</style>\n</head>\n"
      "<body>\n<header>\n<h1>routemeter <small>{}</small></h1>\n"
      "<p>Request metrics per handler, from access logs.</p>\n<nav aria-label=\"Pages\"><a "
      "href=\"{}\">Metrics</a> <a href=\"/-/healthy\">Health</a> <a href=\"/-/ready\">Readiness</a></nav>\n"
      "</header>\n<main>\n",
      policy, problems > 0 ? ": " + grouped(problems, "problem") : "", kStatusStyle, html(status.version),
      html(status.telemetry_path));
}

// `bad` of the findings are.
std::string verdict(const Status& status, const std::vector<Finding>& findings, std::size_t bad) {
  if (findings.empty()) {
    std::uint64_t logs = 0;
    std::uint64_t lag = 0;
    for (const ServiceView& service : status.services) {
      logs += service.logs.size();
      for (const LogView& log : service.logs) lag += log.lag_bytes;
    }
    return fmt::format("<div class=\"verdict good\"><p>No problems. {} followed, {} behind.</p></div>\n",
                       grouped(logs, "log"), byte_size(lag));
  }
  std::string out = bad > 0 ? "<div class=\"verdict bad\"><p>" + grouped(bad, "problem")
                            : "<div class=\"verdict warn\"><p>No problems";
  if (const std::size_t notes = findings.size() - bad; notes > 0) {
    out += fmt::format(", {} worth a look", grouped(notes, "thing"));
  }
  out += "</p>\n<ul>\n";
  for (const Finding& finding : findings) out += fmt::format("<li>{}</li>\n", finding.html);
  return out + "</ul></div>\n";
}

// Links to the services, if there are several.
std::string contents(const std::vector<ServiceView>& services) {
  if (services.size() < 2) return "";
  std::string out = "<nav class=\"contents\" aria-label=\"Services\">";
  for (std::size_t i = 0; i < services.size(); ++i) {
    out += fmt::format("<a href=\"#service-{}\">{}</a> ", i, html(services[i].name));
  }
  return out + "</nav>\n";
}

std::string service_part(const ServiceView& service, std::size_t index, double now) {
  const std::string rules = service.rules_file.empty()
                                ? "built-in rules"
                                : fmt::format("rules of <code>{}</code>, loaded {}", html(service.rules_file),
                                              ago(service.last_reload, now, "never"));
  const std::vector<std::string> sections = {totals_section(service), logs_section(service, now),
                                             rules_section(service, now), unmatched_section(service),
                                             unparsed_section(service)};
  return fmt::format("<h2 id=\"service-{}\">{}<small>{}</small></h2>\n<section>\n{}</section>\n", index,
                     service.name.empty() ? "Requests" : html(service.name), rules,
                     util::joined(sections, "</section>\n<section>\n"));
}

std::string process_part(const Status& status) {
  std::string kept =
      "none: after a restart all counters begin again. <code>--state-dir DIR</code> keeps them.</dd>\n";
  if (status.state) {
    const StateView& state = *status.state;
    kept = fmt::format("<code>{}</code></dd>\n<dt>Totals on disk</dt><dd>{}{}, the last one {}</dd>\n",
                       html(state.dir),
                       state.in_sync ? "in sync, " : "<span class=\"badge bad\">not in sync</span> ",
                       grouped(state.commits, "commit"), ago(state.last_commit, status.now, "not yet made"));
  }
  return fmt::format(
      "<h2>Process</h2>\n<section>\n<dl class=\"facts\">\n<dt>Running</dt><dd>for {}, since {}</dd>\n"
      "<dt>State directory</dt><dd>{}"
      "<dt>Documentation</dt><dd><code>routemeter --help</code>, <code>man routemeter</code></dd>\n"
      "</dl>\n</section>\n",
      duration_text(status.now - status.started), utc(status.started), kept);
}

}  // namespace

std::string status_page(const Status& status) {
  const std::vector<Finding> findings = find_problems(status);
  const auto bad = static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(), [](const Finding& finding) { return finding.bad; }));
  std::string out = page_head(status, bad);
  out += verdict(status, findings, bad);
  out += contents(status.services);
  for (std::size_t i = 0; i < status.services.size(); ++i) {
    out += service_part(status.services[i], i, status.now);
  }
  out += process_part(status);
  return out + fmt::format(
                   "</main>\n<footer><p>As of {}. Reload the page for newer numbers.</p></footer>\n"
                   "</body>\n</html>\n",
                   utc(status.now));
}

}  // namespace routemeter::app
