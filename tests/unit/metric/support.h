// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metric/store/store.h"

// Builds stores from rule files made by hand, and shows what they hold as the samples of a page.

namespace routemeter::metric {

using Page = std::map<std::string, std::string>;

inline model::FieldSet fields(std::initializer_list<model::Field> all) {
  model::FieldSet set;
  for (const model::Field f : all) set.add(f);
  return set;
}
inline model::FieldSet every_field() {
  return fields({model::Field::kDuration, model::Field::kTimeToFirstByte, model::Field::kRequestSize,
                 model::Field::kResponseSize});
}

/// A request's numbers; absent = the line does not have them. Times in ns.
struct Numbers {
  std::optional<std::uint64_t> t = std::nullopt;
  std::optional<std::uint64_t> h = std::nullopt;
  std::optional<std::uint64_t> in = std::nullopt;
  std::optional<std::uint64_t> out = std::nullopt;
};

inline model::Request request(std::string_view method, int status, const Numbers& n = {}) {
  model::Request r;
  r.method = method;
  r.status = static_cast<std::uint16_t>(status);
  // What is unknown must not be looked at.
  r.duration_ns = n.t.value_or(77);
  r.time_to_first_byte_ns = n.h.value_or(77);
  r.request_size = n.in.value_or(77);
  r.response_size = n.out.value_or(77);
  if (n.t) r.known.add(model::Field::kDuration);
  if (n.h) r.known.add(model::Field::kTimeToFirstByte);
  if (n.in) r.known.add(model::Field::kRequestSize);
  if (n.out) r.known.add(model::Field::kResponseSize);
  return r;
}

inline constexpr std::uint64_t kMs = 1'000'000;

inline model::MetricSpec metric(const std::string& kind, int line = 1) {
  model::MetricSpec spec;
  spec.kind = kind;
  spec.at = {line, 5};
  return spec;
}

inline std::vector<model::Bucket> buckets(std::initializer_list<double> seconds) {
  std::vector<model::Bucket> all;
  for (const double s : seconds) all.push_back({s, {9, 1 + static_cast<int>(all.size())}});
  return all;
}

inline model::RuleFile rules(std::vector<model::MetricSpec> metrics) {
  model::RuleFile file;
  file.path = "r.yaml";
  file.metrics = std::move(metrics);
  return file;
}

inline std::string decimal(model::Sum value, int decimals) {
  std::string digits;
  for (; value != 0 || digits.size() <= static_cast<std::size_t>(decimals); value /= 10) {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
  }
  if (decimals == 0) return digits;
  digits.insert(digits.end() - decimals, '.');
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

/// Samples as `name{label="value",...}` -> value, `le` as the plain number.
inline Page page_of(const model::Snapshot& snapshot) {
  Page page;
  for (const model::Family& f : snapshot) {
    for (const model::Sample& s : f.samples) {
      const auto put = [&](const std::string& suffix, const std::string& le, const std::string& value) {
        std::string labels;
        for (std::size_t i = 0; i < f.label_names.size(); ++i) {
          labels += (labels.empty() ? "" : ",") + f.label_names[i] + "=\"" + s.label_values[i] + "\"";
        }
        if (!le.empty()) labels += (labels.empty() ? "" : ",") + ("le=\"" + le + "\"");
        const std::string key = f.name + suffix + (labels.empty() ? "" : "{" + labels + "}");
        page[key] = value;
      };
      const bool totals = f.type == model::MetricType::kHistogram || f.type == model::MetricType::kSummary;
      put(totals ? "_count" : "", "", std::to_string(s.count));
      if (totals) put("_sum", "", decimal(s.sum, f.decimals));
      std::uint64_t below = 0;
      for (std::size_t i = 0; i < s.buckets.size(); ++i) {
        below += s.buckets[i];
        std::string le = "+Inf";
        if (i < f.bounds.size()) {
          le = std::to_string(f.bounds[i]);
          le.erase(le.find_last_not_of('0') + 1);
          if (le.back() == '.') le.pop_back();
        }
        put("_bucket", le, std::to_string(below));
      }
    }
  }
  return page;
}

/// Everything that a snapshot says, for comparing two.
inline std::string dump(const model::Snapshot& snapshot) {
  std::string all;
  for (const model::Family& f : snapshot) {
    all += f.name + "|" + f.help + "|" + f.unit + "|" + std::to_string(static_cast<int>(f.type)) + "|" +
           std::to_string(f.decimals);
    for (const std::string& n : f.label_names) all += "," + n;
    for (const double b : f.bounds) all += ";" + std::to_string(b);
    all += '\n';
    for (const model::Sample& s : f.samples) {
      for (const std::string& v : s.label_values) all += v + ",";
      all += std::to_string(s.count) + " " + decimal(s.sum, 0);
      for (const std::uint64_t b : s.buckets) all += " " + std::to_string(b);
      all += '\n';
    }
  }
  return all;
}

/// A store with the handlers "none", "/", "/items/{item_id}" (numbers 0, 1, 2), or those given.
struct Subject {
  explicit Subject(model::RuleFile rule_file, model::FieldSet available = every_field(),
                   std::vector<std::string> labels = {"none", "/", "/items/{item_id}"})
      : file(std::move(rule_file)) {
    model::AbsentFamilies absent;
    auto made = create_store(file, labels, available, &absent);
    for (const model::AbsentFamily& family : absent) notes.push_back(family.text());
    if (made) {
      store = std::move(*made);
    } else {
      errors = made.errors();
    }
  }
  void see(std::uint32_t handler, std::string_view method, int status, const Numbers& n = {}) const {
    store->observe(handler, request(method, status, n));
  }
  Page page() const { return page_of(store->snapshot()); }
  /// The value of a sample, or "absent".
  std::string operator[](const std::string& sample) const {
    const Page all = page();
    const auto found = all.find(sample);
    return found == all.end() ? "absent" : found->second;
  }
  bool has_text(const std::string& text) const {
    const Page all = page();
    return std::any_of(all.begin(), all.end(),
                       [&text](const auto& s) { return s.first.find(text) != std::string::npos; });
  }

  model::RuleFile file;
  std::vector<std::string> notes;
  util::Diagnostics errors;
  std::unique_ptr<Store> store;
};

}  // namespace routemeter::metric
