// SPDX-License-Identifier: Apache-2.0
#include "tools/explain/rule_list.h"

#include <algorithm>

#include "util/fmt.h"
#include "util/printable.h"
#include "util/utf8.h"
#include "util/words.h"

namespace routemeter::explain {
namespace {

constexpr std::size_t kLongestRule = 120;
constexpr std::size_t kWidestColumn = 48;

struct Row {
  std::size_t rule = 0;
  bool path_matches = false;
  std::size_t agreeing = 0;
  std::string says = {};
};

Row row_of(std::size_t rule, const model::Request& request, const Explanation& e,
           const Explainer& explainer) {
  Row row{.rule = rule, .path_matches = true};
  const model::Rule& asked = explainer.rules().routes[rule];
  const bool decided = e.rule == rule;
  switch (explainer.probe().ask(rule, e.matched_path, request.method, request.host)) {
    case route::Verdict::kMatch:
      row.says = !decided ? "matches" : asked.kind == model::Rule::Kind::kStop ? "stops here" : "wins";
      return row;
    case route::Verdict::kOtherMethod:
      row.says = fmt::format("takes {} only{}", util::joined(asked.methods, ","),
                             decided ? ": wins, as none takes the method" : "");
      return row;
    case route::Verdict::kOtherHost:
      row.says = fmt::format("is for the host {}", asked.host);
      return row;
    case route::Verdict::kOtherPath:
      break;
  }
  WhyNot why = why_not(asked, e.matched_path);
  return {rule, false, why.agreeing, std::move(why.text)};
}

// Rules after the one that decided are shown only if they match too.
std::vector<Row> considered(const model::Request& request, const Explanation& e, const Explainer& explainer) {
  std::vector<Row> rows;
  for (std::size_t rule = 0; rule < explainer.rules().routes.size(); ++rule) {
    if (!e.rule || rule <= *e.rule) {
      rows.push_back(row_of(rule, request, e, explainer));
    } else if (std::binary_search(e.also.begin(), e.also.end(), rule)) {
      rows.push_back({rule, true, 0, "matches too, but comes later"});
    }
  }
  return rows;
}

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
  std::vector<Row> rows = considered(request, explanation, explainer);
  const std::size_t left_out = all || routes.size() <= kSmallFile ? 0 : keep_nearest(rows);
  std::size_t digits = 0;
  std::size_t widest = 0;
  std::vector<std::string> texts;
  for (const Row& row : rows) {
    texts.push_back(util::printable(routes[row.rule].text, kLongestRule));
    widest = std::max(widest, std::min(kWidestColumn, util::utf8_characters(texts.back())));
    digits = std::max(digits, std::to_string(routes[row.rule].at.line).size());
  }
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t width = util::utf8_characters(texts[i]);
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
