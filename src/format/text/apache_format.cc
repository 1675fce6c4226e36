// SPDX-License-Identifier: Apache-2.0
#include "format/text/apache_format.h"

#include "format/contract/spec_error.h"
#include "format/text/apache_directive.h"
#include "format/text/text_plan.h"

namespace routemeter::format {
namespace {

using model::Field;

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
      } else if (c == '!' || c == '<' || c == '>' || c == ',' || (c >= '0' && c <= '9')) {
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
  std::string out;
  // The argument of %{...}t only says how the time is written.
  if (directive.has_argument() && directive.letters() != "t") {
    out = "{" + directive.argument() + "}";
  }
  out += directive.letters();
  return out;
}

class ApacheReader {
 public:
  ApacheReader(const model::FormatSpec& spec, const ApacheString& string) : spec_(spec), string_(string) {}

  util::Result<std::vector<Piece>> read() {
    const std::string_view text = string_.text;
    std::size_t at = 0;
    while (at < text.size()) {
      if (text[at] != '%' || text.substr(at, 2) == "%%") {
        add_literal(text.substr(at, 1), at);
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
                          "unknown directive " + std::string(text.substr(at, directive.end() - at)),
                          "the letters are those of Apache's mod_log_config");
      }
      add_field(directive, text.substr(at, directive.end() - at), at);
      at = directive.end();
    }
    return std::move(pieces_);
  }

 private:
  void add_literal(std::string_view text, std::size_t at) {
    if (pieces_.empty() || pieces_.back().kind != Piece::Kind::kLiteral) {
      pieces_.emplace_back();
      pieces_.back().offset = string_.offsets[at];
    }
    pieces_.back().text += text;
  }

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
    // %t writes its own brackets.
    if (clf_time) add_literal("[", at);
    pieces_.push_back(std::move(piece));
    if (clf_time) add_literal("]", at);
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
  util::Result<std::vector<Piece>> pieces = ApacheReader(spec, *string).read();
  if (!pieces) return pieces.errors();
  TextPlan plan;
  plan.name = "Apache LogFormat";
  plan.sigil = "%";
  plan.pieces = std::move(*pieces);
  plan.defaults = &apache_defaults();
  return make_text_format(plan, spec);
}

}  // namespace routemeter::format
