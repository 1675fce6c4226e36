// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "metric/store/buckets.h"

namespace routemeter::metric {

/// The borders of two histograms in one list: a duration's bucket among them tells that of each.
class JointBuckets {
 public:
  JointBuckets(const std::vector<double>& first, const std::vector<double>& second);

  std::size_t size() const { return all_.size(); }
  std::size_t find(std::uint64_t ns) const noexcept { return all_.find(ns); }
  std::size_t in_first(std::size_t bucket) const noexcept { return in_first_[bucket]; }
  std::size_t in_second(std::size_t bucket) const noexcept { return in_second_[bucket]; }

 private:
  Buckets all_;
  std::vector<std::uint16_t> in_first_;
  std::vector<std::uint16_t> in_second_;
};

}  // namespace routemeter::metric
