// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "metric/store/store.h"
#include "model/request.h"
#include "model/rule_file.h"
#include "model/snapshot.h"
#include "util/result.h"

namespace routemeter::explain {

/// Names and values.
using Labels = std::vector<std::pair<std::string, std::string>>;
Labels labels_of(const model::Family& family, const model::Sample& sample);
/// A family's sum in seconds or bytes.
double in_base_units(model::Sum value, int decimals);

/// The addition of one request to one family.
struct Recorded {
  std::string family;
  model::MetricType type = model::MetricType::kCounter;
  Labels labels;         ///< static ones too; empty when nothing was counted in a family that has labels
  bool counted = false;  ///< false: the family takes nothing from this request
  model::FieldSet needs;
  double value = 0;  ///< what was observed, in base units; of a counter 1
  double le = 0;     ///< histogram: border of the bucket, +Inf beyond the last
};

struct Record {
  Labels labels;  ///< handler, method, status and the static labels, sorted
  std::vector<Recorded> families;
};

/// Says what a request adds to the metrics of a rule file by letting the store that `serve` has count it:
/// each request as if it were the first, so that `limits` play no part.
class Recorder {
 public:
  /// `available` is what the format has. Errors as in metric::create_store.
  static util::Result<std::unique_ptr<Recorder>> create(const model::RuleFile& file,
                                                        model::FieldSet available);

  /// `label` is a handler's of the rule file, or the path of a request without one (`from_log`).
  Record record(const std::string& label, bool from_log, const model::Request& request);

  /// What the format cannot give.
  const model::AbsentFamilies& absent() const { return absent_; }

 private:
  // Stores cost 15 us each, so they are kept: by what tells series apart, with what they counted before.
  struct Slot {
    std::unique_ptr<metric::Store> store;
    std::uint32_t handler = 0;
    model::Snapshot before;
  };

  Recorder(const model::RuleFile& file, model::FieldSet available, std::string own_family);
  Slot& slot_of(const std::string& label, bool from_log, const model::Request& request);

  model::RuleFile file_;
  model::FieldSet available_;
  std::string own_family_;  // one that has all labels: it tells them whatever the others show
  model::AbsentFamilies absent_;
  std::unordered_map<std::string, Slot> slots_;
};

}  // namespace routemeter::explain
