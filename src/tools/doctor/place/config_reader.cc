// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/place/config_reader.h"

#include <algorithm>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include "input/read/file_probe.h"
#include "util/ascii.h"
#include "util/fd.h"

namespace routemeter::doctor {
namespace {

constexpr off_t kMaxBytes = off_t{4} * 1024 * 1024;  // no configuration file is larger
constexpr int kMaxDepth = 8;
constexpr int kMaxFiles = 1000;

std::optional<std::string> read_text(const std::string& path) {
  const util::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > kMaxBytes) {
    return std::nullopt;
  }
  std::string out(static_cast<std::size_t>(status.st_size), '\0');
  const std::ptrdiff_t size = input::read_at(file.get(), 0, out.data(), out.size());
  out.resize(static_cast<std::size_t>(std::max<std::ptrdiff_t>(size, 0)));
  return out;
}

void append_escaped(std::string& out, char c) {
  constexpr std::string_view kEscapes = "trn\"'\\";
  const std::size_t known = kEscapes.find(c);
  if (known == std::string_view::npos) out += '\\';
  out += known < 3 ? "\t\r\n"[known] : c;
}

}  // namespace

std::optional<Directive> Directives::next() {
  Directive out;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    const bool sign = is_sign(false);
    if (sign || (by_line_ && c == '\n')) {
      if (out.words.empty()) out.line = line_;
      out.end = c;
      advance();
      if (!out.words.empty() || (by_line_ && sign)) return out;
    } else if (util::is_space(c)) {
      advance();
    } else if (c == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else {
      if (out.words.empty()) out.line = line_;
      out.words.push_back(read_word());
    }
  }
  if (!by_line_ || out.words.empty()) return std::nullopt;
  out.end = '\n';
  return out;
}

void Directives::skip_lines(std::string_view last) {
  while (at_ < text_.size()) {
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    std::string_view line = text_.substr(at_, end - at_);
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
    line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
    at_ = std::min(end + 1, text_.size());
    ++line_;
    if (line == last) return;
  }
}

void Directives::advance() {
  if (text_[at_] == '\n') ++line_;
  ++at_;
}

bool Directives::is_sign(bool in_word) const {
  const char c = text_[at_];
  if (c == '}') return !in_word;
  if (c != '{') return c == ';' && !by_line_;
  // logrotate's wildcards have braces too, and "${name}" in a word of nginx's is a variable.
  if (by_line_) return at_ + 1 == text_.size() || util::is_space(text_[at_ + 1]);
  return !in_word || text_[at_ - 1] != '$';
}

bool Directives::ends_quoted(char quote) const {
  return text_[at_] == quote || (by_line_ && text_[at_] == '\n');
}

std::string Directives::read_word() {
  const char quote = text_[at_];
  const bool quoted = quote == '"' || quote == '\'';
  if (quoted) advance();
  std::string out;
  while (at_ < text_.size() &&
         !(quoted ? ends_quoted(quote) : util::is_space(text_[at_]) || is_sign(!out.empty()))) {
    if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
      advance();
      append_escaped(out, text_[at_]);
    } else {
      out += text_[at_];
    }
    advance();
  }
  if (quoted && at_ < text_.size() && text_[at_] == quote) advance();
  return out;
}

std::vector<std::string> directive_words(std::string_view line) {
  const auto found = Directives(line, Syntax::kLines).next();
  return found ? found->words : std::vector<std::string>();
}

bool ConfigReader::read_file(const std::string& path) {
  if (depth_ > kMaxDepth || ++files_ > kMaxFiles) return false;
  const auto text = read_text(path);
  if (!text) return false;
  ++depth_;
  read_directives(Directives(*text, syntax_), path);
  --depth_;
  return true;
}

}  // namespace routemeter::doctor
