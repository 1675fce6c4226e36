// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace routemeter::openapi {

/// Nesting deeper than this is refused. Schemas written in place take two levels for each of their own.
inline constexpr std::size_t kMaxDepth = 256;

/// A path longer than this is no route: RE2 would refuse it, and no label may be so long.
inline constexpr std::size_t kMaxPath = 1024;

/// References that lead to references.
inline constexpr int kMaxRefs = 16;

}  // namespace routemeter::openapi
