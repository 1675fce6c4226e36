// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string_view>

#include "util/ascii.h"

namespace routemeter::format {

/// Length of the colour sequences (ESC [ digits and semicolons m) at the start of `text`; 0 = none.
/// uvicorn and docker compose write them when they are told to, whatever the output is.
inline std::size_t ansi_colour_length(std::string_view text) noexcept {
  std::size_t end = 0;
  while (text.size() - end >= 3 && text[end] == '\x1b' && text[end + 1] == '[') {
    std::size_t at = end + 2;
    while (at < text.size() && (util::is_digit(text[at]) || text[at] == ';')) ++at;
    if (at == text.size() || text[at] != 'm') break;
    end = at + 1;
  }
  return end;
}

/// Goes over what programs write before a line's own text. Each skip goes behind what it names, and says
/// whether that is there; if not, it stays.
class PrefixWalk {
 public:
  explicit PrefixWalk(std::string_view line) noexcept : line_(line) {}
  std::size_t at() const noexcept { return at_; }
  std::string_view rest() const noexcept { return line_.substr(at_); }

  /// So many bytes; 0 = not there.
  bool skip(std::size_t length) noexcept {
    at_ += length;
    return length != 0;
  }
  bool skip(std::string_view text) noexcept {
    return skip(rest().substr(0, text.size()) == text ? text.size() : 0);
  }
  /// The first of the texts that is there.
  bool skip_any(std::initializer_list<std::string_view> texts) noexcept {
    return std::any_of(texts.begin(), texts.end(), [this](std::string_view text) { return skip(text); });
  }
  /// The bytes for which `is_wanted` holds.
  template <typename Wanted>
  bool skip_while(Wanted is_wanted) noexcept {
    const std::string_view left = rest();
    return skip(
        static_cast<std::size_t>(std::find_if_not(left.begin(), left.end(), is_wanted) - left.begin()));
  }
  /// A word and the blank behind it.
  bool skip_word() noexcept {
    const std::size_t blank = rest().find(' ');
    return blank != std::string_view::npos && blank != 0 && skip(blank + 1);
  }
  bool skip_colours() noexcept { return skip(ansi_colour_length(rest())); }

 private:
  std::string_view line_;
  std::size_t at_ = 0;
};

}  // namespace routemeter::format
