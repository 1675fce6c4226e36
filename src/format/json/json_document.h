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

  /// The copy of the line that values see.
  std::string_view text() const noexcept { return {buffer_.get(), size_}; }

  /// True when nothing stands behind the object. Ask after all of root() has been read.
  bool at_end() noexcept;

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

/// A scalar out of a value's raw token (which reaches to the next one, blanks included). False for objects
/// and arrays. Inline: it runs for every key that matters.
inline bool read_scalar(std::string_view token, JsonScalar& out) noexcept {
  if (token.empty() || token[0] == '{' || token[0] == '[') return false;
  std::size_t size = token.size();
  while (size > 0 && static_cast<unsigned char>(token[size - 1]) <= ' ') --size;
  const bool is_string = size >= 2 && token[0] == '"';
  out.text = is_string ? token.substr(1, size - 2) : token.substr(0, size);
  out.is_string = is_string;
  return true;
}

/// The key before a value, without its quotes, escapes not undone. `raw` is where it begins, `token` the
/// value's: between them stand only the quote, the colon and blanks, so its end is found from behind.
inline std::string_view key_before(const char* raw, std::string_view token) noexcept {
  const char* end = token.data() - 1;
  while (end > raw && *end != '"') --end;
  return {raw, static_cast<std::size_t>(end - raw)};
}

}  // namespace routemeter::format
