// SPDX-License-Identifier: Apache-2.0
#include "model/service_config.h"

namespace routemeter::model {

util::Diagnostic error_at(const ConfigFile& file, util::Position at, std::string message, std::string hint) {
  return util::error_in(file.path, file.lines, at, std::move(message), std::move(hint));
}

}  // namespace routemeter::model
