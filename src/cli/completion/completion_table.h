// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace routemeter::cli {

/// The kinds of values that a shell can complete.
enum class Completes : std::uint8_t {
  kNothing,      ///< free text
  kWords,        ///< CompletedValue::words
  kFiles,        ///< any file
  kRuleFiles,    ///< *.yaml *.yml *.json
  kDirectories,  ///< any directory
};

struct CompletedValue {
  Completes kind = Completes::kNothing;
  std::vector<std::string> words;
};

struct CompletedOption {
  std::vector<std::string> names;  ///< with their dashes, the short one first
  std::string help;                ///< one line, short
  bool takes_value = false;
  bool repeatable = false;
  CompletedValue value;
};

struct CompletedCommand {
  std::string name;
  std::string help;
  std::vector<CompletedOption> options;
  CompletedValue positional;  ///< of all its arguments
};

/// The commands and flags as the command line itself has them, so that the scripts cannot be out of step.
std::vector<CompletedCommand> completion_table(const CLI::App& app);

/// Scripts for the shells, each complete in itself.
std::string bash_completion(const std::vector<CompletedCommand>& table);
std::string zsh_completion(const std::vector<CompletedCommand>& table);
std::string fish_completion(const std::vector<CompletedCommand>& table);

/// `text` in single quotes for a POSIX shell.
std::string shell_quoted(const std::string& text);

}  // namespace routemeter::cli
