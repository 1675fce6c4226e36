// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "util/diagnostic.h"

namespace routemeter::util {

/// A value, or the diagnostics that say why there is none (g++ 12 has no std::expected).
/// All findings come at once: the error side is a list.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}                        // NOLINT: implicit on purpose
  Result(Diagnostics errors) : state_(std::move(errors)) {}            // NOLINT
  Result(Diagnostic error) : state_(Diagnostics{std::move(error)}) {}  // NOLINT

  explicit operator bool() const { return std::holds_alternative<T>(state_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  T& value() {
    assert(*this);
    return *std::get_if<T>(&state_);
  }
  const T& value() const {
    assert(*this);
    return *std::get_if<T>(&state_);
  }
  const Diagnostics& errors() const {
    assert(!*this);
    return *std::get_if<Diagnostics>(&state_);
  }

 private:
  std::variant<T, Diagnostics> state_;
};

/// What `make` gives for each of `items`, or the errors of all for which it gives none.
template <typename Items, typename Make>
auto make_each(Items&& items, const Make& make) {
  using Made = std::decay_t<decltype(*make(*items.begin()))>;
  std::vector<Made> all;
  Diagnostics errors;
  for (auto& item : items) {
    if (auto made = make(item)) {
      all.push_back(std::move(*made));
    } else {
      append(errors, made.errors());
    }
  }
  return errors.empty() ? Result<std::vector<Made>>(std::move(all)) : errors;
}

}  // namespace routemeter::util
