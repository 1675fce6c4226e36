// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "input/read/block.h"
#include "input/read/reader.h"
#include "util/result.h"

namespace routemeter::doctor {

/// A log that is open for one reading, with its first lines read ahead: they tell the format, and are still
/// the first blocks of the reading.
struct OpenLog {
  std::unique_ptr<input::Reader> reader;
  std::vector<input::Block> first;
  bool ended = false;        ///< `first` is all there is
  util::Diagnostics damage;  ///< what ended it early

  /// The first non-empty lines, cleaned, as many as detection looks at; views into `first`.
  std::vector<std::string_view> lines() const;
};

/// Opens a file, a gzip file, or "-", and reads until there are enough lines for detection.
util::Result<OpenLog> open_log(const std::string& path);

/// The lines without the envelope that most of them are in; owns their text.
std::vector<std::string> unwrapped(const std::vector<std::string_view>& lines);

}  // namespace routemeter::doctor
