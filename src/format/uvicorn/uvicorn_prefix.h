// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace routemeter::format {

/// Length of what stands before the message on a line of uvicorn or gunicorn; 0 = nothing that we know.
/// Known are uvicorn's own "INFO:     " (any level, maybe coloured), gunicorn's
/// "[2024-01-01 00:00:00 +0000] [7] [INFO] ", logging.basicConfig's "INFO:uvicorn.access:", and a time stamp
/// followed by the logger's name and the level in any order, apart by blank, " - ", " | " or ": ".
std::size_t uvicorn_prefix_length(std::string_view line) noexcept;

}  // namespace routemeter::format
