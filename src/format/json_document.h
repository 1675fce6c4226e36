// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <simdjson.h>

namespace routemeter::format {

/// One line as a JSON object, through simdjson's On-Demand front end. Reused from line to line: it allocates
/// only for a line longer than all before. Values are views into it, valid until the next open().
class JsonDocument {
 public:
  /// Copies the line and finds its structure. Bytes that are no UTF-8 (nginx's escape=json writes them as the
  /// client sent them) are replaced by U+FFFD. False when it is no JSON object.
  bool open(std::string_view line) noexcept;

  /// The object that open() found; may be asked for once.
  simdjson::ondemand::object root() noexcept { return root_; }

  /// True when nothing stands behind the object. Ask after all of root() has been read.
  bool at_end() noexcept;

  /// End of the copied line, for scans of raw text.
  const char* begin() const noexcept { return buffer_.get(); }
  const char* end() const noexcept { return buffer_.get() + size_; }

 private:
  simdjson::error_code start(std::string_view text) noexcept;

  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
  std::string repaired_;
  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  simdjson::ondemand::object root_;
};

/// The text of a scalar value: what stands between the quotes of a string, escapes not undone, or the token.
struct JsonScalar {
  std::string_view text;
  bool is_string = false;
};

/// False for objects and arrays. Does not consume the value.
bool read_scalar(simdjson::ondemand::value& value, JsonScalar& out) noexcept;

}  // namespace routemeter::format
