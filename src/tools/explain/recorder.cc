// SPDX-License-Identifier: Apache-2.0
#include "tools/explain/recorder.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace routemeter::explain {
namespace {

constexpr std::size_t kMaxSlots = 512;

// The border of the bucket that has one observation more than before.
double grown_bucket(const model::Family& family, const model::Sample& now, const model::Sample* before) {
  for (std::size_t i = 0; i < family.bounds.size(); ++i) {
    if (now.buckets[i] != (before == nullptr ? 0 : before->buckets[i])) return family.bounds[i];
  }
  return std::numeric_limits<double>::infinity();
}

Recorded difference(const model::Family& family, const model::Family* former) {
  Recorded out;
  out.family = family.name;
  out.type = family.type;
  out.needs = family.needs;
  if (family.samples.empty()) return out;
  // The store has seen one series only, so every family has one sample.
  const model::Sample& now = family.samples.front();
  const model::Sample* before =
      former == nullptr || former->samples.empty() ? nullptr : &former->samples.front();
  out.labels = labels_of(family, now);
  out.counted = now.count != (before == nullptr ? 0 : before->count);
  if (!out.counted) return out;
  if (family.type == model::MetricType::kCounter) {
    out.value = 1;
    return out;
  }
  out.value = in_base_units(now.sum - (before == nullptr ? 0 : before->sum), family.decimals);
  if (family.type == model::MetricType::kHistogram) out.le = grown_bucket(family, now, before);
  return out;
}

}  // namespace

Labels labels_of(const model::Family& family, const model::Sample& sample) {
  Labels out;
  for (std::size_t i = 0; i < family.label_names.size(); ++i) {
    out.emplace_back(family.label_names[i], sample.label_values[i]);
  }
  return out;
}

double in_base_units(model::Sum value, int decimals) {
  return static_cast<double>(value) / std::pow(10.0, decimals);
}

Recorder::Recorder(const model::RuleFile& file, model::FieldSet available, std::string own_family)
    : file_(file), available_(available), own_family_(std::move(own_family)) {
  file_.routes.clear();  // labels are given, and stores need not look at routes one by one
  file_.limits = {};
  model::MetricSpec own;
  own.kind = "requests";
  own.name = own_family_;
  own.name_space = "";
  own.subsystem = "";
  file_.metrics.push_back(own);
}

util::Result<std::unique_ptr<Recorder>> Recorder::create(const model::RuleFile& file,
                                                         model::FieldSet available) {
  model::AbsentFamilies absent;
  const auto store = metric::create_store(file, {"none"}, available, &absent);
  if (!store) return store.errors();
  std::size_t longest = 0;
  for (const model::Family& family : (*store)->snapshot()) longest = std::max(longest, family.name.size());
  std::unique_ptr<Recorder> recorder(  // NOLINTNEXTLINE: the constructor is private
      new Recorder(file, available,
                   std::string(longest + 16, 'x') + "_total"));  // no other family's, whatever suffix
  recorder->absent_ = std::move(absent);
  return recorder;
}

Recorder::Slot& Recorder::slot_of(const std::string& label, bool from_log, const model::Request& request) {
  std::string key = label;
  key += '\0';
  key += request.method;
  key += '\0';
  key += std::to_string(request.status);
  key += from_log ? 'l' : 'r';
  if (const auto found = slots_.find(key); found != slots_.end()) return found->second;
  if (slots_.size() >= kMaxSlots) slots_.clear();
  std::vector<std::string> handlers = {"none"};
  if (!from_log) handlers.push_back(label);
  Slot slot;
  // create() has made one like it: it cannot fail.
  slot.store = std::move(*metric::create_store(file_, handlers, available_));
  slot.handler = from_log ? slot.store->dynamic_handler(label) : 1;
  return slots_.emplace(std::move(key), std::move(slot)).first->second;
}

Record Recorder::record(const std::string& label, bool from_log, const model::Request& request) {
  Slot& slot = slot_of(label, from_log, request);
  slot.store->observe(slot.handler, request);
  model::Snapshot now = slot.store->snapshot();
  Record out;
  for (std::size_t i = 0; i < now.size(); ++i) {
    Recorded recorded = difference(now[i], slot.before.empty() ? nullptr : &slot.before[i]);
    if (now[i].name == own_family_) {
      out.labels = std::move(recorded.labels);
    } else {
      out.families.push_back(std::move(recorded));
    }
  }
  slot.before = std::move(now);
  return out;
}

}  // namespace routemeter::explain
