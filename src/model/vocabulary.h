// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "model/request.h"
#include "model/rule_file.h"

// The words of the rule file for fields, units, escapes and envelopes, each in the order of its enum.
// Messages, suggestions and generated rule files use the same words.

namespace routemeter::model {

inline constexpr std::array<std::string_view, static_cast<std::size_t>(Field::kCount)> kFieldNames = {
    "request",      "method", "target",   "protocol",           "status",
    "host",         "time",   "duration", "time_to_first_byte", "request_size",
    "response_size"};
inline constexpr std::array<std::string_view, 4> kUnitNames = {"s", "ms", "us", "ns"};
inline constexpr std::array<std::string_view, 3> kEscapeNames = {"default", "json", "none"};
inline constexpr std::array<std::string_view, 5> kEnvelopeNames = {"auto", "none", "syslog", "docker", "cri"};

constexpr std::string_view name_of(Field field) { return kFieldNames[static_cast<std::size_t>(field)]; }
constexpr std::string_view name_of(Unit unit) { return kUnitNames[static_cast<std::size_t>(unit)]; }
constexpr std::string_view name_of(Escape escape) { return kEscapeNames[static_cast<std::size_t>(escape)]; }
constexpr std::string_view name_of(Envelope envelope) {
  return kEnvelopeNames[static_cast<std::size_t>(envelope)];
}

}  // namespace routemeter::model
