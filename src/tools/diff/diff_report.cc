// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string_view>

#include "tools/diff/diff.h"
#include "tools/explain/render.h"
#include "util/fmt.h"
#include "util/json.h"
#include "util/printable.h"
#include "util/words.h"

namespace routemeter::explain {
namespace {

constexpr std::size_t kShownShifts = 20;
constexpr std::size_t kShownSeries = 30;
constexpr std::size_t kLongestText = 300;

// A text from outside: as it is in a terminal, made safe.
std::string plain(std::string_view text) { return util::printable(text, kLongestText); }

// A text from outside in Markdown: nothing has a meaning in a code span but a run of as many backticks.
std::string code(std::string_view raw) {
  const std::string text = plain(raw);
  std::size_t longest = 0;
  for (std::size_t i = 0, run = 0; i < text.size(); ++i) {
    run = text[i] == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  return fence + (longest > 0 || text.empty() ? " " + text + " " : text) + fence;
}

/// The same content in both forms: `quote` makes a text from outside harmless.
class Report {
 public:
  using Quote = std::string (*)(std::string_view);
  Report(const Difference& d, bool all, bool markdown)
      : d_(d), all_(all), markdown_(markdown), quote_(markdown ? code : plain) {}

  std::string take() {
    rules();
    settings();
    if (d_.sample) sample(*d_.sample);
    return std::move(out_);
  }

 private:
  void heading(std::string_view text) {
    if (!out_.empty()) out_ += '\n';
    out_ += markdown_ ? fmt::format("### {}\n\n", text) : fmt::format("{}\n", text);
  }

  void item(Change change, const std::string& text) {
    out_ += markdown_ ? fmt::format("- **{}** {}\n", name_of(change), text)
                      : fmt::format("  {} {}\n", sign_of(change), text);
  }

  void more(std::size_t left, std::string_view what) {
    if (left > 0) out_ += fmt::format("{}... and {} more {} (--all)\n", bullet(), left, what);
  }

  std::size_t shown_of(std::size_t count, std::size_t limit) const {
    return all_ ? count : std::min(count, limit);
  }

  std::string_view bullet() const { return markdown_ ? "- " : "  "; }

  void rules() {
    if (d_.rules.empty()) return;
    heading("Rules");
    for (const RuleChange& change : d_.rules) {
      const model::Rule* was = change.before ? &d_.before->rules.routes[*change.before] : nullptr;
      const model::Rule* is = change.after ? &d_.after->rules.routes[*change.after] : nullptr;
      std::string text = quote_((is != nullptr ? is : was)->text);
      if (change.change == Change::kAdded) text += fmt::format(" (line {})", is->at.line);
      if (change.change == Change::kRemoved) text += fmt::format(" (was line {})", was->at.line);
      if (change.change == Change::kMoved)
        text += fmt::format(" (line {} to line {})", was->at.line, is->at.line);
      if (change.change == Change::kChanged)
        text = fmt::format("{} to {} (line {})", quote_(was->text), text, is->at.line);
      item(change.change, text);
    }
  }

  void settings() {
    if (d_.settings.empty()) return;
    heading("Settings");
    for (const SettingChange& change : d_.settings) {
      std::string text = quote_(change.name);
      if (!change.before.empty() || !change.after.empty()) text += ": ";
      if (!change.before.empty()) text += quote_(change.before);
      if (change.change == Change::kChanged) text += " to ";
      if (!change.after.empty()) text += quote_(change.after);
      item(change.change, text);
    }
  }

  void sample(const SampleDiff& sample) {
    heading("Labels");
    out_ += fmt::format("{} of {} ({}) {}{}\n", util::counted(sample.shifted, "request"),
                        util::counted(sample.lines, "line"), util::percent(sample.shifted, sample.lines, 2),
                        sample.shifted == 1 ? "changes its label" : "change their label",
                        sample.shifts.empty() ? "" : ":");
    if (markdown_ && !sample.shifts.empty()) out_ += '\n';
    const std::size_t shifts = shown_of(sample.shifts.size(), kShownShifts);
    for (std::size_t i = 0; i < shifts; ++i) shift(sample.shifts[i], sample.lines);
    more(sample.shifts.size() - shifts, "kinds of change");
    series(sample.series);
  }

  void shift(const LabelShift& shift, std::uint64_t lines) {
    out_ +=
        fmt::format("{}{} ({}) from {} to {}, such as ", bullet(), util::counted(shift.requests, "request"),
                    util::percent(shift.requests, lines, 2), quote_(shift.before), quote_(shift.after));
    for (std::size_t i = 0; i < shift.examples.size(); ++i)
      out_ += (i > 0 ? ", " : "") + quote_(shift.examples[i]);
    out_ += '\n';
  }

  void series(const std::vector<SeriesChange>& series) {
    heading("Series");
    std::array<std::size_t, 3> counts{};
    for (const SeriesChange& change : series) ++counts[static_cast<std::size_t>(change.change)];
    const std::string summary =
        fmt::format("{} appear, {} vanish, {} count something else", counts[0], counts[1], counts[2]);
    const bool folded = markdown_ && !series.empty();
    out_ += folded ? fmt::format("<details><summary>{}</summary>\n\n", summary) : summary + "\n";
    const std::size_t shown = shown_of(series.size(), kShownSeries);
    for (std::size_t i = 0; i < shown; ++i) {
      const SeriesChange& one = series[i];
      std::string text =
          quote_(one.family + (one.labels.empty() ? "" : "{" + labels_text(one.labels) + "}")) + " ";
      item(one.change, text + one.before + (one.change == Change::kChanged ? " to " : "") + one.after);
    }
    more(series.size() - shown, "series");
    if (folded) out_ += "\n</details>\n";
  }

  const Difference& d_;
  bool all_;
  bool markdown_;
  Quote quote_;
  std::string out_;
};

using util::Json;

Json rule_json(const model::RuleFile& rules, std::optional<std::size_t> index) {
  if (!index) return nullptr;
  return {{"line", rules.routes[*index].at.line}, {"text", rules.routes[*index].text}};
}

// null for the side on which it is not there.
template <typename One>
void add_sides(Json& out, const One& one) {
  out["before"] = one.change != Change::kAdded ? Json(one.before) : Json();
  out["after"] = one.change != Change::kRemoved ? Json(one.after) : Json();
}

Json series_json(const SeriesChange& series) {
  Json out = {{"change", name_of(series.change)}, {"family", series.family}, {"labels", Json::object()}};
  for (const auto& [name, value] : series.labels) out["labels"][name] = value;
  add_sides(out, series);
  return out;
}

Json sample_json(const SampleDiff& sample) {
  Json labels = Json::array();
  for (const LabelShift& shift : sample.shifts) {
    labels.push_back({{"before", shift.before},
                      {"after", shift.after},
                      {"requests", shift.requests},
                      {"examples", shift.examples}});
  }
  Json series = Json::array();
  for (const SeriesChange& one : sample.series) series.push_back(series_json(one));
  return {{"lines", sample.lines}, {"changed", sample.shifted}, {"labels", labels}, {"series", series}};
}

}  // namespace

std::string to_text(const Difference& difference, bool all) { return Report(difference, all, false).take(); }

std::string to_markdown(const Difference& difference, bool all) {
  const std::string report = Report(difference, all, true).take();
  return report.empty() ? "No difference.\n" : report;
}

std::string to_json(const Difference& d) {
  Json out = {{"same", d.same()}, {"rules", Json::array()}, {"settings", Json::array()}};
  for (const RuleChange& change : d.rules) {
    out["rules"].push_back({{"change", name_of(change.change)},
                            {"before", rule_json(d.before->rules, change.before)},
                            {"after", rule_json(d.after->rules, change.after)}});
  }
  for (const SettingChange& change : d.settings) {
    Json setting = {{"change", name_of(change.change)}, {"name", change.name}};
    add_sides(setting, change);
    out["settings"].push_back(std::move(setting));
  }
  out["sample"] = d.sample ? sample_json(*d.sample) : Json();
  return util::dump(out, 2) + "\n";
}

}  // namespace routemeter::explain
