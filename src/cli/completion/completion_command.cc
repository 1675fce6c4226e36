// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cli/cli.h"
#include "cli/completion/completion_table.h"
#include "cli/file_io.h"
#include "cli/flags.h"
#include "format/choose/formats.h"

namespace routemeter::cli {
namespace {

constexpr std::size_t kHelpBytes = 70;

// The first sentence of a help text, cut at a word where it is long: shells show one line.
std::string short_help(const std::string& help) {
  std::string out = help.substr(0, help.find_first_of(";:"));
  out.resize(std::min(out.size(), out.find(" (default")));
  if (out.size() > kHelpBytes) {
    out.resize(out.rfind(' ', kHelpBytes - 3));
    out += "...";
  }
  return out;
}

// "TEXT:{text,json}", as CLI11 shows an IsMember check.
std::vector<std::string> choices_in(const std::string& type) {
  const std::size_t open = type.find(":{");
  if (open == std::string::npos) return {};
  return CLI::detail::split(type.substr(open + 2, type.find('}', open) - open - 2), ',');
}

// By the name that the help gives to the value; what is not here is free text.
CompletedValue value_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  CompletedValue value;
  value.words = choices_in(type);
  if (type == "F") {
    value.words = format::preset_names();
    std::erase(value.words, "regex");
  }
  if (!value.words.empty()) {
    value.kind = Completes::kWords;
  } else if (type == "R" || type == "DOCUMENT" || option.check_lname("rules")) {
    value.kind = Completes::kRuleFiles;
  } else if (type == "FILE" || type == "LOG") {
    value.kind = Completes::kFiles;
  } else if (type == "DIR") {
    value.kind = Completes::kDirectories;
  }
  return value;
}

CompletedOption option_of(const CLI::Option& option) {
  CompletedOption out;
  for (const std::string& name : option.get_snames()) out.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) out.names.push_back("--" + name);
  out.help = short_help(option.get_description());
  out.takes_value = option.get_items_expected_max() > 0;
  out.repeatable = option.get_items_expected_max() > 1;
  if (out.takes_value) out.value = value_of(option);
  return out;
}

struct CompletionFlags {
  std::string shell;
  std::string output;
};

int run_completion(const CLI::App& app, const CompletionFlags& flags) {
  const std::vector<CompletedCommand> table = completion_table(app);
  const std::string script = flags.shell == "bash"  ? bash_completion(table)
                             : flags.shell == "zsh" ? zsh_completion(table)
                                                    : fish_completion(table);
  return write_result(flags.output, script);
}

}  // namespace

std::vector<CompletedCommand> completion_table(const CLI::App& app) {
  std::vector<CompletedCommand> table;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    CompletedCommand command;
    command.name = sub->get_name();
    command.help = sub->get_description();
    for (const CLI::Option* option : sub->get_options()) {
      if (option->get_positional()) {
        command.positional = value_of(*option);
      } else {
        command.options.push_back(option_of(*option));
      }
    }
    table.push_back(std::move(command));
  }
  return table;
}

std::string shell_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string(R"('\'')") : std::string(1, c);
  return out + "'";
}

std::function<int()> setup_completion(CLI::App& app) {
  auto flags = std::make_shared<CompletionFlags>();
  app.add_option("shell", flags->shell, "The shell: bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember(std::vector<std::string>{"bash", "zsh", "fish"}));
  add_output(app, flags->output, "the script");
  app.footer("For this shell: source <(routemeter completion bash)");
  return [flags, all = app.get_parent()] { return run_completion(*all, *flags); };
}

}  // namespace routemeter::cli
