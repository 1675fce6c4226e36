// SPDX-License-Identifier: Apache-2.0
#include "route/template/template.h"

#include <algorithm>
#include <array>
#include <utility>

#include <re2/re2.h>

#include "util/ascii.h"
#include "util/utf8.h"
#include "util/words.h"

namespace routemeter::route {
namespace {

constexpr auto kConverterNames = converter_names();

constexpr std::string_view kUsePattern =
    "a template is plain text with {parameters}; for a regular expression write {handler: LABEL, pattern: "
    "RE2}";
constexpr std::string_view kRestForm = "for whatever comes below write {name:path}";
constexpr std::string_view kParameterForm = "write {name} or {name:int}";

bool is_alpha(char c) { return util::is_alpha(c) || c == '_'; }

// Starlette takes identifiers only; OpenAPI documents of other frameworks also have {user-id} and {user.id}.
bool is_parameter_name(std::string_view name) {
  if (name.empty() || !is_alpha(name[0])) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return is_alpha(c) || util::is_digit(c) || c == '-' || c == '.'; });
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  util::Result<std::vector<TemplatePart>> run() {
    if (text_.empty() || text_[0] != '/') {
      error(
          0, "a template begins with '/'",
          text_.find(' ') == std::string_view::npos ? "" : "methods have a key of their own: methods: [GET]");
      return std::move(errors_);
    }
    while (pos_ < text_.size()) {
      if (text_[pos_] == '{') {
        parameter();
      } else {
        literal();
      }
    }
    if (!errors_.empty()) return std::move(errors_);
    return std::move(parts_);
  }

 private:
  void error(std::size_t offset, std::string message, std::string_view hint) {
    errors_.push_back(util::error_in("", {std::string(text_)}, {1, static_cast<int>(offset) + 1},
                                     std::move(message), std::string(hint)));
  }

  char at(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }

  void literal() {
    if (!check_literal_byte()) {
      // One finding is enough: what follows a regular expression or a query is noise.
      pos_ = text_.size();
      return;
    }
    if (parts_.empty() || !parts_.back().is_literal) parts_.emplace_back();
    parts_.back().literal += text_[pos_++];
  }

  // Path characters (RFC 3986 pchar) stand for themselves, '*' apart; what no path has, or what only a
  // regular expression would say, is refused: it would silently never match.
  bool check_literal_byte() {
    const char c = text_[pos_];
    const char next = at(pos_ + 1);
    if (c == '?' && (is_alpha(next) || next == '{')) {
      error(pos_, "a template has no query string",
            "remove the '?' and what follows; paths are matched without it");
    } else if (c == '#') {
      error(pos_, "a template has no fragment", "remove the '#' and what follows");
    } else if (std::string_view("*?[]|^\\").find(c) != std::string_view::npos || (c == '$' && next == '\0') ||
               (c == '.' && next == '+')) {
      error(pos_, std::string("'") + c + "' has no meaning in a template",
            c == '*'                     ? kRestForm
            : c == '[' && is_alpha(next) ? kParameterForm
                                         : kUsePattern);
    } else if (c == '}') {
      error(pos_, "'}' without '{'", kParameterForm);
    } else if (c == '<' || c == '>' || (c == ':' && text_[pos_ - 1] == '/' && is_alpha(next))) {
      error(pos_, std::string("'") + c + "' does not begin a parameter here", kParameterForm);
    } else if (c == '%' && util::is_hex(next) && util::is_hex(at(pos_ + 2))) {
      error(pos_, "'%' escapes never match: paths are matched percent-decoded", "write the character itself");
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      error(pos_, "control character in a template", "");
    } else {
      return true;
    }
    return false;
  }

  void parameter() {
    const std::size_t open = pos_;
    const std::size_t close = text_.find_first_of("{}/", open + 1);
    if (close == std::string_view::npos || text_[close] != '}') {
      error(open, "'{' without '}'", kParameterForm);
      pos_ = text_.size();
      return;
    }
    pos_ = close + 1;
    const std::string_view inside = text_.substr(open + 1, close - open - 1);
    const std::size_t colon = inside.find(':');
    const std::string_view name = inside.substr(0, colon);
    TemplatePart part;
    part.is_literal = false;
    part.name = name;
    check_name(name, open + 1);
    if (colon != std::string_view::npos) {
      part.converter = converter(inside.substr(colon + 1), open + 2 + colon);
    }
    parts_.push_back(std::move(part));
  }

  void check_name(std::string_view name, std::size_t offset) {
    if (name.empty()) {
      error(offset, "a parameter needs a name", kParameterForm);
    } else if (!is_parameter_name(name)) {
      error(offset, "'" + std::string(name) + "' is not a parameter name",
            name[0] == '*' ? kRestForm
                           : "a name begins with a letter or '_', then letters, digits, '_', '-' or '.'");
    } else if (std::any_of(parts_.begin(), parts_.end(),
                           [&](const TemplatePart& p) { return !p.is_literal && p.name == name; })) {
      error(offset, "parameter '" + std::string(name) + "' is there twice",
            "each parameter needs its own name");
    }
  }

  Converter converter(std::string_view word, std::size_t offset) {
    if (const auto known = converter_of(word)) return *known;
    const std::string_view near = util::nearest(word, kConverterNames);
    std::string hint = near.empty() ? "" : "did you mean '" + std::string(near) + "'? ";
    hint += "a converter is " + util::one_of(kConverterNames) +
            "; for anything else write {handler: LABEL, pattern: RE2}";
    error(offset, "unknown converter '" + std::string(word) + "'", hint);
    return Converter::kStr;
  }

  std::string_view text_;
  std::size_t pos_ = 0;
  std::vector<TemplatePart> parts_;
  util::Diagnostics errors_;
};

// What a regex takes as itself without a backslash. A short list: whatever is not on it goes to RE2.
bool is_plain(char c) {
  return util::is_alnum(c) || static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view("/_-~:@!,;=&%'\" ").find(c) != std::string_view::npos;
}

bool is_escaped_punctuation(std::string_view at) {
  return at.size() >= 2 && at[0] == '\\' &&
         std::string_view(".+*?()[]{}|^$\\-/_~").find(at[1]) != std::string_view::npos;
}

bool is_repetition(std::string_view at) {
  return !at.empty() && std::string_view("*+?{").find(at[0]) != std::string_view::npos;
}

/// Takes the spelling of a converter off the beginning of `pattern`; null where there is none.
const ConverterRow* spelled_at(std::string_view& pattern) {
  for (const ConverterRow& row : kConverters) {
    for (const std::string_view spelling : row.spellings) {
      if (spelling.empty() || !pattern.starts_with(spelling)) continue;
      pattern.remove_prefix(spelling.size());
      return &row;
    }
  }
  return nullptr;
}

}  // namespace

util::Result<std::vector<TemplatePart>> parse_template(std::string_view text) { return Parser(text).run(); }

std::string regex_of(const std::vector<TemplatePart>& parts) {
  std::string regex;
  for (const TemplatePart& part : parts) {
    if (part.is_literal) {
      regex += RE2::QuoteMeta(part.literal);
    } else {
      regex += row_of(part.converter).regex;
    }
  }
  return regex;
}

std::optional<std::vector<TemplatePart>> simple_pattern(std::string_view pattern) {
  if (pattern.starts_with('^')) pattern.remove_prefix(1);
  if (!pattern.starts_with('/') || !util::utf8_valid(pattern)) return std::nullopt;
  std::vector<TemplatePart> parts(1);
  while (!pattern.empty() && pattern != "$") {
    if (const ConverterRow* row = spelled_at(pattern)) {
      TemplatePart parameter;
      parameter.is_literal = false;
      parameter.converter = row->id;
      parts.push_back(std::move(parameter));
    } else {
      const std::size_t escape = is_escaped_punctuation(pattern) ? 1 : 0;
      if (escape == 0 && !is_plain(pattern[0])) return std::nullopt;
      if (!parts.back().is_literal) parts.emplace_back();
      parts.back().literal += pattern[escape];
      pattern.remove_prefix(escape + 1);
    }
    if (is_repetition(pattern)) return std::nullopt;
  }
  return parts;
}

}  // namespace routemeter::route
