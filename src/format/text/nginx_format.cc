// SPDX-License-Identifier: Apache-2.0
#include "format/text/nginx_format.h"

#include "format/contract/spec_error.h"
#include "format/text/nginx_directive.h"
#include "format/text/text_plan.h"
#include "format/text/variables.h"

namespace routemeter::format {
namespace {

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

EscapeStyle style_of(model::Escape escape) {
  switch (escape) {
    case model::Escape::kJson:
      return EscapeStyle::kJson;
    case model::Escape::kNone:
      return EscapeStyle::kNone;
    case model::Escape::kDefault:
      break;
  }
  return EscapeStyle::kBackslash;
}

/// Splits the string into literals and variables.
class NginxReader {
 public:
  NginxReader(const model::FormatSpec& spec, const NginxString& string, model::Escape escape)
      : spec_(spec), string_(string), text_(string.text), escape_(escape) {}

  util::Result<std::vector<Piece>> read() {
    while (at_ < text_.size()) {
      if (text_[at_] != '$') {
        read_literal();
        continue;
      }
      const std::size_t dollar = at_++;
      const bool braced = at_ < text_.size() && text_[at_] == '{';
      if (braced) ++at_;
      const std::size_t begin = at_;
      while (at_ < text_.size() && is_name_byte(text_[at_])) ++at_;
      const std::string_view name = text_.substr(begin, at_ - begin);
      if (braced) {
        if (at_ == text_.size() || text_[at_] != '}') {
          return spec_error(spec_, offset(dollar), "\"${\" without its \"}\"", "close it: ${name}");
        }
        ++at_;
      }
      if (name.empty()) {
        return spec_error(spec_, offset(dollar), "\"$\" without the name of a variable",
                          "nginx has no way to log a dollar sign; write the name behind it: $status");
      }
      Piece piece = nginx_variable(name, escape_);
      piece.offset = offset(dollar);
      pieces_.push_back(std::move(piece));
    }
    return std::move(pieces_);
  }

 private:
  std::size_t offset(std::size_t index) const { return string_.offsets[index]; }

  void read_literal() {
    Piece piece;
    piece.offset = offset(at_);
    const std::size_t end = std::min(text_.find('$', at_), text_.size());
    piece.text = text_.substr(at_, end - at_);
    at_ = end;
    pieces_.push_back(std::move(piece));
  }

  const model::FormatSpec& spec_;
  const NginxString& string_;
  std::string_view text_;
  model::Escape escape_;
  std::size_t at_ = 0;
  std::vector<Piece> pieces_;
};

}  // namespace

util::Result<FormatPtr> make_nginx(const model::FormatSpec& spec,
                                   const model::CaptureRegexFactory& /*regex*/) {
  return make_nginx_as(spec, "nginx log_format");
}

util::Result<FormatPtr> make_nginx_as(const model::FormatSpec& spec, std::string name) {
  util::Result<NginxString> string = read_nginx_string(spec);
  if (!string) return string.errors();
  const model::Escape escape = spec.escape.value_or(string->escape.value_or(model::Escape::kDefault));
  util::Result<std::vector<Piece>> pieces = NginxReader(spec, *string, escape).read();
  if (!pieces) return pieces.errors();
  TextPlan plan;
  plan.name = std::move(name);
  plan.sigil = "$";
  plan.pieces = std::move(*pieces);
  plan.escape = style_of(escape);
  plan.defaults = &nginx_defaults();
  return make_text_format(plan, spec);
}

}  // namespace routemeter::format
