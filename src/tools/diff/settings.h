// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "model/rule_file.h"
#include "model/snapshot.h"
#include "tools/diff/rule_changes.h"

namespace routemeter::explain {

/// Something that a rule file says beside its rules, or that follows from it, by a name of its own:
/// "option group_status_codes" is "true", "family http_requests_total" is "counter by handler, method,
/// status".
struct Setting {
  std::string name;
  std::string value;
};

/// All settings of a file. `families` are those of a store made from it.
std::vector<Setting> settings_of(const model::RuleFile& file, const model::Snapshot& families);

struct SettingChange {
  Change change = Change::kAdded;
  std::string name;
  std::string before;
  std::string after;
};

/// In the order of the new file, then those that are gone.
std::vector<SettingChange> setting_changes(const std::vector<Setting>& before,
                                           const std::vector<Setting>& after);

}  // namespace routemeter::explain
