// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace routemeter::openapi {

/// `text` as it stands in the path of a request: everything but letters, digits and -._~:@ as %XX.
/// `slashes`: '/' stays too.
std::string percent_encoded(std::string_view text, bool slashes);

}  // namespace routemeter::openapi
