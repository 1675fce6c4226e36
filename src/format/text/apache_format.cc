// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string_view>

#include "format/text/text_formats.h"
#include "format/text/text_plan.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::format {
namespace {

using model::Field;

/// The end of what the quote at `at` begins: its unescaped partner, or npos.
std::size_t closing_quote(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      return i;
    }
  }
  return std::string_view::npos;
}

bool begins_with_directive(std::string_view text) {
  constexpr std::string_view kDirective = "logformat";
  return text.size() > kDirective.size() && util::is_space(text[kDirective.size()]) &&
         util::to_lower(text.substr(0, kDirective.size())) == kDirective;
}

char unescaped(char c) { return c == 'n' ? '\n' : c == 't' ? '\t' : c; }

/// Takes 'LogFormat "..." name', '"..."' with \" inside, or a bare string (where \" and \t may stand too).
util::Result<SpecString> read_apache_string(const model::FormatSpec& spec) {
  const std::string_view text = spec.text;
  std::size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  std::size_t end = std::max(text.find_last_not_of("\r\n") + 1, begin);
  if (begins_with_directive(text.substr(begin))) {
    begin = text.find_first_of("\"'", begin);
    end = begin == std::string_view::npos ? begin : closing_quote(text, begin);
    if (end == std::string_view::npos) {
      return spec_error(spec, begin == std::string_view::npos ? 0 : begin,
                        "LogFormat without a quoted string",
                        "write it as in httpd.conf: LogFormat \"%h %l ...\" name");
    }
    ++begin;
  } else if (begin < end && text[begin] == '"' && closing_quote(text, begin) == end - 1 &&
             text.substr(begin, end - begin).find("\\\"") != std::string_view::npos) {
    // Pasted with the quotes of the configuration file: inside, every quote of the line is escaped.
    ++begin;
    --end;
  }
  SpecString out;
  for (std::size_t i = begin; i < end; ++i) {
    const bool escape = text[i] == '\\' && i + 1 < end;
    out.append(escape ? unescaped(text[i + 1]) : text[i], i);
    if (escape) ++i;
  }
  return out;
}

constexpr FieldNames kApacheNames[] = {
    {Field::kRequest, "r"},
    {Field::kMethod, "m"},
    {Field::kTarget, "U"},
    {Field::kProtocol, "H"},
    {Field::kStatus, "s"},
    {Field::kHost, "{host}i V v"},
    {Field::kTime, "t"},
    {Field::kDuration, "D {us}T", model::Unit::kMicroseconds},
    {Field::kDuration, "{ms}T", model::Unit::kMilliseconds},
    {Field::kDuration, "T {s}T"},
    {Field::kTimeToFirstByte, "^FB", model::Unit::kMicroseconds},
    {Field::kRequestSize, "{content-length}i"},
    {Field::kResponseSize, "{content-length}o B b O"},
};

/// A directive behind its '%'.
struct Directive {
  std::optional<std::string_view> argument;  ///< in braces
  std::string_view letters;
};

/// Reads the one at `at` and moves `at` behind it. Nothing at the end of the text, or with a '{' that is
/// never closed.
std::optional<Directive> read_directive_at(std::string_view text, std::size_t& at) {
  Directive out;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '{') {
      const std::size_t close = text.find('}', at);
      if (close == std::string_view::npos) return std::nullopt;
      out.argument = text.substr(at + 1, close - at - 1);
      at = close;
    } else if (!util::is_digit(c) && std::string_view("!<>,").find(c) == std::string_view::npos) {
      // All of these say when it is logged, and of which of the internal redirects: the shape is the same.
      const std::size_t letters = c == '^' ? 3 : 1;
      if (text.size() - at < letters) return std::nullopt;
      out.letters = text.substr(at, letters);
      at += letters;
      return out;
    }
  }
  return std::nullopt;
}

TimeKind apache_time(std::string_view format) {
  for (const std::string_view prefix : {"begin:", "end:"}) {
    if (format.substr(0, prefix.size()) == prefix) format.remove_prefix(prefix.size());
  }
  if (format == "sec") return TimeKind::kUnix;
  if (format == "msec") return TimeKind::kUnixMilli;
  if (format == "usec") return TimeKind::kUnixMicro;
  if (format.empty() || format.substr(0, 8) == "%d/%b/%Y") return TimeKind::kClf;
  return TimeKind::kIso8601;
}

FieldClass apache_class(std::string_view letters) {
  // User names, headers, file names and what mod_ssl says may hold anything; so may the request.
  constexpr std::string_view kText = "uirofUqenCxct";
  if (letters == "p") return FieldClass::kPort;
  if (letters == "^FB") return FieldClass::kToken;
  return letters[0] == '^' || kText.find(letters[0]) != std::string_view::npos ? FieldClass::kText
                                                                               : FieldClass::kToken;
}

bool is_known(const Directive& directive) {
  constexpr std::string_view kPlain = "aAbBDfhHIklLmnopPqrRsStTuUvVXOiexCc";
  constexpr std::string_view kNeedsArgument = "ioenCxc";
  const std::string_view letters = directive.letters;
  if (letters == "^FB") return true;
  if (letters == "^ti" || letters == "^to") return directive.argument.has_value();
  if (letters.size() != 1 || kPlain.find(letters[0]) == std::string_view::npos) return false;
  return directive.argument || kNeedsArgument.find(letters[0]) == std::string_view::npos;
}

/// How `fields` calls it: "D", "{ms}T", "{Content-Length}i".
std::string name_of(const Directive& directive) {
  // The argument of %{...}t only says how the time is written.
  if (!directive.argument || directive.letters == "t") return std::string(directive.letters);
  return fmt::format("{{{}}}{}", *directive.argument, directive.letters);
}

util::Result<Piece> read_apache_field(const model::FormatSpec& spec, const SpecString& string,
                                      std::size_t& at) {
  const std::size_t from = at++;
  const std::size_t offset = string.offsets[from];
  const std::optional<Directive> directive = read_directive_at(string.text, at);
  if (!directive) {
    return spec_error(spec, offset, "\"%\" without a directive",
                      "write %% for a percent sign, and close every {");
  }
  std::string shown = string.text.substr(from, at - from);
  if (!is_known(*directive)) {
    return spec_error(spec, offset, fmt::format("unknown directive {}", shown),
                      "the letters are those of Apache's mod_log_config");
  }
  const std::string_view letters = directive->letters;
  const bool clf_time = letters == "t" && !directive->argument;
  return Piece{.kind = letters == "U"   ? Piece::Kind::kPath
                       : letters == "q" ? Piece::Kind::kQuery
                                        : Piece::Kind::kField,
               .text = name_of(*directive),
               .shown = std::move(shown),
               .cls = clf_time ? FieldClass::kBracket : apache_class(letters),
               .time = apache_time(directive->argument.value_or("")),
               .offset = offset};
}

}  // namespace

util::Result<FormatPtr> make_apache(const model::FormatSpec& spec,
                                    const model::CaptureRegexFactory& /*regex*/) {
  const auto string = read_apache_string(spec);
  if (!string) return string.errors();
  return make_percent_format({.name = "Apache LogFormat", .writer = Writer::kApache, .names = kApacheNames},
                             spec, *string, &read_apache_field);
}

}  // namespace routemeter::format
