// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace routemeter::cli {

/// Runs one command. Returns the exit code: 0 done, 1 a comparison failed, 2 wrong usage or configuration,
/// 3 failed while running. The only place that writes to stdout and stderr.
int run(int argc, char** argv);

}  // namespace routemeter::cli
