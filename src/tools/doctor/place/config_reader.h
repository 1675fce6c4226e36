// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace routemeter::doctor {

/// The words of a directive and the sign behind them.
struct Directive {
  std::vector<std::string> words;  ///< may be empty before a brace
  int line = 0;                    ///< of the first word
  char end = '\0';                 ///< ';', '{', '}' or '\n'
};

/// Directives end with ';' in nginx's configuration and with the line in logrotate's.
enum class Syntax { kSemicolons, kLines };

/// Splits a configuration into directives. Quotes hold a word together, '#' begins a comment.
class Directives {
 public:
  Directives(std::string_view text, Syntax syntax) : text_(text), by_line_(syntax == Syntax::kLines) {}

  /// The next directive, or nothing at the end.
  std::optional<Directive> next();
  /// Skips all lines up to the one that is `last`, for scripts.
  void skip_lines(std::string_view last);

 private:
  void advance();
  bool is_sign(bool in_word) const;
  bool ends_quoted(char quote) const;
  std::string read_word();

  std::string_view text_;
  bool by_line_;
  std::size_t at_ = 0;
  int line_ = 1;
};

/// The words of one line.
std::vector<std::string> directive_words(std::string_view line);

/// Reads a configuration file and the files that it includes. Stops at too many files and at deep nesting.
class ConfigReader {
 protected:
  explicit ConfigReader(Syntax syntax) : syntax_(syntax) {}
  ~ConfigReader() = default;

  /// Reads a file by read_directives(); false when that is not possible.
  bool read_file(const std::string& path);
  virtual void read_directives(Directives directives, const std::string& path) = 0;

 private:
  Syntax syntax_;
  int depth_ = 0;
  int files_ = 0;
};

}  // namespace routemeter::doctor
