// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace routemeter::model {

/// Why a line is not a request. The names are label values of routemeter_lines_unparsed_total.
enum class Reason : std::uint8_t {
  kNone,          ///< parsed: the line is a request
  kEmpty,         ///< nothing on the line
  kNoMatch,       ///< does not have the shape of the format
  kBadRequest,    ///< well formed, but the request is none: "-", a TLS hello, one word
  kBadStatus,     ///< the status is not a number from 100 to 599
  kBadNumber,     ///< a duration or size that is no number, or negative
  kBadJson,       ///< a JSON format, and the line is no JSON object
  kMissingField,  ///< JSON or regex without a method, target or status
  kNotAccess,     ///< a server message or a traceback between access lines
  kWebsocket,     ///< uvicorn's websocket lines: the library does not measure them
  kComment,       ///< a line that begins with '#', as in W3C logs
  kTooLong,       ///< longer than input::kMaxLine
  kBadEnvelope,   ///< the syslog, Docker or CRI wrapping is not there
  kCount
};

inline constexpr std::size_t kReasonCount = static_cast<std::size_t>(Reason::kCount);

inline constexpr std::array<std::string_view, kReasonCount> kReasonNames = {
    "none",          "empty",      "no_match",  "bad_request", "bad_status", "bad_number",  "bad_json",
    "missing_field", "not_access", "websocket", "comment",     "too_long",   "bad_envelope"};

constexpr std::string_view name_of(Reason reason) { return kReasonNames[static_cast<std::size_t>(reason)]; }

}  // namespace routemeter::model
