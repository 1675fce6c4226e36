// SPDX-License-Identifier: Apache-2.0
#include "cli/completion/completion_table.h"

namespace routemeter::cli {
namespace {

// In single quotes fish knows two escapes.
std::string fish_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string fish_action(const CompletedValue& value) {
  switch (value.kind) {
    case Completes::kWords: {
      std::string words;
      for (const std::string& word : value.words) words += (words.empty() ? "" : " ") + word;
      return " -x -a " + fish_quoted(words);
    }
    case Completes::kFiles:
      return " -r -F";
    case Completes::kRuleFiles:
      return " -x -a '(__routemeter_rule_files)'";
    case Completes::kDirectories:
      return " -x -a '(__fish_complete_directories)'";
    case Completes::kNothing:
      break;
  }
  return " -x";
}

}  // namespace

std::string fish_completion(const std::vector<CompletedCommand>& table) {
  std::string out =
      "# fish completion for routemeter\n"
      "function __routemeter_rule_files\n"
      "  __fish_complete_path (commandline -ct) | string match -r "
      "'^[^\\t]*(?:[.]ya?ml|[.]json|/)(?:\\t.*)?$'\n"
      "end\n"
      "complete -c routemeter -f\n"
      "complete -c routemeter -n __fish_use_subcommand -s h -l help -d 'Print the commands'\n"
      "complete -c routemeter -n __fish_use_subcommand -l version -d 'Print the version'\n";
  for (const CompletedCommand& command : table) {
    const std::string here =
        "complete -c routemeter -n " + fish_quoted("__fish_seen_subcommand_from " + command.name);
    out += "\ncomplete -c routemeter -n __fish_use_subcommand -a " + command.name + " -d " +
           fish_quoted(command.help) + "\n";
    for (const CompletedOption& option : command.options) {
      out += here;
      for (const std::string& name : option.names)
        out += name.size() > 2 ? " -l " + name.substr(2) : " -s " + name.substr(1);
      out += " -d " + fish_quoted(option.help);
      if (option.takes_value) out += fish_action(option.value);
      out += "\n";
    }
    if (command.positional.kind != Completes::kNothing) out += here + fish_action(command.positional) + "\n";
  }
  return out;
}

}  // namespace routemeter::cli
