// SPDX-License-Identifier: Apache-2.0
#include "app/status/status_sections.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "app/status/status_html.h"

namespace routemeter::app {
namespace {

// The meaning of each reason, in the order of the reasons.
constexpr std::array<std::string_view, model::kReasonCount> kReasonWords = {
    "",
    "nothing on the line",
    "not the shape of the format",
    "well formed, but the request is none: a dash, a TLS hello, a single word",
    "the status is no number from 100 to 599",
    "a duration or size is no number, or negative",
    "no JSON object",
    "method, target or status is missing",
    "a server message between access lines",
    "a websocket, which the library does not measure",
    "a comment",
    "longer than a line may be",
    "the wrapping of syslog, Docker or CRI is not there"};
static_assert(!kReasonWords.back().empty());

pipeline::Counters total_of(const ServiceView& service) {
  pipeline::Counters total;
  for (const LogView& log : service.logs) total.merge(*log.counters);
  return total;
}

std::uint64_t requests_of(const ServiceView& service) { return total_of(service).parsed(); }

struct Column {
  std::string_view name;
  std::string_view css = {};
};

// The roles keep a table a table for assistive programs where the style sheet stacks its cells.
void begin_table(std::string& out, std::string_view title, const std::string& note,
                 std::initializer_list<Column> columns) {
  out += "<table role=\"table\">\n<caption><b>";
  out += title;
  out += "</b> <span>" + note + "</span></caption>\n<thead role=\"rowgroup\"><tr role=\"row\">";
  for (const Column& column : columns) {
    out += "<th role=\"columnheader\" scope=\"col\"";
    if (!column.css.empty()) out.append(" class=\"").append(column.css).append("\"");
    out.append(">").append(column.name).append("</th>");
  }
  out += "</tr></thead>\n<tbody role=\"rowgroup\">\n";
}

void end_table(std::string& out) { out += "</tbody></table>\n"; }

void begin_row(std::string& out) { out += "<tr role=\"row\"><th role=\"rowheader\" scope=\"row\">"; }

void cell(std::string& out, std::string_view css, std::string_view name, const std::string& html) {
  out.append("<td role=\"cell\" class=\"").append(css).append("\"");
  if (!name.empty()) out.append(" data-name=\"").append(name).append("\"");
  out.append(">").append(html).append("</td>");
}

void append_code(std::string& out, std::string_view text) {
  out += "<code>";
  append_text(out, text);
  out += "</code>";
}

void say(std::string& out, std::string_view title, const std::string& sentence) {
  out.append("<h3>").append(title).append("</h3>\n<p class=\"soft\">").append(sentence).append("</p>\n");
}

std::string badge(std::string_view css, std::string_view text) {
  return "<span class=\"" + std::string(css) + "\">" + std::string(text) + "</span>";
}

// Below this a log is only a moment behind.
constexpr std::uint64_t kBehindBytes = 16U << 20;
// A log in which most lines are no requests is likely read in the wrong format; fewer lines tell nothing.
constexpr std::uint64_t kLinesToJudge = 100;

std::string code(std::string_view text) {
  std::string out = "<code>";
  append_text(out, text);
  return out + "</code>";
}

void look_at_log(const LogView& log, std::vector<Finding>& out) {
  const pipeline::Counters& counters = *log.counters;
  if (!log.problem.empty()) {
    std::string text = code(log.log) + " cannot be read: ";
    append_text(text, log.problem);
    out.push_back({true, text + "."});
  }
  if (log.loss_suspected > 0) {
    out.push_back({true, code(log.log) + " may have lost lines before they could be read, " +
                             counted(log.loss_suspected, "time", "times") +
                             ": a file was emptied or deleted too soon."});
  }
  if (log.lost > 0) {
    out.push_back({true, code(log.log) + " lost " + counted(log.lost, "message", "messages") +
                             " on the way, see <code>routemeter_stream_lost_total</code>."});
  }
  if (log.format.empty() && log.lag_bytes > 0) {
    out.push_back({false, "No known format fits the lines of " + code(log.log) +
                              " yet. <code>routemeter doctor</code> tells what it sees in them."});
  } else if (counters.lines >= kLinesToJudge && counters.unparsed_total() > counters.lines / 2) {
    out.push_back(
        {false, "Most lines of " + code(log.log) +
                    " are no requests: is its format right? <code>routemeter doctor</code> tells."});
  }
  if (log.lag_bytes > kBehindBytes) {
    out.push_back({false, code(log.log) + " is read " + byte_size(log.lag_bytes) + " behind its end."});
  }
}

void look_at_service(const ServiceView& service, double now, std::vector<Finding>& out) {
  const std::string who = service.name.empty() ? "" : " of " + code(service.name);
  if (!service.reload_error.empty()) {
    std::string text = "The rules" + who + " could not be reloaded (" +
                       ago(service.last_reload, now, "never") + " they were); those from before go on.<pre>";
    append_lines(text, service.reload_error);
    out.push_back({true, text + "</pre>"});
  }
  if (!service.enabled) {
    out.push_back(
        {false, "Nothing" + who +
                    " is measured: the rule file sets <code>respect_env_var</code>, and the variable "
                    "is neither true nor 1."});
  }
  if (service.series_overflow > 0) {
    out.push_back({false, "A limit on series" + who + " is reached: " +
                              counted(service.series_overflow, "label value counts", "label values count") +
                              " as <code>other</code>."});
  }
  for (const LogView& log : service.logs) look_at_log(log, out);
}

}  // namespace

std::vector<Finding> find_problems(const Status& status) {
  std::vector<Finding> out;
  if (status.state && !status.state->in_sync) {
    std::string text = "The totals are not safe on disk";
    if (!status.state->problem.empty()) {
      text += ": ";
      append_text(text, status.state->problem);
    }
    out.push_back({true, text + "."});
  }
  for (const ServiceView& service : status.services) look_at_service(service, status.now, out);
  std::stable_sort(out.begin(), out.end(),
                   [](const Finding& a, const Finding& b) { return a.bad && !b.bad; });
  return out;
}

void append_totals(std::string& out, const ServiceView& service) {
  const pipeline::Counters total = total_of(service);
  out += "<dl class=\"sum\">\n";
  const auto term = [&out](std::string_view name, std::uint64_t value) {
    out.append("<div><dt>").append(name).append("</dt><dd>").append(grouped(value)).append("</dd></div>\n");
  };
  term("requests measured", total.measured());
  term("excluded", total.excluded);
  term("ignored", total.ignored);
  term("not requests", total.unparsed_total());
  term("lines read", total.lines);
  out += "</dl>\n<p class=\"soft\">";
  out += counted(total.unmatched, "request matches", "requests match") + " no rule; " +
         counted(service.series, "series", "series") + ".</p>\n";
}

void append_logs(std::string& out, const ServiceView& service, double now) {
  if (service.logs.empty()) return say(out, "Logs", "No log is followed.");
  begin_table(out, "Logs", counted(service.logs.size(), "log is", "logs are") + " followed.",
              {{"Log"},
               {"Lines", "number"},
               {"Not requests", "number"},
               {"Behind", "number"},
               {"Last request", "tight"},
               {"Rotations", "number"},
               {"Loss suspected", "number"}});
  for (const LogView& log : service.logs) {
    begin_row(out);
    append_code(out, log.log);
    out += "<small>";
    if (log.format.empty()) {
      out += "format not known yet";
    } else {
      append_text(out, log.format);
    }
    if (!log.caveat.empty()) {
      out += "; ";
      append_text(out, log.caveat);
    }
    out += "</small></th>";
    cell(out, "number", "Lines", grouped(log.counters->lines));
    cell(out, "number", "Not requests", grouped(log.counters->unparsed_total()));
    cell(out, "number", "Behind", byte_size(log.lag_bytes));
    cell(out, "tight", "Last request", ago(log.last_request_time, now, "none yet"));
    cell(out, "number", "Rotations",
         grouped(log.rotations) + " <small>" + counted(log.files, "file", "files") + " open</small>");
    cell(out, "number", "Loss suspected",
         log.loss_suspected == 0 ? "none" : badge("badge bad", counted(log.loss_suspected, "time", "times")));
    out += "</tr>\n";
  }
  end_table(out);
}

void append_unparsed(std::string& out, const ServiceView& service) {
  const pipeline::Counters total = total_of(service);
  if (total.unparsed_total() == 0) {
    return say(out, "Lines that are no requests",
               total.lines == 0 ? "No line has been read yet." : "None: every line so far is a request.");
  }
  begin_table(out, "Lines that are no requests",
              counted(total.unparsed_total(), "line", "lines") + " of " + grouped(total.lines) +
                  ", counted by reason in <code>routemeter_lines_unparsed_total</code>.",
              {{"Reason", "reason"}, {"Lines", "number"}, {"Log and first lines"}});
  for (const LogView& log : service.logs) {
    for (std::size_t reason = 1; reason < model::kReasonCount; ++reason) {
      if (log.counters->unparsed[reason] == 0) continue;
      begin_row(out);
      append_code(out, model::kReasonNames[reason]);
      out.append("<small>").append(kReasonWords[reason]).append("</small></th>");
      cell(out, "number", "Lines", grouped(log.counters->unparsed[reason]));
      std::string lines;
      append_code(lines, log.log);
      const auto& samples = log.counters->samples[reason];
      // An empty line shows nothing, and one that was too long was never kept.
      if (std::any_of(samples.begin(), samples.end(),
                      [](const std::string& line) { return !line.empty(); })) {
        lines += "<details><summary>" + counted(samples.size(), "sample", "samples") + "</summary>";
        for (const std::string& sample : samples) {
          lines += "<pre>";
          append_text(lines, sample, pipeline::kSampleBytes);
          lines += "</pre>";
        }
        lines += "</details>";
      }
      cell(out, "wide", "", lines);
      out += "</tr>\n";
    }
  }
  end_table(out);
}

void append_rules(std::string& out, const ServiceView& service, double now) {
  if (service.rules.empty()) {
    return say(
        out, "Rules",
        service.rules_file.empty()
            ? "There is no rule file, so every request counts under the handler <code>none</code>. "
              "<code>routemeter learn</code> proposes rules from a log, <code>routemeter import</code> "
              "takes them from an OpenAPI document; start with <code>--rules FILE</code>."
            : "The rule file has no routes, so every request counts under the handler "
              "<code>none</code>.");
  }
  const auto unused = static_cast<std::uint64_t>(std::count_if(
      service.rules.begin(), service.rules.end(), [](const RuleView& r) { return r.hits == 0; }));
  std::string note = "In the order of the file; the first that matches wins. Since they were loaded ";
  note += unused == 0 ? "each was hit."
                      : grouped(unused) + " of " + counted(service.rules.size(), "rule was", "rules were") +
                            " never hit.";
  begin_table(out, "Rules", note,
              {{"Rule"}, {"Line", "number"}, {"Hits", "number"}, {"Last match", "tight"}});
  for (const RuleView& rule : service.rules) {
    begin_row(out);
    append_code(out, rule.text);
    if (rule.excluded) out += ' ' + badge("badge plain", "excluded");
    out += "</th>";
    cell(out, "number", "Line", std::to_string(rule.line));
    cell(out, "number", "Hits", rule.hits == 0 ? badge("badge", "never hit") : grouped(rule.hits));
    cell(out, "tight", "Last match", ago(rule.last_match, now, "never"));
    out += "</tr>\n";
  }
  end_table(out);
}

void append_unmatched(std::string& out, const ServiceView& service) {
  static constexpr std::string_view kTitle = "Most frequent paths that no rule matches";
  if (service.unmatched.empty()) {
    return say(out, kTitle,
               requests_of(service) == 0
                   ? "No request has been read yet."
                   : "None since the start of this process: every request matched a rule.");
  }
  const bool ranges = std::any_of(service.unmatched.begin(), service.unmatched.end(),
                                  [](const pipeline::Unmatched::Top& top) { return top.excess > 0; });
  std::string note = "Since the start of this process; without the query, as clients sent them.";
  if (ranges) note += " There were too many to count each: two numbers are the least and the most.";
  begin_table(out, kTitle, note, {{"Path"}, {"Requests", "number"}});
  for (const pipeline::Unmatched::Top& top : service.unmatched) {
    begin_row(out);
    append_code(out, top.path);
    if (top.cut) out += "\u2026";
    if (top.path.empty()) out += badge("soft", "the empty path");
    out += "</th>";
    cell(out, "number", "Requests",
         top.excess == 0 ? grouped(top.count)
                         : grouped(top.count - top.excess) + "\u2013" + grouped(top.count));
    out += "</tr>\n";
  }
  end_table(out);
}

}  // namespace routemeter::app
