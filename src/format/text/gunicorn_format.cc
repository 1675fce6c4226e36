// SPDX-License-Identifier: Apache-2.0
#include "format/contract/format_factory.h"
#include "format/text/text_formats.h"
#include "format/text/text_plan.h"
#include "util/fmt.h"

namespace routemeter::format {
namespace {

using model::Field;

const FieldDefaults& gunicorn_defaults() {
  static const FieldDefaults kDefaults = {
      {Field::kRequest, {"r"}},
      {Field::kMethod, {"m"}},
      {Field::kTarget, {"U"}},
      {Field::kProtocol, {"H"}},
      {Field::kStatus, {"s"}},
      {Field::kHost, {"{host}i"}},
      {Field::kTime, {"t"}},
      {Field::kDuration, {"D", "L", "M", "T"}},
      {Field::kTimeToFirstByte, {}},
      {Field::kRequestSize, {"{content-length}i"}},
      {Field::kResponseSize, {"{content-length}o", "B", "b"}},
  };
  return kDefaults;
}

model::Unit gunicorn_unit(std::string_view name) {
  if (name == "D") return model::Unit::kMicroseconds;
  return name == "M" ? model::Unit::kMilliseconds : model::Unit::kSeconds;
}

FieldClass gunicorn_class(std::string_view name) {
  constexpr std::string_view kTokens = "hlmsbBHTDMLp";
  return name.size() == 1 && kTokens.find(name[0]) != std::string_view::npos ? FieldClass::kToken
                                                                             : FieldClass::kText;
}

bool is_known_atom(std::string_view name) {
  constexpr std::string_view kAtoms = "hlutrmUqHsBbfaTDMLp";
  if (name.size() == 1) return kAtoms.find(name[0]) != std::string_view::npos;
  return name.size() > 3 && name[0] == '{' && name[name.size() - 2] == '}' &&
         std::string_view("ioe").find(name.back()) != std::string_view::npos;
}

Piece make_piece(std::string_view name, std::size_t offset) {
  Piece out;
  out.kind = name == "U" ? Piece::Kind::kPath : name == "q" ? Piece::Kind::kQuery : Piece::Kind::kField;
  out.text = name;
  out.shown = fmt::format("%({})s", name);
  out.cls = name == "t" ? FieldClass::kBracket : gunicorn_class(name);
  out.time = name == "t" ? TimeKind::kClf : TimeKind::kIso8601;
  out.unit = gunicorn_unit(name);
  out.offset = offset;
  return out;
}

util::Result<std::vector<Piece>> read_pieces(const model::FormatSpec& spec) {
  std::vector<Piece> out;
  std::string_view text = spec.text;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] != '%' || text.substr(at, 2) == "%%") {
      add_literal(out, text.substr(at, 1), at);
      at += text[at] == '%' ? 2 : 1;
      continue;
    }
    const std::size_t close = text.substr(at, 2) == "%(" ? text.find(")s", at) : std::string_view::npos;
    if (close == std::string_view::npos) {
      return spec_error(spec, at, "\"%\" without a field", "fields are written %(h)s, a percent sign %%");
    }
    const std::string_view name = text.substr(at + 2, close - at - 2);
    if (!is_known_atom(name)) {
      return spec_error(spec, at, fmt::format("unknown field %({})s", name),
                        "the names are those of gunicorn's access_log_format");
    }
    Piece piece = make_piece(name, at);
    if (name == "t") {
      add_bracketed(out, std::move(piece));
    } else {
      out.push_back(std::move(piece));
    }
    at = close + 2;
  }
  return out;
}

}  // namespace

util::Result<FormatPtr> make_gunicorn_string(const model::FormatSpec& spec,
                                             const model::CaptureRegexFactory& /*regex*/) {
  util::Result<std::vector<Piece>> pieces = read_pieces(spec);
  if (!pieces) return pieces.errors();
  TextPlan plan;
  plan.name = "gunicorn access_log_format";
  plan.writer = Writer::kGunicorn;
  plan.sigil = "%";
  plan.pieces = std::move(*pieces);
  plan.defaults = &gunicorn_defaults();
  return make_text_format(plan, spec);
}

}  // namespace routemeter::format
