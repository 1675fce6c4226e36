// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "format/envelope/envelope.h"
#include "format/json/json_document.h"

namespace routemeter::format {

/// Docker's json-file driver: {"log":"the line\n","stream":"stdout","time":"..."}, keys in any order, others
/// ignored. Also the prefix of `docker compose logs`: "name-1  | the line", maybe coloured.
class DockerUnwrapper final : public Unwrapper {
 public:
  bool unwrap(std::string_view line, std::string_view& out) noexcept override;

 private:
  bool unwrap_json(std::string_view line, std::string_view& out) noexcept;

  JsonDocument document_;
};

/// Length of "name-1  | " at the start of `line`, 0 = not there.
std::size_t compose_prefix_length(std::string_view line) noexcept;

}  // namespace routemeter::format
