// SPDX-License-Identifier: Apache-2.0
#include "app/status/status_sections.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "app/status/status_html.h"
#include "util/fmt.h"
#include "util/words.h"

namespace routemeter::app {
namespace {

using util::grouped;

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

// The cells of a wide column stand on lines of their own, without its name.
constexpr std::string_view kWide = "wide";

struct Column {
  std::string_view name;
  std::string_view css = {};
};

// The roles keep a table a table for assistive programs where the style sheet stacks its cells.
class Table {
 public:
  Table(std::string_view title, std::string_view note, std::vector<Column> columns)
      : columns_(std::move(columns)) {
    html_ = fmt::format(
        "<table role=\"table\">\n<caption><b>{}</b> <span>{}</span></caption>\n"
        "<thead role=\"rowgroup\"><tr role=\"row\">",
        title, note);
    for (const auto& [name, css] : columns_) {
      const std::string attribute = css.empty() || css == kWide ? "" : fmt::format(" class=\"{}\"", css);
      html_ += fmt::format("<th role=\"columnheader\" scope=\"col\"{}>{}</th>", attribute, name);
    }
    html_ += "</tr></thead>\n<tbody role=\"rowgroup\">\n";
  }

  // `cells` are of the columns after the first.
  void row(std::string_view head, std::initializer_list<std::string> cells) {
    html_ += fmt::format("<tr role=\"row\"><th role=\"rowheader\" scope=\"row\">{}</th>", head);
    auto column = columns_.begin();
    for (const std::string& cell : cells) {
      const auto& [name, css] = *++column;
      const std::string attribute = css == kWide ? "" : fmt::format(" data-name=\"{}\"", name);
      html_ += fmt::format("<td role=\"cell\" class=\"{}\"{}>{}</td>", css, attribute, cell);
    }
    html_ += "</tr>\n";
  }

  std::string finish() const { return html_ + "</tbody></table>\n"; }

 private:
  std::vector<Column> columns_;
  std::string html_;
};

std::string say(std::string_view title, std::string_view sentence) {
  return fmt::format("<h3>{}</h3>\n<p class=\"soft\">{}</p>\n", title, sentence);
}

std::string badge(std::string_view css, std::string_view text) {
  return fmt::format("<span class=\"{}\">{}</span>", css, text);
}

std::string code(std::string_view text) { return fmt::format("<code>{}</code>", html(text)); }

// Below this a log is only a moment behind.
constexpr std::uint64_t kBehindBytes = 16U << 20;
// A log in which most lines are no requests is likely read in the wrong format; fewer lines tell nothing.
constexpr std::uint64_t kLinesToJudge = 100;

void look_at_log(const LogView& log, std::vector<Finding>& out) {
  const pipeline::Counters& counters = *log.counters;
  const std::string name = code(log.log);
  if (!log.problem.empty()) {
    out.push_back({true, fmt::format("{} cannot be read: {}.", name, html(log.problem))});
  }
  if (log.loss_suspected > 0) {
    out.push_back({true, fmt::format("{} may have lost lines before they could be read, {}: a file was "
                                     "emptied or deleted too soon.",
                                     name, grouped(log.loss_suspected, "time"))});
  }
  if (log.lost > 0) {
    out.push_back({true, fmt::format("{} lost {} on the way, see <code>routemeter_stream_lost_total</code>.",
                                     name, grouped(log.lost, "message"))});
  }
  if (log.format.empty() && log.lag_bytes > 0) {
    out.push_back({false, fmt::format("No known format fits the lines of {} yet. <code>routemeter "
                                      "doctor</code> tells what it sees in them.",
                                      name)});
  } else if (counters.lines >= kLinesToJudge && counters.unparsed_total() > counters.lines / 2) {
    out.push_back({false, fmt::format("Most lines of {} are no requests: is its format right? "
                                      "<code>routemeter doctor</code> tells.",
                                      name)});
  }
  if (log.lag_bytes > kBehindBytes) {
    out.push_back({false, fmt::format("{} is read {} behind its end.", name, byte_size(log.lag_bytes))});
  }
}

void look_at_service(const ServiceView& service, double now, std::vector<Finding>& out) {
  const std::string who = service.name.empty() ? "" : " of " + code(service.name);
  if (!service.reload_error.empty()) {
    out.push_back(
        {true, fmt::format("The rules{} could not be reloaded ({} they were); those from before go "
                           "on.<pre>{}</pre>",
                           who, ago(service.last_reload, now, "never"), html_lines(service.reload_error))});
  }
  if (!service.enabled) {
    out.push_back({false, fmt::format("Nothing{} is measured: the rule file sets <code>respect_env_var"
                                      "</code>, and the variable is neither true nor 1.",
                                      who)});
  }
  if (service.series_overflow > 0) {
    out.push_back(
        {false, fmt::format("A limit on series{} is reached: {} as <code>other</code>.", who,
                            grouped(service.series_overflow, "label value counts", "label values count"))});
  }
  for (const LogView& log : service.logs) look_at_log(log, out);
}

}  // namespace

std::vector<Finding> find_problems(const Status& status) {
  std::vector<Finding> out;
  if (status.state && !status.state->in_sync) {
    const std::string& problem = status.state->problem;
    out.push_back({true, fmt::format("The totals are not safe on disk{}{}.", problem.empty() ? "" : ": ",
                                     html(problem))});
  }
  for (const ServiceView& service : status.services) look_at_service(service, status.now, out);
  std::stable_partition(out.begin(), out.end(), [](const Finding& finding) { return finding.bad; });
  return out;
}

std::string totals_section(const ServiceView& service) {
  const pipeline::Counters total = total_of(service);
  std::string out = "<dl class=\"sum\">\n";
  for (const auto& [name, value] :
       std::initializer_list<std::pair<const char*, std::uint64_t>>{{"requests measured", total.measured()},
                                                                    {"excluded", total.excluded},
                                                                    {"ignored", total.ignored},
                                                                    {"not requests", total.unparsed_total()},
                                                                    {"lines read", total.lines}}) {
    out += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", name, grouped(value));
  }
  return out + fmt::format("</dl>\n<p class=\"soft\">{} no rule; {}.</p>\n",
                           grouped(total.unmatched, "request matches", "requests match"),
                           grouped(service.series, "series", "series"));
}

std::string logs_section(const ServiceView& service, double now) {
  if (service.logs.empty()) return say("Logs", "No log is followed.");
  Table table("Logs", grouped(service.logs.size(), "log is", "logs are") + " followed.",
              {{"Log"},
               {"Lines", "number"},
               {"Not requests", "number"},
               {"Behind", "number"},
               {"Last request", "tight"},
               {"Rotations", "number"},
               {"Loss suspected", "number"}});
  for (const LogView& log : service.logs) {
    const std::string format = log.format.empty() ? "format not known yet" : html(log.format);
    const std::string loss =
        log.loss_suspected == 0 ? "none" : badge("badge bad", grouped(log.loss_suspected, "time"));
    table.row(
        fmt::format("{}<small>{}{}{}</small>", code(log.log), format, log.caveat.empty() ? "" : "; ",
                    html(log.caveat)),
        {grouped(log.counters->lines), grouped(log.counters->unparsed_total()), byte_size(log.lag_bytes),
         ago(log.last_request_time, now, "none yet"),
         fmt::format("{} <small>{} open</small>", grouped(log.rotations), grouped(log.files, "file")), loss});
  }
  return table.finish();
}

std::string unparsed_section(const ServiceView& service) {
  static constexpr std::string_view kTitle = "Lines that are no requests";
  const pipeline::Counters total = total_of(service);
  if (total.unparsed_total() == 0) {
    return say(kTitle,
               total.lines == 0 ? "No line has been read yet." : "None: every line so far is a request.");
  }
  Table table(kTitle,
              fmt::format("{} of {}, counted by reason in <code>routemeter_lines_unparsed_total</code>.",
                          grouped(total.unparsed_total(), "line"), grouped(total.lines)),
              {{"Reason", "reason"}, {"Lines", "number"}, {"Log and first lines", kWide}});
  for (const LogView& log : service.logs) {
    for (std::size_t reason = 1; reason < model::kReasonCount; ++reason) {
      if (log.counters->unparsed[reason] == 0) continue;
      std::string lines = code(log.log);
      const auto& samples = log.counters->samples[reason];
      // An empty line shows nothing, and one that was too long was never kept.
      if (std::any_of(samples.begin(), samples.end(),
                      [](const std::string& line) { return !line.empty(); })) {
        lines += fmt::format("<details><summary>{}</summary>", grouped(samples.size(), "sample"));
        for (const std::string& sample : samples) {
          lines += fmt::format("<pre>{}</pre>", html(sample, pipeline::kSampleBytes));
        }
        lines += "</details>";
      }
      table.row(fmt::format("{}<small>{}</small>", code(model::kReasonNames[reason]), kReasonWords[reason]),
                {grouped(log.counters->unparsed[reason]), lines});
    }
  }
  return table.finish();
}

std::string rules_section(const ServiceView& service, double now) {
  if (service.rules.empty()) {
    return say(
        "Rules",
        service.rules_file.empty()
            ? "There is no rule file, so every request counts under the handler <code>none</code>. "
              "<code>routemeter learn</code> proposes rules from a log, <code>routemeter import</code> "
              "takes them from an OpenAPI document; start with <code>--rules FILE</code>."
            : "The rule file has no routes, so every request counts under the handler "
              "<code>none</code>.");
  }
  const auto unused = static_cast<std::uint64_t>(std::count_if(
      service.rules.begin(), service.rules.end(), [](const RuleView& r) { return r.hits == 0; }));
  const std::string hit = unused == 0 ? "each was hit."
                                      : fmt::format("{} of {} never hit.", grouped(unused),
                                                    grouped(service.rules.size(), "rule was", "rules were"));
  Table table("Rules", "In the order of the file; the first that matches wins. Since they were loaded " + hit,
              {{"Rule"}, {"Line", "number"}, {"Hits", "number"}, {"Last match", "tight"}});
  for (const RuleView& rule : service.rules) {
    table.row(code(rule.text) + (rule.excluded ? ' ' + badge("badge plain", "excluded") : ""),
              {std::to_string(rule.line), rule.hits == 0 ? badge("badge", "never hit") : grouped(rule.hits),
               ago(rule.last_match, now, "never")});
  }
  return table.finish();
}

std::string unmatched_section(const ServiceView& service) {
  static constexpr std::string_view kTitle = "Most frequent paths that no rule matches";
  if (service.unmatched.empty()) {
    return say(kTitle, total_of(service).parsed() == 0
                           ? "No request has been read yet."
                           : "None since the start of this process: every request matched a rule.");
  }
  const bool ranges = std::any_of(service.unmatched.begin(), service.unmatched.end(),
                                  [](const pipeline::Unmatched::Top& top) { return top.excess > 0; });
  std::string note = "Since the start of this process; without the query, as clients sent them.";
  if (ranges) note += " There were too many to count each: two numbers are the least and the most.";
  Table table(kTitle, note, {{"Path"}, {"Requests", "number"}});
  for (const pipeline::Unmatched::Top& top : service.unmatched) {
    table.row(
        fmt::format("{}{}{}", code(top.path), top.cut ? "\u2026" : "",
                    top.path.empty() ? badge("soft", "the empty path") : ""),
        {top.excess == 0 ? grouped(top.count)
                         : fmt::format("{}\u2013{}", grouped(top.count - top.excess), grouped(top.count))});
  }
  return table.finish();
}

}  // namespace routemeter::app
