// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace routemeter::util {

/// Writes one JSON value, on one line or indented. Always valid: ill-formed UTF-8 becomes U+FFFD, control
/// characters (C1 too) escapes.
///   JsonWriter json; json.begin_object(); json.key("path"); json.string("/x"); json.end_object();
class JsonWriter {
 public:
  /// `indent` blanks per level; 0 = all on one line.
  explicit JsonWriter(int indent = 0) : indent_(indent) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  void key(std::string_view name);
  void string(std::string_view text);
  void number(std::int64_t value);
  void number(std::uint64_t value);
  void number(int value) { number(static_cast<std::int64_t>(value)); }
  /// The shortest text that reads back as the same double; null for what JSON has no number for.
  void number(double value);
  void boolean(bool value) { raw(value ? "true" : "false"); }
  void null() { raw("null"); }

  /// A key with its value.
  void member(std::string_view name, std::string_view text) {
    key(name);
    string(text);
  }

  const std::string& text() const { return out_; }

 private:
  void open(char bracket);
  void close(char bracket);
  void raw(std::string_view token);
  void before_value();
  void new_line(std::size_t depth);
  void append_string(std::string_view text);

  int indent_;
  std::string out_;
  std::vector<bool> empty_;  // of each open bracket: nothing in it yet
  bool after_key_ = false;
};

}  // namespace routemeter::util
