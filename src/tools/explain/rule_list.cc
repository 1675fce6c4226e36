// SPDX-License-Identifier: Apache-2.0
#include "tools/explain/rule_list.h"

#include <algorithm>

#include "util/fmt.h"
#include "util/printable.h"
#include "util/words.h"

namespace routemeter::explain {
namespace {

constexpr std::size_t kLongestRule = 120;
constexpr std::size_t kWidestColumn = 48;

struct Row {
  std::size_t rule = 0;
  bool path_matches = false;
  std::size_t agreeing = 0;
  std::string says;
};

// Characters, not bytes, so that columns stand in line.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

class Rows {
 public:
  Rows(const model::Request& request, const Explanation& explanation, const Explainer& explainer)
      : request_(request), e_(explanation), rules_(explainer.rules()), probe_(explainer.probe()) {}

  // Rules after the one that decided are shown only if they match too.
  std::vector<Row> considered() const {
    std::vector<Row> rows;
    for (std::size_t rule = 0; rule < rules_.routes.size(); ++rule) {
      if (!e_.rule || rule <= *e_.rule) {
        rows.push_back(ask(rule));
      } else if (std::binary_search(e_.also.begin(), e_.also.end(), rule)) {
        rows.push_back({rule, true, 0, "matches too, but comes later"});
      }
    }
    return rows;
  }

 private:
  Row ask(std::size_t rule) const {
    Row row;
    row.rule = rule;
    const model::Rule& asked = rules_.routes[rule];
    const bool decided = e_.rule == rule;
    switch (probe_.ask(rule, e_.matched_path, request_.method, request_.host)) {
      case route::Verdict::kMatch:
        row.path_matches = true;
        row.says = decided ? (asked.kind == model::Rule::Kind::kStop ? "stops here" : "wins") : "matches";
        return row;
      case route::Verdict::kOtherMethod:
        row.path_matches = true;
        row.says = fmt::format("takes {} only{}", util::joined(asked.methods, ","),
                               decided ? ": wins, as none takes the method" : "");
        return row;
      case route::Verdict::kOtherHost:
        row.path_matches = true;
        row.says = fmt::format("is for the host {}", asked.host);
        return row;
      case route::Verdict::kOtherPath:
        break;
    }
    WhyNot why = why_not(asked, e_.matched_path);
    row.agreeing = why.agreeing;
    row.says = std::move(why.text);
    return row;
  }

  const model::Request& request_;
  const Explanation& e_;
  const model::RuleFile& rules_;
  const route::Probe& probe_;
};

// Leaves the rules whose path matches and the nearest others, in file order; how many are left out.
std::size_t keep_nearest(std::vector<Row>& rows) {
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].path_matches) others.push_back(i);
  }
  std::stable_sort(others.begin(), others.end(),
                   [&](std::size_t a, std::size_t b) { return rows[a].agreeing > rows[b].agreeing; });
  if (others.size() > kNearest) others.resize(kNearest);
  std::vector<Row> kept;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].path_matches || std::find(others.begin(), others.end(), i) != others.end()) {
      kept.push_back(std::move(rows[i]));
    }
  }
  const std::size_t left_out = rows.size() - kept.size();
  rows = std::move(kept);
  return left_out;
}

}  // namespace

std::vector<std::string> rule_list(const model::Request& request, const Explanation& explanation,
                                   const Explainer& explainer, bool all) {
  const auto& routes = explainer.rules().routes;
  std::vector<Row> rows = Rows(request, explanation, explainer).considered();
  const std::size_t left_out = all || routes.size() <= kSmallFile ? 0 : keep_nearest(rows);
  std::size_t digits = 0;
  std::size_t widest = 0;
  std::vector<std::string> texts;
  for (const Row& row : rows) {
    texts.push_back(util::printable(routes[row.rule].text, kLongestRule));
    widest = std::max(widest, std::min(kWidestColumn, width_of(texts.back())));
    digits = std::max(digits, std::to_string(routes[row.rule].at.line).size());
  }
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t width = width_of(texts[i]);
    const std::string gap(width < widest ? widest - width + 2 : 2, ' ');
    lines.push_back(fmt::format("{:>{}}  {}{}{}", routes[rows[i].rule].at.line, digits, texts[i], gap,
                                util::printable(rows[i].says)));
  }
  if (left_out > 0) {
    lines.push_back(fmt::format("... and {} more that do not match (--all shows them)", left_out));
  }
  return lines;
}

}  // namespace routemeter::explain
