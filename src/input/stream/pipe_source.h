// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "input/stream/stream_source.h"

namespace routemeter::input {

/// Standard input, whatever it is: read until its end, where a last line without newline counts.
util::Result<std::unique_ptr<StreamSource>> open_stdin();

/// A FIFO. Writers come and go, it never ends. A line is complete only at its '\n': the kernel does not tell
/// which bytes came from which writer, so the torn line of a writer that left is continued by what comes next
/// (most likely that makes one unparsed line). A FIFO that is replaced by another one is followed to the new
/// one.
util::Result<std::unique_ptr<StreamSource>> open_fifo(const std::string& path);

}  // namespace routemeter::input
