// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace routemeter::util {

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4) of `bytes`; `before` is the sum of what came before them.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0) noexcept;

}  // namespace routemeter::util
