// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace routemeter::metric {

/// A label value that came from a log is at most this long.
inline constexpr std::size_t kMaxLabelBytes = 128;
using LabelBuffer = std::array<char, kMaxLabelBytes>;

/// Makes bytes that a client wrote fit for a label value: valid UTF-8 (each broken sequence becomes U+FFFD:
/// one invalid value makes Prometheus drop the whole page), C0, C1 and DEL as \xNN text, cut before the first
/// rune that does not fit. The result is `raw` itself or a view of `buffer`.
std::string_view clean_label(std::string_view raw, LabelBuffer& buffer) noexcept;

}  // namespace routemeter::metric
