// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/load/block_queue.h"
#include "model/request.h"
#include "model/rule_file.h"
#include "util/result.h"

namespace routemeter::app {

/// Reads as much of a log as detection wants to see and finds its format. A regular file is closed again: the
/// queue opens it when its turn comes, so that a thousand logs need neither a thousand descriptors nor as
/// many blocks. Errors: it cannot be opened, or no known format fits.
util::Result<Input> open_input(const std::string& name, const model::FormatSpec& spec);

/// What lines of any of the logs can have; everything when all of them are empty.
model::FieldSet fields_of(const std::vector<Input>& inputs);

}  // namespace routemeter::app
