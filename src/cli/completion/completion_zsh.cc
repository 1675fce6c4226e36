// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cli/completion/completion_table.h"

namespace routemeter::cli {
namespace {

// A text inside a spec of _arguments, where brackets and colons have a meaning.
std::string in_spec(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_action(const CompletedValue& value) {
  switch (value.kind) {
    case Completes::kWords: {
      std::string words;
      for (const std::string& word : value.words) words += (words.empty() ? "" : " ") + word;
      return "(" + words + ")";
    }
    case Completes::kFiles:
      return "_files";
    case Completes::kRuleFiles:
      return "_files -g \"*.(yaml|yml|json)\"";
    case Completes::kDirectories:
      return "_files -/";
    case Completes::kNothing:
      break;
  }
  return "";
}

// One spec for each name; none of them is offered again once one is there, unless it may be.
void append_option(std::string& out, const CompletedOption& option) {
  std::string others;
  for (const std::string& name : option.names) others += (others.empty() ? "" : " ") + name;
  for (const std::string& name : option.names) {
    std::string spec = option.repeatable ? "*" : "(" + others + ")";
    spec += name;
    if (option.takes_value && name.size() > 2) spec += "=";
    spec += "[" + in_spec(option.help) + "]";
    if (option.takes_value) spec += ":value:" + zsh_action(option.value);
    out += " \\\n        " + shell_quoted(spec);
  }
}

}  // namespace

std::string zsh_completion(const std::vector<CompletedCommand>& table) {
  std::string out =
      "#compdef routemeter\n\n"
      "_routemeter() {\n"
      "  local context state state_descr line\n"
      "  typeset -A opt_args\n"
      "  _arguments -C \\\n"
      "    '(- *)'{-h,--help}'[Print the commands]' \\\n"
      "    '(- *)--version[Print the version]' \\\n"
      "    '1:command:->command' \\\n"
      "    '*::argument:->argument'\n"
      "  case $state in\n"
      "    command)\n"
      "      local -a commands=(\n";
  for (const CompletedCommand& command : table)
    out += "        " + shell_quoted(in_spec(command.name) + ":" + command.help) + "\n";
  out +=
      "      )\n"
      "      _describe command commands ;;\n"
      "    argument)\n"
      "      case $line[1] in\n";
  for (const CompletedCommand& command : table) {
    out += "      " + command.name + ") _arguments -s -S";
    for (const CompletedOption& option : command.options) append_option(out, option);
    out += " \\\n        " + shell_quoted("*:argument:" + zsh_action(command.positional)) + " ;;\n";
  }
  out += "      esac ;;\n  esac\n}\n\n";
  // Sourced, it registers itself; found in fpath, it is the function's first call.
  return out +
         "if [[ $funcstack[1] == _routemeter ]]; then\n  _routemeter \"$@\"\nelse\n  compdef _routemeter "
         "routemeter\nfi\n";
}

}  // namespace routemeter::cli
