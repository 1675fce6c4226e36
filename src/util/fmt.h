// SPDX-License-Identifier: Apache-2.0
#pragma once

// libfmt for messages. This header is its one owner, so that all of src has
// the same parts of it; ranges, chrono and colours are left out on purpose: they are slow to compile.
#include <fmt/core.h>
