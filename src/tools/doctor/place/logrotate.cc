// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/place/logrotate.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include <fnmatch.h>
#include <sys/stat.h>

#include "tools/doctor/place/text_file.h"

namespace routemeter::doctor {
namespace {

constexpr int kMaxDepth = 4;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t' || text.front() == '\r'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

/// Words apart by blanks; quotes hold a word together.
std::vector<std::string> directive_words(std::string_view text) {
  std::vector<std::string> out;
  while (!(text = trim(text)).empty()) {
    const char quote = text[0];
    const bool quoted = quote == '"' || quote == '\'';
    if (quoted) text.remove_prefix(1);
    const std::size_t end = std::min(quoted ? text.find(quote) : text.find_first_of(" \t"), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

bool begins_script(std::string_view word) {
  constexpr std::array<std::string_view, 5> kScripts = {"postrotate", "prerotate", "firstaction",
                                                        "lastaction", "preremove"};
  return std::find(kScripts.begin(), kScripts.end(), word) != kScripts.end();
}

/// "a b /c/*.log {" names files; a global directive has no slash at its beginning.
bool names_files(std::string_view line) {
  return line[0] == '/' || line[0] == '"' || line[0] == '\'' || line[0] == '~';
}

class LogrotateReader {
 public:
  std::vector<RotationRule> read(const std::string& path) {
    read_file(path, 0);
    return std::move(rules_);
  }

 private:
  void read_file(const std::string& path, int depth) {
    const auto text = read_text(path);
    if (!text || depth > kMaxDepth) return;
    RotationRule stanza;
    bool inside = false;
    bool script = false;
    int number = 0;
    std::vector<std::string> patterns;
    for (std::size_t at = 0; at < text->size();) {
      const std::size_t end = std::min(text->find('\n', at), text->size());
      std::string_view line = trim(std::string_view(*text).substr(at, end - at));
      at = end + 1;
      ++number;
      if (script) {
        script = line != "endscript";
        continue;
      }
      if (line.empty() || line[0] == '#') continue;
      if (!inside) {
        inside = read_outside(line, path, number, depth, patterns, stanza);
        continue;
      }
      if (line[0] == '}') {
        rules_.push_back(std::exchange(stanza, {}));
        inside = false;
        continue;
      }
      script = read_directive(directive_words(line), stanza);
    }
  }

  /// True when the line opens a stanza.
  bool read_outside(std::string_view line, const std::string& path, int number, int depth,
                    std::vector<std::string>& patterns, RotationRule& stanza) {
    const bool opens = line.back() == '{';
    if (!names_files(line) && line != "{") {
      const std::vector<std::string> words = directive_words(line);
      if (words.size() == 2 && words[0] == "include") {
        include(words[1], path, depth);
      } else {
        read_directive(words, global_);
      }
      return false;
    }
    for (std::string& word : directive_words(opens ? line.substr(0, line.size() - 1) : line)) {
      patterns.push_back(std::move(word));
    }
    if (!opens) return false;
    stanza = global_;
    stanza.file = path;
    stanza.line = number;
    stanza.patterns = std::exchange(patterns, {});
    return true;
  }

  void include(const std::string& what, const std::string& from, int depth) {
    struct stat status {};
    if (::stat(what.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
      for (const std::string& name : names_in(what)) {
        // logrotate's default taboos.
        const bool taboo = name[0] == '.' || name.back() == '~' || name.find(".dpkg-") != std::string::npos ||
                           name.find(".rpm") != std::string::npos;
        std::string file = what;
        file += '/';
        file += name;
        if (!taboo) read_file(file, depth + 1);
      }
      return;
    }
    for (const std::string& file : expand(what, directory_of(from))) read_file(file, depth + 1);
  }

  /// True when a script follows.
  static bool read_directive(const std::vector<std::string>& words, RotationRule& rule) {
    const std::string& word = words[0];
    if (word == "copytruncate") rule.copytruncate = true;
    if (word == "nocopytruncate") rule.copytruncate = false;
    if (word == "compress") rule.compress = true;
    if (word == "nocompress") rule.compress = false;
    if (word == "nocreate") rule.creates = false;
    if (word == "rotate" && words.size() > 1) {
      std::from_chars(words[1].data(), words[1].data() + words[1].size(), rule.rotate);
    }
    if (word == "olddir" && words.size() > 1) rule.olddir = words[1];
    if (word == "noolddir") rule.olddir.clear();
    if (word == "create") {
      rule.creates = true;
      rule.create.clear();
      for (std::size_t i = 1; i < words.size(); ++i) rule.create += (i == 1 ? "" : " ") + words[i];
    }
    // With sharedscripts, lastaction may do what postrotate is for.
    if (word == "postrotate" || word == "lastaction") rule.postrotate = true;
    return begins_script(word);
  }

  RotationRule global_;
  std::vector<RotationRule> rules_;
};

}  // namespace

std::vector<RotationRule> read_logrotate(const std::string& path) { return LogrotateReader().read(path); }

std::optional<RotationRule> rotation_of_file(const std::vector<RotationRule>& rules,
                                             const std::string& path) {
  for (const RotationRule& rule : rules) {
    for (const std::string& pattern : rule.patterns) {
      if (::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME) == 0) return rule;
    }
  }
  return std::nullopt;
}

}  // namespace routemeter::doctor
