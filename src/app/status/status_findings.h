// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/status/status_page.h"

namespace routemeter::app {

/// Something that a person should know before anything else on the page.
struct Finding {
  bool bad = false;  ///< numbers may be wrong or old; else only worth a look
  std::string html;  ///< what it is and what to do, escaped
};

/// Bad ones first.
std::vector<Finding> find_problems(const Status& status);

}  // namespace routemeter::app
