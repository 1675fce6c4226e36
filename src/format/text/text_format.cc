// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "format/contract/format_factory.h"
#include "format/explain/explain_line.h"
#include "format/text/text_parser.h"
#include "format/text/text_plan.h"
#include "util/fmt.h"

namespace routemeter::format {
namespace {

using model::Field;
using model::Reason;

class TextFormat final : public Format {
 public:
  TextFormat(const TextPlan& plan, TimeKind time, std::shared_ptr<const TextLayout> layout,
             std::vector<FieldUse> uses)
      : layout_(std::move(layout)) {
    name_ = plan.name;
    writer_ = plan.writer;
    time_kind_ = time;
    uses_ = std::move(uses);
    for (const Field field : kFields) {
      if (layout_->slot(field).used()) available_.add(field);
    }
    available_.add(Field::kMethod);
    available_.add(Field::kTarget);
  }
  std::unique_ptr<Parser> make_parser() const override { return std::make_unique<TextParser>(layout_); }

  std::optional<Mismatch> explain(std::string_view line) const override {
    TextParser parser(layout_);
    model::Request request;
    const Reason reason = parser.parse(line, request);
    if (reason == Reason::kNone) return std::nullopt;
    std::array<std::string_view, kTextSlots> captures;
    LineScanner::Scratch scratch;
    if (!layout_->scanner.scan(line, captures.data(), scratch)) {
      return explain_shape(layout_->scanner.reach(line), layout_->steps, line);
    }
    if (reason == Reason::kNoMatch) {  // a field too many before the time
      const auto at = static_cast<std::size_t>(captures[layout_->user].data() - line.data());
      return Mismatch{std::string(line), at, "a user without a blank, since there is a logname before it"};
    }
    std::vector<FieldValue> values;
    for (const FieldUse& use : uses_) values.push_back({use.field, parser.text(use.field), use.name});
    return explain_values(reason, values, line);
  }

 private:
  std::shared_ptr<const TextLayout> layout_;
};

/// The class of two fields that nothing separates, when nobody needs to tell them apart.
FieldClass wider(FieldClass a, FieldClass b) {
  if (a == FieldClass::kAny || b == FieldClass::kAny) return FieldClass::kAny;
  return a == FieldClass::kToken && b == FieldClass::kToken ? FieldClass::kToken : FieldClass::kText;
}

bool is_field(const Piece& piece) { return piece.kind != Piece::Kind::kLiteral; }

class Builder {
 public:
  Builder(const TextPlan& plan, const model::FormatSpec& spec, const Binding& binding)
      : plan_(plan), spec_(spec), binding_(binding) {}

  util::Result<FormatPtr> build() {
    auto layout = std::make_shared<TextLayout>();
    layout->escape = plan_.escape;
    std::size_t fields = 0;
    for (std::size_t i = 0; i < plan_.pieces.size();) {
      const Piece& piece = plan_.pieces[i];
      if (!is_field(piece)) {
        layout->scanner.add_literal(piece.text);
        layout->indexed.add_literal(piece.text);
        ++i;
        continue;
      }
      if (++fields > LineScanner::kMaxFields) {
        return spec_error(spec_, piece.offset, fmt::format("more than {} fields", LineScanner::kMaxFields),
                          "log fewer of them");
      }
      FieldClass cls = piece.cls;
      const std::size_t next = join(i, cls);
      if (next < plan_.pieces.size() && is_field(plan_.pieces[next]) && cls != FieldClass::kHost) {
        const std::string& follower = plan_.pieces[next].shown;
        return spec_error(
            spec_, plan_.pieces[next].offset,
            fmt::format("nothing stands between {} and {}, so it is unknown where the first one ends",
                        piece.shown, follower),
            fmt::format("put a character between them that {} cannot contain, such as a blank", piece.shown));
      }
      std::uint8_t slot = slot_of(i, *layout);
      if (slot == kNoSlot) slot = identity_slot(i, *layout);
      layout->scanner.add_field(cls, slot);
      layout->indexed.add_field(cls, slot);
      layout->steps.push_back(shown(i, next));
      i = next;
    }
    layout->scanner.finish();
    layout->indexed.finish();
    layout->fast.plan(*layout, layout->indexed);
    const auto& time = binding_[Field::kTime];
    const TimeKind kind = time ? plan_.pieces[time->piece].time : TimeKind::kNone;
    return FormatPtr(std::make_shared<TextFormat>(plan_, kind, std::move(layout), uses()));
  }

 private:
  /// Takes the fields that stand directly behind field `i` together with it where that loses nothing. Returns
  /// the first piece that is not taken; `cls` is the class of the whole.
  std::size_t join(std::size_t i, FieldClass& cls) const {
    std::size_t next = i + 1;
    while (next < plan_.pieces.size() && is_field(plan_.pieces[next])) {
      const Piece& piece = plan_.pieces[next];
      const bool query = plan_.pieces[i].kind == Piece::Kind::kPath && piece.kind == Piece::Kind::kQuery;
      if (!query && (is_bound(i) || is_bound(next))) break;
      if (!query) cls = wider(cls, piece.cls);
      ++next;
    }
    // $scheme://$host$request_uri: a host ends where the path begins.
    if (next == i + 1 && next < plan_.pieces.size() && plan_.pieces[next].kind == Piece::Kind::kPath &&
        (cls == FieldClass::kToken || cls == FieldClass::kPort)) {
      cls = FieldClass::kHost;
    }
    return next;
  }

  std::string shown(std::size_t first, std::size_t end) const {
    std::string out;
    for (std::size_t i = first; i < end; ++i) out += plan_.pieces[i].shown;
    return out;
  }

  std::vector<FieldUse> uses() const {
    std::vector<FieldUse> out;
    for (const Field field : kFields) {
      const auto& source = binding_[field];
      if (source) out.push_back({field, plan_.pieces[source->piece].shown, source->unit});
    }
    return out;
  }

  bool feeds(std::size_t piece, Field field) const {
    return binding_[field] && binding_[field]->piece == piece;
  }
  bool is_bound(std::size_t piece) const {
    return std::any_of(kFields.begin(), kFields.end(), [&](Field field) { return feeds(piece, field); });
  }

  std::uint8_t slot_of(std::size_t piece, TextLayout& layout) {
    std::uint8_t slot = kNoSlot;
    for (const Field field : kFields) {
      if (!feeds(piece, field)) continue;
      if (slot == kNoSlot) slot = next_slot_++;
      layout.slots[field] = {slot, binding_[field]->list, binding_[field]->unit};
    }
    return slot;
  }

  /// A slot for the logname and the user of a client, where the one stands before the other.
  std::uint8_t identity_slot(std::size_t piece, TextLayout& layout) {
    if (is_identity(piece)) return layout.logname = next_slot_++;
    if (piece >= 2 && is_identity(piece - 2) && layout.logname != kNoSlot) {
      return layout.user = next_slot_++;
    }
    return kNoSlot;
  }

  /// $remote_logname and $remote_user, or Apache's %l and %u, with a blank between them.
  bool is_identity(std::size_t piece) const {
    const auto& pieces = plan_.pieces;
    if (piece + 2 >= pieces.size() || is_field(pieces[piece + 1]) || pieces[piece + 1].text != " ")
      return false;
    const std::string& logname = pieces[piece].text;
    const std::string& user = pieces[piece + 2].text;
    if (is_bound(piece) || is_bound(piece + 2)) return false;
    return (logname == "remote_logname" && user == "remote_user") || (logname == "l" && user == "u");
  }

  const TextPlan& plan_;
  const model::FormatSpec& spec_;
  Binding binding_;
  std::uint8_t next_slot_ = 0;
};

}  // namespace

util::Result<FormatPtr> make_text_format(const TextPlan& plan, const model::FormatSpec& spec) {
  util::Result<Binding> binding = bind_fields(plan, spec);
  if (!binding) return binding.errors();
  return Builder(plan, spec, *binding).build();
}

util::Result<FormatPtr> make_percent_format(TextPlan plan, const model::FormatSpec& spec,
                                            const SpecString& string, PercentField read_field) {
  const std::string_view text = string.text;
  std::vector<Piece>& pieces = plan.pieces;
  const auto add_literal = [&](std::string_view bytes, std::size_t offset) {
    if (pieces.empty() || is_field(pieces.back())) pieces.push_back({.offset = offset});
    pieces.back().text += bytes;
  };
  plan.sigil = "%";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t offset = string.offsets[at];
    if (text[at] != '%' || text.substr(at, 2) == "%%") {
      add_literal(text.substr(at, 1), offset);
      at += text[at] == '%' ? 2 : 1;
      continue;
    }
    util::Result<Piece> piece = read_field(spec, string, at);
    if (!piece) return piece.errors();
    // A time is written with its brackets.
    const bool bracketed = piece->cls == FieldClass::kBracket;
    if (bracketed) add_literal("[", offset);
    pieces.push_back(std::move(*piece));
    if (bracketed) add_literal("]", offset);
  }
  return make_text_format(plan, spec);
}

}  // namespace routemeter::format
