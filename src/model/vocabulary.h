// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

// The words that rule files, messages and metrics share, each beside the enum that it spells, in its order.

namespace routemeter::model {

/// The fields of a request that a log can carry, by the names the rule file's `fields` uses.
enum class Field : std::uint8_t {
  kRequest,  ///< the whole request line "GET /x HTTP/1.1"
  kMethod,
  kTarget,
  kProtocol,
  kStatus,
  kHost,
  kTime,
  kDuration,
  kTimeToFirstByte,
  kRequestSize,
  kResponseSize,
  kCount
};

inline constexpr std::array<std::string_view, static_cast<std::size_t>(Field::kCount)> kFieldNames = {
    "request",      "method", "target",   "protocol",           "status",
    "host",         "time",   "duration", "time_to_first_byte", "request_size",
    "response_size"};

/// Units of durations.
enum class Unit : std::uint8_t { kSeconds, kMilliseconds, kMicroseconds, kNanoseconds };
inline constexpr std::array<std::string_view, 4> kUnitNames = {"s", "ms", "us", "ns"};

/// How a format string escapes its values.
enum class Escape : std::uint8_t { kDefault, kJson, kNone };
inline constexpr std::array<std::string_view, 3> kEscapeNames = {"default", "json", "none"};

/// What a log collector wraps around each line.
enum class Envelope : std::uint8_t { kAuto, kNone, kSyslog, kDocker, kCri };
inline constexpr std::array<std::string_view, 5> kEnvelopeNames = {"auto", "none", "syslog", "docker", "cri"};

/// The labels that a family can take from a request, sorted by name as on the page.
enum Label : std::uint8_t { kHandlerLabel, kMethodLabel, kStatusLabel };
struct RequestLabel {
  std::string_view name;
  std::uint8_t saved_bit = 0;  ///< in the durable state
  bool from_clients = false;   ///< they may write any text: `limits` bounds it, beyond it becomes "other"
  bool in_progress = false;    ///< known of a request that has not ended
};
/// A new one also needs its number of a request: key_of() in metric/store/store.cc.
inline constexpr auto kRequestLabels = std::to_array<RequestLabel>({
    {"handler", 1, true, true},
    {"method", 2, true, true},
    {"status", 4},
});
template <typename T>
using PerLabel = std::array<T, kRequestLabels.size()>;

constexpr std::optional<Label> label_named(std::string_view name) {
  const auto* row = std::ranges::find(kRequestLabels, name, &RequestLabel::name);
  if (row == kRequestLabels.end()) return std::nullopt;
  return static_cast<Label>(row - kRequestLabels.begin());
}

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

constexpr std::string_view name_of(Field field) { return kFieldNames[static_cast<std::size_t>(field)]; }
constexpr std::string_view name_of(Unit unit) { return kUnitNames[static_cast<std::size_t>(unit)]; }
constexpr std::string_view name_of(Escape escape) { return kEscapeNames[static_cast<std::size_t>(escape)]; }
constexpr std::string_view name_of(Envelope envelope) {
  return kEnvelopeNames[static_cast<std::size_t>(envelope)];
}
constexpr std::string_view name_of(Reason reason) { return kReasonNames[static_cast<std::size_t>(reason)]; }

}  // namespace routemeter::model
