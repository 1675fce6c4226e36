// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "metric/contract/plugin.h"
#include "metric/store/store.h"

namespace routemeter::metric {

/// A store of these plugins, whose options have been checked.
std::unique_ptr<Store> make_store(const model::RuleFile& file, const std::vector<std::string>& handlers,
                                  std::vector<std::unique_ptr<Plugin>> plugins);

}  // namespace routemeter::metric
