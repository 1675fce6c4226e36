// SPDX-License-Identifier: Apache-2.0
#include "tools/openapi/merge/pairing.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "tools/openapi/path_template.h"

namespace routemeter::openapi {
namespace {

// The paths that a rule may be known by.
std::vector<std::string> keys_of(const model::Rule& rule) {
  std::vector<std::string> keys;
  if (rule.kind == model::Rule::Kind::kTemplate) keys.push_back(without_converters(rule.pattern));
  if (!rule.handler.empty()) keys.push_back(without_converters(rule.handler));
  return keys;
}

// The longest increasing run of `numbers`, not necessarily of neighbours: true for its members.
std::vector<bool> in_order(const std::vector<std::size_t>& numbers) {
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::vector<std::size_t> ends;  // by length: the index where the run with the smallest end ends
  std::vector<std::size_t> before(numbers.size(), kNone);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto at = std::ranges::lower_bound(
        ends, i, [&](std::size_t a, std::size_t b) { return numbers[a] < numbers[b]; });
    if (at != ends.begin()) before[i] = *(at - 1);
    if (at == ends.end()) {
      ends.push_back(i);
    } else {
      *at = i;
    }
  }
  std::vector<bool> out(numbers.size());
  for (std::size_t i = ends.empty() ? kNone : ends.back(); i != kNone; i = before[i]) out[i] = true;
  return out;
}

// Compares the order of the document with that of last time, by the rules as they were written then.
std::vector<bool> moved_routes(const std::vector<model::Rule>& rules, const Marks& marks,
                               const Imported& imported, const Pairing& pairing) {
  std::unordered_map<std::uint32_t, std::size_t> last_place;
  for (std::size_t i = 0; i < marks.routes.size(); ++i) last_place.try_emplace(marks.routes[i], i);
  std::vector<std::size_t> known;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < imported.routes.size(); ++i) {
    const std::optional<std::size_t> rule = pairing.rule_of[i];
    const bool own = rule && pairing.rules[*rule].own;
    const auto found = last_place.find(fingerprint(own ? rules[*rule] : imported.routes[i].rule));
    if (found == last_place.end()) continue;
    known.push_back(i);
    places.push_back(found->second);
  }
  const std::vector<bool> stayed = in_order(places);
  std::vector<bool> moved(imported.routes.size());
  for (std::size_t i = 0; i < known.size(); ++i) moved[known[i]] = !stayed[i];
  return moved;
}

}  // namespace

Pairing pair_up(const std::vector<model::Rule>& rules, const Marks& marks, const Imported& imported) {
  const std::unordered_set<std::uint32_t> written(marks.routes.begin(), marks.routes.end());
  Pairing out;
  std::unordered_map<std::string, std::vector<std::size_t>> by_key;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    FileRule& rule = out.rules.emplace_back();
    rule.own = written.contains(fingerprint(rules[i]));
    model::Rule plain = rules[i];
    plain.pattern = without_converters(plain.pattern);
    plain.handler = without_converters(plain.handler);
    rule.changed_by_hand = !rule.own && written.contains(fingerprint(plain));
    for (const std::string& key : keys_of(rules[i])) by_key[key].push_back(i);
  }
  for (const ImportedRoute& route : imported.routes) {
    const std::uint32_t wanted = fingerprint(route.rule);
    std::optional<std::size_t>& chosen = out.rule_of.emplace_back();
    // The rule that says just this, else one that the last import wrote, else the first.
    int best = -1;
    for (const std::string& key : keys_of(route.rule)) {
      for (const std::size_t i : by_key[key]) {
        const int rank = fingerprint(rules[i]) == wanted ? 2 : out.rules[i].own ? 1 : 0;
        if (out.rules[i].route || rank <= best) continue;
        best = rank;
        chosen = i;
      }
    }
    if (chosen) out.rules[*chosen].route = out.rule_of.size() - 1;
    out.left_out.push_back(!chosen && written.count(wanted) > 0);
  }
  out.moved = moved_routes(rules, marks, imported, out);
  return out;
}

}  // namespace routemeter::openapi
