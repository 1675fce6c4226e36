// SPDX-License-Identifier: Apache-2.0
#include "metric/series/label_values.h"

#include <algorithm>
#include <cstring>

#include "util/utf8.h"

namespace routemeter::metric {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_plain(char c) { return c >= 0x20 && c < 0x7F; }

}  // namespace

std::string_view clean_label(std::string_view raw, LabelBuffer& buffer) noexcept {
  if (raw.size() <= kMaxLabelBytes && std::all_of(raw.begin(), raw.end(), is_plain)) return raw;
  std::size_t size = 0;
  std::array<char, 4> escape{};
  while (!raw.empty()) {
    std::size_t length = util::utf8_length(raw);
    std::string_view piece = length > 0 ? raw.substr(0, length) : kReplacement;
    // The code of a control character: C1 are two bytes, C2 and the code itself.
    const auto code = static_cast<unsigned char>(length == 2 && raw[0] == '\xC2' ? raw[1] : raw[0]);
    if (length == 0) {
      length = util::utf8_bad_length(raw);
    } else if (code < 0x20 || (code >= 0x7F && code < 0xA0)) {
      constexpr std::string_view kHex = "0123456789ABCDEF";
      escape = {'\\', 'x', kHex[code >> 4], kHex[code & 15]};
      piece = {escape.data(), escape.size()};
    }
    if (size + piece.size() > buffer.size()) break;
    std::memcpy(buffer.data() + size, piece.data(), piece.size());
    size += piece.size();
    raw.remove_prefix(length);
  }
  return {buffer.data(), size};
}

std::uint32_t LabelTable::append(std::string_view text) {
  const auto id = static_cast<std::uint32_t>(texts_.size());
  ids_.try_emplace(texts_.emplace_back(text), id);
  return id;
}

std::uint32_t LabelTable::add_from_file(std::string_view text) {
  const std::uint32_t id = append(text);
  from_file_ = texts_.size();
  return id;
}

std::optional<std::uint32_t> LabelTable::add_from_log(std::string_view text) {
  if (texts_.size() - from_file_ >= max_from_log_) return std::nullopt;
  return append(text);
}

std::uint32_t LabelTable::find_or_restore(std::string_view text) {
  const auto found = find(text);
  return found ? *found : append(text);
}

std::optional<std::uint32_t> LabelTable::find(std::string_view text) const {
  const auto found = ids_.find(text);
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

}  // namespace routemeter::metric
