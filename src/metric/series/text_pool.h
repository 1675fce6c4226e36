// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

namespace routemeter::metric {

/// Keeps texts, each once. The views that it gives live as long as the pool, also when it is moved.
class TextPool {
 public:
  std::string_view keep(std::string_view text) { return *texts_.emplace(text).first; }

 private:
  std::unordered_set<std::string> texts_;
};

}  // namespace routemeter::metric
