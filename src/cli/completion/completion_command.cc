// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/completion/completion_table.h"
#include "cli/file_io.h"
#include "cli/terminal.h"

namespace routemeter::cli {
namespace {

struct CompletionFlags {
  std::string shell;
  std::string output;
};

int run_completion(const CLI::App& app, const CompletionFlags& flags) {
  const std::vector<CompletedCommand> table = completion_table(app);
  const std::string script = flags.shell == "bash"  ? bash_completion(table)
                             : flags.shell == "zsh" ? zsh_completion(table)
                                                    : fish_completion(table);
  if (flags.output.empty()) {
    print_out(script);
  } else if (const auto written = write_file(flags.output, script); !written) {
    print_diagnostics(written.errors());
    return kFailed;
  }
  return kDone;
}

}  // namespace

std::function<int()> setup_completion(CLI::App& app) {
  auto flags = std::make_shared<CompletionFlags>();
  app.add_option("shell", flags->shell, "The shell: bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember(std::vector<std::string>{"bash", "zsh", "fish"}));
  app.add_option("-o,--output", flags->output, "Write the script to FILE instead of stdout")
      ->type_name("FILE");
  app.footer("For this shell: source <(routemeter completion bash)");
  return [flags, all = app.get_parent()] { return run_completion(*all, *flags); };
}

}  // namespace routemeter::cli
