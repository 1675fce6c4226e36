// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_keys.h"

#include <algorithm>
#include <utility>

#include "rules/load_context.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::rules {
namespace {

// What prometheus-fastapi-instrumentator calls it, and what it is called here.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kLibraryNames = {
    {{"excluded_handlers", "exclude"},
     {"metric_namespace", "namespace"},
     {"metric_subsystem", "subsystem"},
     {"custom_labels", "labels"},
     {"metric_name", "name"},
     {"metric_doc", "help"},
     {"latency_highr_buckets", "highr_buckets"},
     {"latency_lowr_buckets", "lowr_buckets"},
     {"should_only_respect_2xx_for_highr", "only_2xx_for_highr"}}};

bool has_word(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return util::is_alpha(c) || util::is_digit(c) ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

std::vector<std::string_view> metric_keys(const model::MetricKind& kind) {
  std::vector<std::string_view> keys;
  for (const model::MetricKey& row : model::kMetricKeys) {
    if ((row.groups & kind.group) != 0) keys.push_back(row.key);
  }
  return keys;
}

std::string library_name_hint(std::string_view key, std::span<const std::string_view> known) {
  for (const auto& [theirs, ours] : kLibraryNames) {
    if (key == theirs && has_word(known, ours)) return fmt::format("it is called '{}' here", ours);
  }
  return "";
}

std::string rule_key_hint(std::string_view key, std::string_view where,
                          std::span<const std::string_view> known) {
  if (std::string hint = library_name_hint(key, known); !hint.empty()) return hint;
  if (!where.empty() && has_word(kFileKeys, key))
    return fmt::format("'{}' belongs at the top level of the file", key);
  if (where.empty() && has_word(kOptionKeys, key)) return fmt::format("'{}' belongs under 'options:'", key);
  return "";
}

}  // namespace routemeter::rules
