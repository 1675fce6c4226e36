// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace routemeter::doctor {

/// `text` as one word for a shell: as it is where that is safe, else in single quotes.
std::string shell_word(std::string_view text);

}  // namespace routemeter::doctor
