// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "format/text/text_formats.h"
#include "format/text/text_plan.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::format {
namespace {

using model::Field;

/// The string of a LogFormat directive, its escapes undone.
struct ApacheString {
  std::string text;
  std::vector<std::size_t> offsets;  ///< where each byte of text stands in FormatSpec::text
};

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
  if (text.size() <= kDirective.size() || !util::is_space(text[kDirective.size()])) return false;
  for (std::size_t i = 0; i < kDirective.size(); ++i) {
    if (util::to_lower(text[i]) != kDirective[i]) return false;
  }
  return true;
}

char unescaped(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    default:
      return c;
  }
}

/// Takes 'LogFormat "..." name', '"..."' with \" inside, or a bare string (where \" and \t may stand too).
util::Result<ApacheString> read_apache_string(const model::FormatSpec& spec) {
  const std::string_view text = spec.text;
  std::size_t begin = 0;
  std::size_t end = text.size();
  while (begin < end && util::is_space(text[begin])) ++begin;
  while (end > begin && (text[end - 1] == '\n' || text[end - 1] == '\r')) --end;
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
  ApacheString out;
  for (std::size_t i = begin; i < end; ++i) {
    out.offsets.push_back(i);
    if (text[i] == '\\' && i + 1 < end) {
      out.text.push_back(unescaped(text[++i]));
    } else {
      out.text.push_back(text[i]);
    }
  }
  return out;
}

const FieldDefaults& apache_defaults() {
  static const FieldDefaults kDefaults = {
      {Field::kRequest, {"r"}},
      {Field::kMethod, {"m"}},
      {Field::kTarget, {"U"}},
      {Field::kProtocol, {"H"}},
      {Field::kStatus, {"s"}},
      {Field::kHost, {"{host}i", "V", "v"}},
      {Field::kTime, {"t"}},
      {Field::kDuration, {"D", "{us}T", "{ms}T", "T", "{s}T"}},
      {Field::kTimeToFirstByte, {"^FB"}},
      {Field::kRequestSize, {"{content-length}i"}},
      {Field::kResponseSize, {"{content-length}o", "B", "b", "O"}},
  };
  return kDefaults;
}

/// Reads one directive behind its '%'.
class Directive {
 public:
  Directive(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  /// False at the end of the text, or with a '{' that is never closed.
  bool read() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '{') {
        const std::size_t close = text_.find('}', at_);
        if (close == std::string_view::npos) return false;
        has_argument_ = true;
        argument_ = text_.substr(at_ + 1, close - at_ - 1);
        at_ = close + 1;
      } else if (c == '!' || c == '<' || c == '>' || c == ',' || util::is_digit(c)) {
        ++at_;  // when it is logged, and of which of the internal redirects: the shape is the same
      } else {
        const std::size_t letters = c == '^' ? 3 : 1;
        if (text_.size() - at_ < letters) return false;
        letters_ = text_.substr(at_, letters);
        at_ += letters;
        return true;
      }
    }
    return false;
  }

  std::size_t end() const { return at_; }
  const std::string& argument() const { return argument_; }
  bool has_argument() const { return has_argument_; }
  std::string_view letters() const { return letters_; }

 private:
  std::string_view text_;
  std::size_t at_;
  std::string argument_;
  bool has_argument_ = false;
  std::string letters_;
};

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

model::Unit unit_of(std::string_view letters, std::string_view argument) {
  if (letters == "D" || letters == "^FB" || argument == "us") return model::Unit::kMicroseconds;
  return argument == "ms" ? model::Unit::kMilliseconds : model::Unit::kSeconds;
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
  const std::string_view letters = directive.letters();
  if (letters == "^FB") return true;
  if (letters == "^ti" || letters == "^to") return directive.has_argument();
  if (letters.size() != 1 || kPlain.find(letters[0]) == std::string_view::npos) return false;
  return directive.has_argument() || kNeedsArgument.find(letters[0]) == std::string_view::npos;
}

/// How `fields` calls it: "D", "{ms}T", "{Content-Length}i".
std::string name_of(const Directive& directive) {
  // The argument of %{...}t only says how the time is written.
  if (!directive.has_argument() || directive.letters() == "t") return std::string(directive.letters());
  return fmt::format("{{{}}}{}", directive.argument(), directive.letters());
}

class ApacheSplitter {
 public:
  ApacheSplitter(const model::FormatSpec& spec, const ApacheString& string) : spec_(spec), string_(string) {}

  util::Result<std::vector<Piece>> read() {
    const std::string_view text = string_.text;
    std::size_t at = 0;
    while (at < text.size()) {
      if (text[at] != '%' || text.substr(at, 2) == "%%") {
        add_literal(pieces_, text.substr(at, 1), string_.offsets[at]);
        at += text[at] == '%' ? 2 : 1;
        continue;
      }
      Directive directive(text, at + 1);
      if (!directive.read()) {
        return spec_error(spec_, string_.offsets[at], "\"%\" without a directive",
                          "write %% for a percent sign, and close every {");
      }
      if (!is_known(directive)) {
        return spec_error(spec_, string_.offsets[at],
                          fmt::format("unknown directive {}", text.substr(at, directive.end() - at)),
                          "the letters are those of Apache's mod_log_config");
      }
      add_field(directive, text.substr(at, directive.end() - at), at);
      at = directive.end();
    }
    return std::move(pieces_);
  }

 private:
  void add_field(const Directive& directive, std::string_view shown, std::size_t at) {
    Piece piece;
    const bool clf_time = directive.letters() == "t" && !directive.has_argument();
    piece.kind = directive.letters() == "U"   ? Piece::Kind::kPath
                 : directive.letters() == "q" ? Piece::Kind::kQuery
                                              : Piece::Kind::kField;
    piece.text = name_of(directive);
    piece.shown = shown;
    piece.cls = clf_time ? FieldClass::kBracket : apache_class(directive.letters());
    piece.time = apache_time(directive.argument());
    piece.unit = unit_of(directive.letters(), directive.argument());
    piece.offset = string_.offsets[at];
    if (clf_time) {
      add_bracketed(pieces_, std::move(piece));
    } else {
      pieces_.push_back(std::move(piece));
    }
  }

  const model::FormatSpec& spec_;
  const ApacheString& string_;
  std::vector<Piece> pieces_;
};

}  // namespace

util::Result<FormatPtr> make_apache(const model::FormatSpec& spec,
                                    const model::CaptureRegexFactory& /*regex*/) {
  util::Result<ApacheString> string = read_apache_string(spec);
  if (!string) return string.errors();
  util::Result<std::vector<Piece>> pieces = ApacheSplitter(spec, *string).read();
  if (!pieces) return pieces.errors();
  TextPlan plan;
  plan.name = "Apache LogFormat";
  plan.writer = Writer::kApache;
  plan.sigil = "%";
  plan.pieces = std::move(*pieces);
  plan.defaults = &apache_defaults();
  return make_text_format(plan, spec);
}

}  // namespace routemeter::format
