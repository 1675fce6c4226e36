// SPDX-License-Identifier: Apache-2.0
#include "metric/kinds/duration_histograms.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace routemeter::metric {
namespace {

std::vector<double> united(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> all;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all));
  return all;
}

// The bucket among `some` borders for each bucket among `all`.
std::vector<std::uint16_t> buckets_in(const std::vector<double>& some, const std::vector<double>& all) {
  std::vector<std::uint16_t> buckets;
  buckets.reserve(all.size() + 1);
  const auto bucket_of = [&some](double upper) {
    return static_cast<std::uint16_t>(std::lower_bound(some.begin(), some.end(), upper) - some.begin());
  };
  for (const double upper : all) buckets.push_back(bucket_of(upper));
  buckets.push_back(bucket_of(std::numeric_limits<double>::infinity()));
  return buckets;
}

}  // namespace

JointBuckets::JointBuckets(const std::vector<double>& first, const std::vector<double>& second)
    : all_(united(first, second)),
      in_first_(buckets_in(first, all_.seconds())),
      in_second_(buckets_in(second, all_.seconds())) {}

}  // namespace routemeter::metric
