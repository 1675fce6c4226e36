// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace routemeter::cli {

/// Runs one command. Returns the exit code: 0 done, 1 a comparison failed, 2 wrong usage or configuration,
/// 3 failed while running. The only place that writes to stdout and stderr.
int run(int argc, char** argv);

/// One command: `setup` adds its flags to its CLI11 subcommand and gives back what runs it. A new command is
/// one file and one row in commands().
struct Command {
  std::string_view name;
  std::string_view help;
  std::function<int()> (*setup)(CLI::App& app);
};

const std::vector<Command>& commands();

std::function<int()> setup_doctor(CLI::App& app);
std::function<int()> setup_serve(CLI::App& app);
std::function<int()> setup_replay(CLI::App& app);
std::function<int()> setup_learn(CLI::App& app);
std::function<int()> setup_completion(CLI::App& app);
std::function<int()> setup_check(CLI::App& app);
std::function<int()> setup_import(CLI::App& app);
std::function<int()> setup_explain(CLI::App& app);
std::function<int()> setup_test(CLI::App& app);
std::function<int()> setup_diff(CLI::App& app);

}  // namespace routemeter::cli
