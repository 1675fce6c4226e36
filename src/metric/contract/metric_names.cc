// SPDX-License-Identifier: Apache-2.0
#include "metric/contract/metric_names.h"

#include <algorithm>

#include "util/fmt.h"
#include "util/words.h"

namespace routemeter::metric {
namespace {

std::vector<std::string> sample_names(const std::string& family, model::MetricType type) {
  std::vector<std::string> names = {family};
  switch (type) {
    case model::MetricType::kCounter:
      // OpenMetrics names the family without _total.
      if (family.ends_with("_total")) names.push_back(family.substr(0, family.size() - 6));
      break;
    case model::MetricType::kGauge:
      break;
    case model::MetricType::kHistogram:
      names.push_back(family + "_bucket");
      [[fallthrough]];
    case model::MetricType::kSummary:
      names.push_back(family + "_sum");
      names.push_back(family + "_count");
      break;
  }
  return names;
}

}  // namespace

std::string full_name(std::string_view name_space, std::string_view subsystem, std::string_view name) {
  std::string full;
  for (const std::string_view part : {name_space, subsystem, name}) {
    if (part.empty()) continue;
    if (!full.empty()) full += '_';
    full += part;
  }
  return full;
}

void NameRegistry::claim(const model::MetricSpec& spec, const std::string& family, model::MetricType type) {
  claims_.push_back({&spec, family, sample_names(family, type)});
}

std::vector<std::string_view> NameRegistry::families() const {
  std::vector<std::string_view> names;
  for (const Claim& claim : claims_) names.emplace_back(claim.family);
  return names;
}

util::Diagnostics NameRegistry::errors(const model::RuleFile& file) const {
  struct Pair {
    const model::MetricSpec* earlier;
    const model::MetricSpec* later;
    std::string families;  // of the later one
  };
  std::vector<Pair> pairs;
  util::Diagnostics errors;
  for (std::size_t i = 0; i < claims_.size(); ++i) {
    const Claim& later = claims_[i];
    if (later.family.starts_with(kOwnPrefix)) {
      errors.push_back(
          util::error_at(file, later.spec->name ? later.spec->name_at : later.spec->at,
                         fmt::format("'{}' begins with '{}', the prefix of routemeter's own metrics",
                                     later.family, kOwnPrefix),
                         "give it another 'name:', or the file another 'namespace:'"));
    }
    for (std::size_t k = 0; k < i; ++k) {
      const Claim& earlier = claims_[k];
      if (earlier.spec == later.spec) continue;
      const bool clash =
          std::any_of(later.samples.begin(), later.samples.end(), [&earlier](const std::string& name) {
            return std::find(earlier.samples.begin(), earlier.samples.end(), name) != earlier.samples.end();
          });
      if (!clash) continue;
      std::string text = util::quoted(later.family);
      if (later.family != earlier.family) text += fmt::format(" (beside '{}')", earlier.family);
      auto pair = std::find_if(pairs.begin(), pairs.end(), [&](const Pair& p) {
        return p.earlier == earlier.spec && p.later == later.spec;
      });
      if (pair == pairs.end()) {
        pairs.push_back({earlier.spec, later.spec, std::move(text)});
      } else {
        pair->families += ", " + text;
      }
    }
  }
  for (const Pair& pair : pairs) {
    const std::string earlier = fmt::format("'{}' (line {})", pair.earlier->kind, pair.earlier->at.line);
    std::string hint = "give one of the two a 'name:' of its own";
    if (pair.earlier->kind == "default" && pair.later->kind == "default") {
      hint = "list 'default' once";
    } else if (pair.later->kind == "default") {
      hint = fmt::format("give {} a 'name:' of its own", earlier);
    } else if (pair.earlier->kind == "default") {
      hint = fmt::format("give this '{}' a 'name:' of its own", pair.later->kind);
    }
    errors.push_back(util::error_at(file, pair.later->at,
                                    fmt::format("'{}' and {} both expose a metric of this name: {}",
                                                pair.later->kind, earlier, pair.families),
                                    std::move(hint)));
  }
  return errors;
}

}  // namespace routemeter::metric
