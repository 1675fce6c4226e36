// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "format/contract/batch.h"
#include "format/contract/format.h"
#include "format/text/text_layout.h"
#include "format/value/number.h"

namespace routemeter::format {

/// Reads the lines of a text format: cut by number where they are as usual, by Scanner where they are not.
class TextParser final : public Parser {
 public:
  explicit TextParser(std::shared_ptr<const TextLayout> layout) : layout_(std::move(layout)) {}

  using Parser::parse;
  model::Reason parse(std::string_view line, model::Request& out) noexcept override;
  void parse(Batch& batch) noexcept override;

  /// The text of a field in the last line that had the format's shape, empty when the format has none.
  std::string_view text(model::Field field) const {
    const TextLayout::Slot& slot = layout_->slot(field);
    return slot.used() ? captures_[slot.index] : std::string_view();
  }

 private:
  bool parse_by_index(Batch& batch) noexcept;
  /// What the captures say, which lie in `line`; sets all of `out`.
  model::Reason interpret(std::string_view line, model::Request& out) noexcept;
  bool shifted() const;
  std::string_view plain(std::string_view text, std::string& scratch) const;
  model::Reason read_request(model::Request& out);
  bool read_status(std::string_view line, model::Request& out) const;
  bool read_duration(model::Field field, std::string_view line, std::uint64_t& out,
                     model::FieldSet& known) const;
  bool read_size_of(model::Field field, std::string_view line, std::uint64_t& out,
                    model::FieldSet& known) const;

  std::shared_ptr<const TextLayout> layout_;
  std::array<std::string_view, kTextSlots> captures_{};
  Scanner::Scratch scratch_;
  bool is_plain_ = false;  ///< the line is known to have no backslash
  std::string target_;     // one scratch per view that Request holds
  std::string method_;
  std::string path_;
  std::string host_;
};

}  // namespace routemeter::format
