// SPDX-License-Identifier: Apache-2.0
#include "format/json/json_document.h"

#include <algorithm>
#include <cstring>

#include "util/utf8.h"

namespace routemeter::format {
namespace {

constexpr std::size_t kFirstCapacity = 4096;

}  // namespace

simdjson::error_code JsonDocument::start(std::string_view text) noexcept {
  const std::size_t needed = text.size() + simdjson::SIMDJSON_PADDING;
  if (needed > capacity_) {
    capacity_ = std::max({needed, capacity_ * 2, kFirstCapacity});
    buffer_ = std::make_unique<char[]>(capacity_);
    if (const auto error = parser_.allocate(capacity_)) return error;
  }
  size_ = text.size();
  std::memcpy(buffer_.get(), text.data(), size_);
  // simdjson looks for the end in the padding too, so nothing of an earlier line may be left there.
  std::memset(buffer_.get() + size_, 0, simdjson::SIMDJSON_PADDING);
  if (const auto error = parser_.iterate(buffer_.get(), size_, capacity_).get(document_)) return error;
  return document_.get_object().get(root_);
}

bool JsonDocument::open(std::string_view line) noexcept {
  const std::size_t first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos || line[first] != '{') return false;
  simdjson::error_code error = start(line);
  if (error == simdjson::UTF8_ERROR) {
    repaired_.clear();
    util::append_utf8_repaired(repaired_, line);
    error = start(repaired_);
  }
  return error == simdjson::SUCCESS;
}

bool JsonDocument::at_end() noexcept {
  return document_.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

}  // namespace routemeter::format
