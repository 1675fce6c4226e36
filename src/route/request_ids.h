// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/request.h"
#include "route/path/byte_words.h"

namespace routemeter::route {

/// Methods as bits. Compared as sent: `get` is not GET.
class MethodTable {
 public:
  static constexpr std::size_t kMaxMethods = 63;

  MethodTable() { numbered_.fill(kOther); }

  /// The bit of a method that a rule names; 0 when there are kMaxMethods already.
  std::uint64_t add(std::string_view method);

  /// The bit of a request's method; all that no rule names share one, which no rule's mask but "any" has.
  std::uint64_t find(const model::Request& request) const noexcept {
    return request.method_number < numbered_.size() ? numbered_[request.method_number] : find(request.method);
  }

 private:
  static constexpr std::uint64_t kOther = 1ULL << kMaxMethods;

  std::uint64_t find(std::string_view method) const noexcept;

  // All of a method up to seven bytes, and its length: one comparison for GET, DELETE, OPTIONS.
  static std::uint64_t head_of(std::string_view method) noexcept {
    return load_short(method.data(), std::min<std::size_t>(method.size(), 7)) |
           static_cast<std::uint64_t>(method.size()) << 56;
  }

  std::array<std::uint64_t, model::kMethods.size()> numbered_;  ///< bits by the number of a method
  std::size_t count_ = 0;
  std::array<std::uint64_t, kMaxMethods> heads_{};
  std::vector<std::string> names_;
};

/// The hosts that rules name, as numbers from 1.
class HostTable {
 public:
  std::uint32_t add(std::string_view host);

  /// 0 for a host that no rule names, or an unknown one. ASCII case and the port do not matter; takes names,
  /// `1.2.3.4:80` and `[::1]:80`.
  std::uint32_t find(std::string_view host) const noexcept;

  bool empty() const noexcept { return hosts_.empty(); }

 private:
  std::vector<std::string> hosts_;  ///< lower case, sorted by no one: there are few
};

}  // namespace routemeter::route
