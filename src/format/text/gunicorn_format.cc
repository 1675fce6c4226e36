// SPDX-License-Identifier: Apache-2.0
#include "format/contract/format_factory.h"
#include "format/text/text_formats.h"
#include "format/text/text_plan.h"
#include "util/fmt.h"

namespace routemeter::format {
namespace {

using model::Field;

constexpr FieldNames kGunicornNames[] = {
    {Field::kRequest, "r"},
    {Field::kMethod, "m"},
    {Field::kTarget, "U"},
    {Field::kProtocol, "H"},
    {Field::kStatus, "s"},
    {Field::kHost, "{host}i"},
    {Field::kTime, "t"},
    {Field::kDuration, "D", model::Unit::kMicroseconds},
    {Field::kDuration, "L"},
    {Field::kDuration, "M", model::Unit::kMilliseconds},
    {Field::kDuration, "T"},
    {Field::kRequestSize, "{content-length}i"},
    {Field::kResponseSize, "{content-length}o B b"},
};

FieldClass gunicorn_class(std::string_view name) {
  constexpr std::string_view kTokens = "hlmsbBHTDMLp";
  if (name == "t") return FieldClass::kBracket;
  return name.size() == 1 && kTokens.find(name[0]) != std::string_view::npos ? FieldClass::kToken
                                                                             : FieldClass::kText;
}

bool is_known_atom(std::string_view name) {
  constexpr std::string_view kAtoms = "hlutrmUqHsBbfaTDMLp";
  if (name.size() == 1) return kAtoms.find(name[0]) != std::string_view::npos;
  return name.size() > 3 && name[0] == '{' && name[name.size() - 2] == '}' &&
         std::string_view("ioe").find(name.back()) != std::string_view::npos;
}

util::Result<Piece> read_atom(const model::FormatSpec& spec, const SpecString& string, std::size_t& at) {
  const std::string_view text = string.text;
  const std::size_t offset = string.offsets[at];
  const std::size_t close = text.substr(at, 2) == "%(" ? text.find(")s", at) : std::string_view::npos;
  if (close == std::string_view::npos) {
    return spec_error(spec, offset, "\"%\" without a field", "fields are written %(h)s, a percent sign %%");
  }
  const std::string_view name = text.substr(at + 2, close - at - 2);
  if (!is_known_atom(name)) {
    return spec_error(spec, offset, fmt::format("unknown field %({})s", name),
                      "the names are those of gunicorn's access_log_format");
  }
  at = close + 2;
  return Piece{.kind = name == "U"   ? Piece::Kind::kPath
                       : name == "q" ? Piece::Kind::kQuery
                                     : Piece::Kind::kField,
               .text = std::string(name),
               .shown = fmt::format("%({})s", name),
               .cls = gunicorn_class(name),
               .time = name == "t" ? TimeKind::kClf : TimeKind::kIso8601,
               .offset = offset};
}

}  // namespace

util::Result<FormatPtr> make_gunicorn_string(const model::FormatSpec& spec,
                                             const model::CaptureRegexFactory& /*regex*/) {
  return make_percent_format(
      {.name = "gunicorn access_log_format", .writer = Writer::kGunicorn, .names = kGunicornNames}, spec,
      read_bare_string(spec), &read_atom);
}

}  // namespace routemeter::format
