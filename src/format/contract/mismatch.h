// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace routemeter::format {

/// Where a line stops to be what a format wants, for people.
struct Mismatch {
  std::string text;      ///< what the format looked at: the line without its envelope
  std::size_t at = 0;    ///< first wrong byte of `text`; its size when the line is too short
  std::string expected;  ///< `"] \"" behind $time_local`
};

}  // namespace routemeter::format
