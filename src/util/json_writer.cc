// SPDX-License-Identifier: Apache-2.0
#include "util/json_writer.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "util/real_text.h"
#include "util/utf8.h"

namespace routemeter::util {
namespace {

void append_escape(std::string& out, unsigned character) {
  std::array<char, 8> escape;
  std::snprintf(escape.data(), escape.size(), "\\u%04x", character);
  out += escape.data();
}

}  // namespace

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
  std::string text;
  append_real(text, value);
  raw(text);
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
  for (std::size_t i = 0; i < valid.size(); ++i) {
    const char c = valid[i];
    if (c == '\xC2' && static_cast<unsigned char>(valid[i + 1]) < 0xA0) {  // C1: a terminal obeys them too
      append_escape(out_, static_cast<unsigned char>(valid[++i]));
    } else if (c == '"' || c == '\\') {
      out_ += '\\';
      out_ += c;
    } else if (c == '\n') {
      out_ += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      append_escape(out_, static_cast<unsigned char>(c));
    } else {
      out_ += c;
    }
  }
  out_ += '"';
}

}  // namespace routemeter::util
