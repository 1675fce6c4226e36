// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace routemeter::format {

/// Length of a syslog header at the start of `line`, up to the first byte of the message; 0 = not there.
/// RFC 3164 "<190>Jul  8 11:07:07 host nginx[2869]: ", RFC 5424 "<171>1 TIME host app pid id [sd] ", and
/// "2025-01-01T00:00:00.123+00:00 host nginx[1]: "; "<190>" and, before a colon, the host may be absent.
std::size_t syslog_prefix_length(std::string_view line) noexcept;

/// Length of an ISO 8601 time with zone ("2025-01-01T00:00:00.123+00:00", "...Z"); 0 = not there.
std::size_t iso_time_length(std::string_view text) noexcept;

}  // namespace routemeter::format
