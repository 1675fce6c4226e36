// SPDX-License-Identifier: Apache-2.0
#include "cli/completion/completion_table.h"

namespace routemeter::cli {
namespace {

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

std::string joined(const std::vector<std::string>& words, const char* by) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : by) + word;
  return out;
}

std::string bash_action(const CompletedValue& value) {
  switch (value.kind) {
    case Completes::kWords:
      return "_routemeter_words " + shell_quoted(joined(value.words, " "));
    case Completes::kFiles:
      return "_routemeter_files '*'";
    case Completes::kRuleFiles:
      return "_routemeter_files '*.yaml' '*.yml' '*.json'";
    case Completes::kDirectories:
      return "_routemeter_directories";
    case Completes::kNothing:
      break;
  }
  return ":";
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

}  // namespace routemeter::cli
