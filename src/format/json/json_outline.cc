// SPDX-License-Identifier: Apache-2.0
#include "format/json/json_outline.h"

#include <utility>

#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::format {
namespace {

constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxLeaves = 300;

std::string joined(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

class JsonOutliner {
 public:
  explicit JsonOutliner(std::string_view text) : text_(text) {}

  JsonOutline read() {
    skip_blanks();
    if (peek() != '{') {
      fail("a JSON object");
    } else if (read_value("", 0)) {
      skip_blanks();
      if (at_ < text_.size()) fail("the end of the line");
    }
    return std::move(out_);
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\r' || peek() == '\n') ++at_;
  }

  bool fail(std::string expected) {
    out_.error_at = at_;
    out_.expected = std::move(expected);
    return false;
  }

  bool read_value(const std::string& path, int depth) {
    if (depth > kMaxDepth) return fail("less nesting");
    if (peek() == '{') return read_object(path, depth);
    if (peek() == '[') return read_array(depth);
    const std::size_t begin = at_;
    const bool is_string = peek() == '"';
    if (!(is_string ? read_string() : read_token())) return false;
    std::string_view value = text_.substr(begin, at_ - begin);
    if (is_string) value = value.substr(1, value.size() - 2);
    if (!path.empty() && out_.leaves.size() < kMaxLeaves) {
      out_.leaves.push_back({path, std::string(value), is_string, begin});
    }
    return true;
  }

  bool read_object(const std::string& path, int depth) {
    return read_list('}', [&] {
      if (peek() != '"') return fail("a key in double quotes");
      const std::size_t begin = at_ + 1;
      if (!read_string()) return false;
      const std::string_view key = text_.substr(begin, at_ - begin - 1);
      skip_blanks();
      if (peek() != ':') return fail("\":\" behind the key");
      ++at_;
      skip_blanks();
      return read_value(joined(path, key), depth + 1);
    });
  }

  /// Values in arrays have no path of their own.
  bool read_array(int depth) {
    return read_list(']', [&] { return read_value("", depth + 1); });
  }

  /// What brackets hold, apart by commas.
  template <typename ReadItem>
  bool read_list(char close, ReadItem read_item) {
    ++at_;
    skip_blanks();
    if (peek() == close) return ++at_, true;
    while (true) {
      skip_blanks();
      if (!read_item()) return false;
      skip_blanks();
      if (peek() == close) return ++at_, true;
      if (peek() != ',') return fail(fmt::format("\",\" or \"{}\"", close));
      ++at_;
    }
  }

  bool read_string() {
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') return ++at_, true;
      if (static_cast<unsigned char>(c) < ' ') return fail("no control byte in a string");
      if (c != '\\') continue;
      ++at_;
      if (peek() == 'u') {
        for (int i = 0; i < 4; ++i) {
          ++at_;
          if (!util::is_hex(peek())) return fail("four hexadecimal digits behind \\u");
        }
      } else if (peek() == '\0' || std::string_view("\"\\/bfnrt").find(peek()) == std::string_view::npos) {
        return fail("an escape of JSON: nginx writes them with escape=json in log_format");
      }
    }
    return fail("a double quote that ends the string");
  }

  bool read_token() {
    for (const std::string_view word : {"true", "false", "null"}) {
      if (text_.substr(at_, word.size()) == word) return at_ += word.size(), true;
    }
    const std::size_t begin = at_;
    if (peek() == '-') ++at_;
    if (!util::is_digit(peek())) {
      at_ = begin;
      return fail("a value: a string in double quotes, a number, true, false or null");
    }
    const std::size_t first = at_;
    read_digits();
    if (text_[first] == '0' && at_ > first + 1) {
      at_ = first + 1;
      return fail("no digit behind a leading zero");
    }
    if (peek() == '.') {
      ++at_;
      if (!util::is_digit(peek())) return fail("a digit");
      read_digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!util::is_digit(peek())) return fail("a digit");
      read_digits();
    }
    return true;
  }

  void read_digits() {
    while (util::is_digit(peek())) ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  JsonOutline out_;
};

}  // namespace

JsonOutline outline_json(std::string_view text) { return JsonOutliner(text).read(); }

}  // namespace routemeter::format
