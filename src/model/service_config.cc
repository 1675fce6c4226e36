// SPDX-License-Identifier: Apache-2.0
#include "model/service_config.h"

namespace routemeter::model {

util::Diagnostic error_at(const ConfigFile& file, util::Position at, std::string message, std::string hint) {
  util::Diagnostic d;
  d.file = file.path;
  d.at = at;
  d.message = std::move(message);
  d.hint = std::move(hint);
  const auto index = static_cast<std::size_t>(at.line) - 1;
  if (at.line >= 1 && index < file.lines.size()) d.source_line = file.lines[index];
  return d;
}

}  // namespace routemeter::model
