// SPDX-License-Identifier: Apache-2.0
#include "route/request_ids.h"

#include <algorithm>

#include "util/ascii.h"

namespace routemeter::route {
namespace {

std::string_view without_port(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  if (colon == std::string_view::npos) return host;
  // An IPv6 address has its colons in brackets; one without brackets has no port.
  const std::size_t bracket = host.rfind(']');
  if (bracket != std::string_view::npos) return host.substr(0, bracket + 1);
  return host.find(':') == colon ? host.substr(0, colon) : host;
}

bool equals_folded(std::string_view folded, std::string_view host) {
  return std::ranges::equal(folded, host, [](char a, char b) { return a == util::to_lower(b); });
}

}  // namespace

std::uint64_t MethodTable::add(std::string_view method) {
  const std::uint64_t known = find(method);
  if (known != kOther) return known;
  if (count_ == kMaxMethods) return 0;
  heads_[count_] = head_of(method);
  names_.emplace_back(method);
  const std::uint64_t bit = 1ULL << count_++;
  const std::uint8_t number = model::method_number(method);
  if (number != model::kUnknownMethod) numbered_[number] = bit;
  return bit;
}

std::uint64_t MethodTable::find(std::string_view method) const noexcept {
  const std::uint8_t number = model::method_number(method);
  if (number != model::kUnknownMethod) return numbered_[number];
  const std::uint64_t head = head_of(method);
  for (std::size_t i = 0; i < count_; ++i) {
    if (heads_[i] == head && (method.size() <= 7 || names_[i] == method)) return 1ULL << i;
  }
  return kOther;
}

std::uint32_t HostTable::add(std::string_view host) {
  host = without_port(host);
  const std::uint32_t known = find(host);
  if (known != 0) return known;
  hosts_.push_back(util::to_lower(host));
  return static_cast<std::uint32_t>(hosts_.size());
}

std::uint32_t HostTable::find(std::string_view host) const noexcept {
  host = without_port(host);
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    if (equals_folded(hosts_[i], host)) return static_cast<std::uint32_t>(i + 1);
  }
  return 0;
}

}  // namespace routemeter::route
