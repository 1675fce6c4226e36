// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "format/contract/batch.h"
#include "format/contract/format.h"
#include "format/scan/indexed_scanner.h"

namespace routemeter::format {

/// What stands between a client and its request.
inline constexpr std::string_view kAfterClient = " - \"";

/// Reads uvicorn's access log lines, whatever stands before them and with colours or without.
class UvicornParser final : public Parser {
 public:
  UvicornParser();
  model::Reason parse(std::string_view line, model::Request& out) noexcept override;
  void parse(Batch& batch) noexcept override;

 private:
  bool parse_by_index(Batch& batch) noexcept;

  IndexedScanner usual_;  ///< up to the blank behind the status
};

}  // namespace routemeter::format
