// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string_view>

#include "cli/completion/completion_table.h"
#include "util/fmt.h"
#include "util/words.h"

namespace routemeter::cli {
namespace {

using util::joined;

// Does without the functions of the package bash-completion, which is often not there. Bash has split the
// words at '=' and ':' too.
constexpr const char* kHead = R"(# bash completion for routemeter
_routemeter_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }

# Files whose names match one of the patterns, and directories on the way to them.
_routemeter_files() {
  local pattern
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <({
    compgen -d -- "$cur"
    for pattern in "$@"; do compgen -f -X "!$pattern" -- "$cur"; done
  } | sort -u)
}

_routemeter_directories() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -d -- "$cur")
}

_routemeter() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= i
  COMPREPLY=()
  if [[ $cur == "=" ]]; then
    cur=
  elif [[ $prev == "=" ]]; then
    prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ ${COMP_WORDS[i]} != -* ]]; then
      command=${COMP_WORDS[i]}
      break
    fi
  done
  case $command in
)";

// What each shell does for each of Completes, in that order; {} stands for the words.
struct ShellAction {
  std::string_view bash;
  std::string_view zsh;
  std::string_view fish;
};
constexpr std::array<ShellAction, 5> kActions = {
    {{":", "", " -x"},
     {"_routemeter_words {}", "({})", " -x -a {}"},
     {"_routemeter_files '*'", "_files", " -r -F"},
     {"_routemeter_files '*.yaml' '*.yml' '*.json'", "_files -g \"*.(yaml|yml|json)\"",
      " -x -a '(__routemeter_rule_files)'"},
     {"_routemeter_directories", "_files -/", " -x -a '(__fish_complete_directories)'"}}};

const ShellAction& action_for(const CompletedValue& value) {
  return kActions[static_cast<std::size_t>(value.kind)];
}

// `text` with a backslash before each of `special`.
std::string escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// A text inside a spec of _arguments, where brackets and colons have a meaning.
std::string in_spec(const std::string& text) { return escaped(text, "[]:\\"); }

// In single quotes fish knows two escapes.
std::string fish_quoted(const std::string& text) { return fmt::format("'{}'", escaped(text, "'\\")); }

std::string bash_action(const CompletedValue& value) {
  return fmt::format(fmt::runtime(action_for(value).bash), shell_quoted(joined(value.words, " ")));
}

std::string zsh_action(const CompletedValue& value) {
  return fmt::format(fmt::runtime(action_for(value).zsh), joined(value.words, " "));
}

std::string fish_action(const CompletedValue& value) {
  return fmt::format(fmt::runtime(action_for(value).fish), fish_quoted(joined(value.words, " ")));
}

// One spec for each name; none of them is offered again once one is there, unless it may be.
void append_option(std::string& out, const CompletedOption& option) {
  const std::string others = joined(option.names, " ");
  for (const std::string& name : option.names) {
    const std::string spec =
        fmt::format("{}{}{}[{}]{}", option.repeatable ? "*" : fmt::format("({})", others), name,
                    option.takes_value && name.size() > 2 ? "=" : "", in_spec(option.help),
                    option.takes_value ? ":value:" + zsh_action(option.value) : "");
    out += fmt::format(" \\\n        {}", shell_quoted(spec));
  }
}

}  // namespace

std::string bash_completion(const std::vector<CompletedCommand>& table) {
  std::string out = kHead;
  std::vector<std::string> names;
  for (const CompletedCommand& command : table) {
    names.push_back(command.name);
    out += "    " + command.name + ")\n      case $prev in\n";
    std::vector<std::string> options;
    for (const CompletedOption& option : command.options) {
      options.insert(options.end(), option.names.begin(), option.names.end());
      if (option.takes_value)
        out += "        " + joined(option.names, "|") + ") " + bash_action(option.value) + "; return ;;\n";
    }
    out += "      esac\n      if [[ $cur == -* ]]; then\n        _routemeter_words " +
           shell_quoted(joined(options, " ")) + "\n      else\n        " + bash_action(command.positional) +
           "\n      fi ;;\n";
  }
  out +=
      "    '')\n      _routemeter_words " + shell_quoted(joined(names, " ") + " --help --version") + " ;;\n";
  return out + "  esac\n}\ncomplete -F _routemeter routemeter\n";
}

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
