// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/place/nginx_config.h"

#include <optional>
#include <string_view>
#include <utility>

#include "tools/doctor/place/text_file.h"

namespace routemeter::doctor {
namespace {

constexpr int kMaxIncludes = 8;
constexpr std::size_t kMaxFiles = 1000;

/// Splits a configuration into simple directives, as ngx_conf_read_token does: words up to ';', '{' or '}'.
class Directives {
 public:
  explicit Directives(std::string_view text) : text_(text) {}

  /// The words of the next directive that ends in ';' or '{'; nothing at the end.
  std::optional<std::vector<std::string>> next() {
    std::vector<std::string> words;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        advance();
      } else if (c == '#') {
        while (at_ < text_.size() && text_[at_] != '\n') advance();
      } else if (c == ';' || c == '{' || c == '}') {
        advance();
        if (!words.empty()) return words;
      } else {
        if (words.empty()) line_ = current_;
        words.push_back(read_word());
      }
    }
    return std::nullopt;
  }

  /// Of the directive that next() gave.
  int line() const { return line_; }

 private:
  void advance() {
    if (text_[at_] == '\n') ++current_;
    ++at_;
  }

  std::string read_word() {
    const char quote = text_[at_];
    const bool quoted = quote == '"' || quote == '\'';
    if (quoted) advance();
    std::string out;
    while (at_ < text_.size() && !ends(quoted, quote)) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        advance();
        append_escaped(out, text_[at_]);
      } else {
        out += text_[at_];
      }
      advance();
    }
    if (quoted && at_ < text_.size()) advance();
    return out;
  }

  bool ends(bool quoted, char quote) const {
    const char c = text_[at_];
    if (quoted) return c == quote;
    // "${name}" in a bare word is a variable, no block.
    if (c == '{') return at_ == 0 || text_[at_ - 1] != '$';
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ';';
  }

  static void append_escaped(std::string& out, char c) {
    switch (c) {
      case 't':
        out += '\t';
        break;
      case 'r':
        out += '\r';
        break;
      case 'n':
        out += '\n';
        break;
      case '"':
      case '\'':
      case '\\':
        out += c;
        break;
      default:
        out += '\\';
        out += c;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int current_ = 1;
  int line_ = 1;
};

class NginxReader {
 public:
  NginxConfig read(const std::string& path) {
    directory_ = directory_of(path);
    read_file(path, 0);
    return std::move(out_);
  }

 private:
  void read_file(const std::string& path, int depth) {
    if (depth > kMaxIncludes || ++files_ > kMaxFiles) return;
    const auto text = read_text(path);
    if (!text) return;
    out_.found = true;
    Directives directives(*text);
    while (const auto words = directives.next()) take(*words, path, directives.line(), depth);
  }

  void take(const std::vector<std::string>& words, const std::string& path, int line, int depth) {
    if (words[0] == "include" && words.size() == 2) {
      // Relative to the main file, wherever the directive stands.
      for (const std::string& file : expand(words[1], directory_)) read_file(file, depth + 1);
    } else if (words[0] == "log_format" && words.size() > 2) {
      LogFormat format{path, line, ""};
      for (std::size_t i = 2; i < words.size(); ++i) {
        const bool escape = i == 2 && words[i].substr(0, 7) == "escape=";
        format.text += escape ? words[i] + " " : words[i];
      }
      out_.formats.emplace(words[1], std::move(format));
    } else if (words[0] == "access_log" && words.size() > 1 && words[1] != "off") {
      AccessLog log{path, line, words[1], "combined", {}};
      for (std::size_t i = 2; i < words.size(); ++i) {
        const bool option = words[i] == "gzip" || words[i].find('=') != std::string::npos;
        if (i == 2 && !option) {
          log.format = words[i];
        } else {
          log.rest.push_back(words[i]);
        }
      }
      out_.access_logs.push_back(std::move(log));
    }
  }

  std::string directory_;
  std::size_t files_ = 0;
  NginxConfig out_;
};

}  // namespace

NginxConfig read_nginx_config(const std::string& path) { return NginxReader().read(path); }

}  // namespace routemeter::doctor
