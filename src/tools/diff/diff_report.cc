// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "tools/diff/diff.h"
#include "tools/explain/text.h"
#include "util/printable.h"

namespace routemeter::explain {
namespace {

constexpr std::size_t kShownShifts = 20;
constexpr std::size_t kShownSeries = 30;
constexpr std::size_t kLongestText = 300;

std::string percent(std::uint64_t part, std::uint64_t whole) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f %%",
                whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole));
  return text.data();
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return std::to_string(number) + " " + std::string(number == 1 ? one : many);
}

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
    out_ += markdown_ ? "### " + std::string(text) + "\n\n" : std::string(text) + "\n";
  }

  void item(Change change, const std::string& text) {
    if (markdown_) {
      out_ += "- **" + std::string(name_of(change)) + "** " + text + "\n";
    } else {
      out_ += "  " + std::string(sign_of(change)) + " " + text + "\n";
    }
  }

  void more(std::size_t left, std::string_view what) {
    if (left > 0)
      out_ += std::string(markdown_ ? "- " : "  ") + "... and " + std::to_string(left) + " more " +
              std::string(what) + " (--all)\n";
  }

  std::size_t shown_of(std::size_t count, std::size_t limit) const {
    return all_ ? count : std::min(count, limit);
  }

  static std::string line(const model::Rule& rule) { return "line " + std::to_string(rule.at.line); }

  void rules() {
    if (d_.rules.empty()) return;
    heading("Rules");
    for (const RuleChange& change : d_.rules) {
      const model::Rule* was = change.before ? &d_.before->rules.routes[*change.before] : nullptr;
      const model::Rule* is = change.after ? &d_.after->rules.routes[*change.after] : nullptr;
      switch (change.change) {
        case Change::kAdded:
          item(change.change, quote_(is->text) + " (" + line(*is) + ")");
          break;
        case Change::kRemoved:
          item(change.change, quote_(was->text) + " (was " + line(*was) + ")");
          break;
        case Change::kMoved:
          item(change.change, quote_(is->text) + " (" + line(*was) + " to " + line(*is) + ")");
          break;
        case Change::kChanged:
          item(change.change, quote_(was->text) + " to " + quote_(is->text) + " (" + line(*is) + ")");
          break;
      }
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
    out_ += counted(sample.shifted, "request", "requests") + " of " + counted(sample.lines, "line", "lines") +
            " (" + percent(sample.shifted, sample.lines) + ") " +
            (sample.shifted == 1 ? "changes its label" : "change their label") +
            (sample.shifts.empty() ? "\n"
             : markdown_           ? ":\n\n"
                                   : ":\n");
    const std::size_t shifts = shown_of(sample.shifts.size(), kShownShifts);
    for (std::size_t i = 0; i < shifts; ++i) shift(sample.shifts[i], sample.lines);
    more(sample.shifts.size() - shifts, "kinds of change");
    series(sample.series);
  }

  void shift(const LabelShift& shift, std::uint64_t lines) {
    out_ += (markdown_ ? "- " : "  ") + counted(shift.requests, "request", "requests") + " (" +
            percent(shift.requests, lines) + ") from " + quote_(shift.before) + " to " + quote_(shift.after) +
            ", such as ";
    for (std::size_t i = 0; i < shift.examples.size(); ++i)
      out_ += (i > 0 ? ", " : "") + quote_(shift.examples[i]);
    out_ += '\n';
  }

  void series(const std::vector<SeriesChange>& series) {
    heading("Series");
    std::array<std::size_t, 3> counts{};
    for (const SeriesChange& change : series) ++counts[static_cast<std::size_t>(change.change)];
    const std::string summary = std::to_string(counts[0]) + " appear, " + std::to_string(counts[1]) +
                                " vanish, " + std::to_string(counts[2]) + " count something else";
    if (markdown_ && !series.empty()) {
      out_ += "<details><summary>" + summary + "</summary>\n\n";
    } else {
      out_ += summary + "\n";
    }
    const std::size_t shown = shown_of(series.size(), kShownSeries);
    for (std::size_t i = 0; i < shown; ++i) {
      const SeriesChange& one = series[i];
      std::string text =
          quote_(one.family + (one.labels.empty() ? "" : "{" + labels_text(one.labels) + "}")) + " ";
      item(one.change, text + one.before + (one.change == Change::kChanged ? " to " : "") + one.after);
    }
    more(series.size() - shown, "series");
    if (markdown_ && !series.empty()) out_ += "\n</details>\n";
  }

  const Difference& d_;
  bool all_;
  bool markdown_;
  Quote quote_;
  std::string out_;
};

}  // namespace

std::string to_text(const Difference& difference, bool all) { return Report(difference, all, false).take(); }

std::string to_markdown(const Difference& difference, bool all) {
  const std::string report = Report(difference, all, true).take();
  return report.empty() ? "No difference.\n" : report;
}

}  // namespace routemeter::explain
