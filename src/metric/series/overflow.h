// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "metric/contract/label_subset.h"

namespace routemeter::metric {

/// Counts the requests whose handler or method became "other". A family sees only the labels that it has, so
/// both and each are kept apart.
class Overflow {
 public:
  /// A request lost its handler, its method or both.
  void add(bool handler, bool method) {
    handler_ += handler ? 1 : 0;
    method_ += method ? 1 : 0;
    both_ += handler && method ? 1 : 0;
  }
  /// A request that had lost one already loses the other as well.
  void add_second(bool method) {
    ++(method ? method_ : handler_);
    ++both_;
  }
  void add(const Overflow& other) {
    handler_ += other.handler_;
    method_ += other.method_;
    both_ += other.both_;
  }

  std::uint64_t of(LabelSubset labels) const {
    if (labels.handler && labels.method) return handler_ + method_ - both_;
    return labels.handler ? handler_ : (labels.method ? method_ : 0);
  }

 private:
  std::uint64_t handler_ = 0;
  std::uint64_t method_ = 0;
  std::uint64_t both_ = 0;
};

}  // namespace routemeter::metric
