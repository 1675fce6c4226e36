// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

// Every key of the configuration file, for the loader and for the test of its JSON schema.

namespace routemeter::route {

inline constexpr std::array<std::string_view, 1> kConfigKeys = {"services"};
inline constexpr std::array<std::string_view, 5> kServiceKeys = {"name", "logs", "rules", "format", "labels"};

}  // namespace routemeter::route
