// SPDX-License-Identifier: Apache-2.0
#include "util/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "util/utf8.h"

namespace routemeter::util {

void JsonWriter::key(std::string_view name) {
  before_value();
  append_string(name);
  out_ += indent_ > 0 ? ": " : ":";
  after_key_ = true;
}

void JsonWriter::string(std::string_view text) {
  before_value();
  append_string(text);
}

void JsonWriter::number(std::int64_t value) { raw(std::to_string(value)); }
void JsonWriter::number(std::uint64_t value) { raw(std::to_string(value)); }

void JsonWriter::number(double value) {
  if (!std::isfinite(value)) return null();
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  raw({text.data(), static_cast<std::size_t>(end - text.data())});
}

void JsonWriter::open(char bracket) {
  before_value();
  out_ += bracket;
  empty_.push_back(true);
}

void JsonWriter::close(char bracket) {
  const bool nothing = empty_.back();
  empty_.pop_back();
  if (!nothing) new_line(empty_.size());
  out_ += bracket;
}

void JsonWriter::raw(std::string_view token) {
  before_value();
  out_ += token;
}

void JsonWriter::before_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (empty_.empty()) return;
  if (!empty_.back()) out_ += ',';
  empty_.back() = false;
  new_line(empty_.size());
}

void JsonWriter::new_line(std::size_t depth) {
  if (indent_ == 0) return;
  out_ += '\n';
  out_.append(depth * static_cast<std::size_t>(indent_), ' ');
}

void JsonWriter::append_string(std::string_view text) {
  std::string valid;
  append_utf8_repaired(valid, text);
  out_ += '"';
  for (const char c : valid) {
    if (c == '"' || c == '\\') {
      out_ += '\\';
      out_ += c;
    } else if (c == '\n') {
      out_ += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      std::array<char, 8> escape;
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
      out_ += escape.data();
    } else {
      out_ += c;
    }
  }
  out_ += '"';
}

}  // namespace routemeter::util
