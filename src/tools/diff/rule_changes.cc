// SPDX-License-Identifier: Apache-2.0
#include "tools/diff/rule_changes.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <tuple>

namespace routemeter::explain {
namespace {

using Rules = std::vector<model::Rule>;
constexpr std::size_t kNone = static_cast<std::size_t>(-1);

// Keys under which two rules are the same one: everything in the rule, or only its path and host.
std::string path_of(const model::Rule& rule) {
  return std::to_string(static_cast<int>(rule.kind)) + '\0' + rule.host + '\0' + rule.pattern;
}
std::string whole_of(const model::Rule& rule) {
  std::vector<std::string> methods = rule.methods;
  std::sort(methods.begin(), methods.end());
  std::string out = path_of(rule) + '\0' + rule.handler;
  for (const std::string& method : methods) out += '\0' + method;
  return out;
}

// Pairs the n-th rule of a key with the n-th of the same key, leaving out those that have their pair.
template <typename Key>
void pair_by(Key key, const Rules& before, const Rules& after, std::vector<std::size_t>& before_of) {
  std::vector<bool> taken(before.size());
  for (const std::size_t index : before_of) {
    if (index != kNone) taken[index] = true;
  }
  std::map<std::string, std::vector<std::size_t>> places;  // last first
  for (std::size_t i = before.size(); i-- > 0;) {
    if (!taken[i]) places[key(before[i])].push_back(i);
  }
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (before_of[i] != kNone) continue;
    const auto found = places.find(key(after[i]));
    if (found == places.end() || found->second.empty()) continue;
    before_of[i] = found->second.back();
    found->second.pop_back();
  }
}

// Marks the paired rules that are in a longest increasing run (patience sorting).
std::vector<bool> in_order(const std::vector<std::size_t>& before_of) {
  std::vector<std::size_t> tails;  // index into before_of of the least last element of a run of each length
  std::vector<std::size_t> previous(before_of.size(), kNone);
  for (std::size_t i = 0; i < before_of.size(); ++i) {
    if (before_of[i] == kNone) continue;
    const auto at =
        std::lower_bound(tails.begin(), tails.end(), before_of[i],
                         [&](std::size_t tail, std::size_t value) { return before_of[tail] < value; });
    if (at != tails.begin()) previous[i] = *(at - 1);
    at == tails.end() ? tails.push_back(i) : static_cast<void>(*at = i);
  }
  std::vector<bool> kept(before_of.size());
  for (std::size_t i = tails.empty() ? kNone : tails.back(); i != kNone; i = previous[i]) kept[i] = true;
  return kept;
}

}  // namespace

std::string_view name_of(Change change) {
  constexpr std::array<std::string_view, 4> kNames = {"added", "removed", "changed", "moved"};
  return kNames[static_cast<std::size_t>(change)];
}

std::string_view sign_of(Change change) {
  constexpr std::array<std::string_view, 4> kSigns = {"+", "-", "~", ">"};
  return kSigns[static_cast<std::size_t>(change)];
}

std::vector<RuleChange> rule_changes(const Rules& before, const Rules& after) {
  std::vector<std::size_t> before_of(after.size(), kNone);
  pair_by(whole_of, before, after, before_of);
  const std::vector<std::size_t> same = before_of;
  pair_by(path_of, before, after, before_of);
  const std::vector<bool> kept = in_order(before_of);

  std::vector<RuleChange> out;
  std::vector<bool> stays(before.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (before_of[i] == kNone) {
      out.push_back({Change::kAdded, std::nullopt, i});
      continue;
    }
    stays[before_of[i]] = true;
    if (same[i] == kNone) {
      out.push_back({Change::kChanged, before_of[i], i});
    } else if (!kept[i]) {
      out.push_back({Change::kMoved, before_of[i], i});
    }
  }
  // A removed rule is shown behind the last kept rule that stood before it.
  std::vector<std::size_t> run;  // the kept ones; their places before increase
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (kept[i]) run.push_back(i);
  }
  const auto place = [&](const RuleChange& change) {
    if (change.after) return std::tuple(*change.after, 1, std::size_t{0});
    const auto next = std::partition_point(run.begin(), run.end(),
                                           [&](std::size_t i) { return before_of[i] < *change.before; });
    return std::tuple(next == run.begin() ? 0 : *(next - 1) + 1, 0, *change.before);
  };
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!stays[i]) out.push_back({Change::kRemoved, i, std::nullopt});
  }
  std::vector<std::pair<std::tuple<std::size_t, int, std::size_t>, RuleChange>> placed;
  placed.reserve(out.size());
  for (const RuleChange& change : out) placed.emplace_back(place(change), change);
  std::sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::transform(placed.begin(), placed.end(), out.begin(), [](const auto& one) { return one.second; });
  return out;
}

}  // namespace routemeter::explain
