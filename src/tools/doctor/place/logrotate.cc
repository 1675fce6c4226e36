// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/place/logrotate.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/look/rotation_name.h"
#include "tools/doctor/place/access.h"
#include "tools/doctor/place/text_file.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::doctor {
namespace {

constexpr int kMaxDepth = 4;

std::string_view trim(std::string_view text) {
  while (!text.empty() && util::is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && util::is_space(text.back())) text.remove_suffix(1);
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
        if (!taboo) read_file(fmt::format("{}/{}", what, name), depth + 1);
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

struct Siblings {
  std::size_t rotated = 0;
  std::string foreign;  ///< one that is compressed with something else
  std::string example;
};

Siblings look_beside(const std::string& log) {
  Siblings out;
  const std::string base = base_of(log);
  for (const std::string& name : names_in(directory_of(log))) {
    const input::RotationName rotation = input::rotation_of(base, name);
    if (!rotation.rotated) continue;
    ++out.rotated;
    if (out.example.empty()) out.example = name;
    if (rotation.compression == input::Compression::kOther && out.foreign.empty()) out.foreign = name;
  }
  return out;
}

/// Whether "0640 www-data adm" makes a file that this user cannot read.
bool shuts_us_out(const std::string& create) {
  const std::vector<std::string> words = directive_words(create);
  unsigned mode = 0;
  if (words.size() < 3 || ::geteuid() == 0) return false;
  const auto read = std::from_chars(words[0].data(), words[0].data() + words[0].size(), mode, 8);
  if (read.ec != std::errc()) return false;
  if (words[1] == user_name(::geteuid())) return (mode & 0400U) == 0;
  return (mode & (in_group(words[2]) ? 0040U : 0004U)) == 0;
}

void judge_rotation(const RotationRule& rule, Findings& findings) {
  const std::string where = fmt::format("{}:{}", rule.file, rule.line);
  const std::size_t before = findings.size();
  if (rule.copytruncate) {
    add_finding(
        findings, Level::kWarning, "copytruncate",
        fmt::format("logrotate copies and truncates it ({}): lines that come between the two are lost, "
                    "for every reader",
                    where),
        "let the server open a new file",
        {"in the stanza, instead of copytruncate:", "  create", "  postrotate",
         "    # tell the server: nginx -s reopen, systemctl reload apache2, kill -USR1 PID", "  endscript"});
  } else if (!rule.postrotate) {
    add_finding(
        findings, Level::kWarning, "no-postrotate",
        fmt::format("logrotate renames it and tells nobody ({}): the server writes on into the renamed "
                    "file until it is restarted",
                    where),
        "add a script that tells it",
        {"  postrotate", "    # nginx -s reopen, systemctl reload apache2, kill -USR1 PID", "  endscript"});
  }
  if (rule.rotate == 0 && !rule.copytruncate) {
    add_finding(findings, Level::kWarning, "rotate-0",
                fmt::format("logrotate keeps no old file ({}): lines that were not read at the time of the "
                            "rotation are lost",
                            where),
                "rotate 1, and delaycompress if it compresses");
  }
  if (!rule.olddir.empty()) {
    add_finding(findings, Level::kNote, "olddir",
                fmt::format("rotated files go to {} ({}): what was not read before a rotation that no "
                            "routemeter saw is not found there",
                            rule.olddir, where));
  }
  if (rule.creates && !rule.copytruncate && shuts_us_out(rule.create)) {
    add_finding(findings, Level::kWarning, "create-mode",
                fmt::format("after the next rotation user {} cannot read it: {} creates it as {}",
                            user_name(::geteuid()), where, rule.create),
                "join the group and let it read: create 0640 www-data adm");
  }
  if (findings.size() > before) return;
  add_finding(findings, Level::kOk, "rotation",
              fmt::format("logrotate renames it and tells the server ({}), {} old files{}", where,
                          rule.rotate, rule.compress ? ", compressed" : ""));
}

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

void check_rotation(const std::string& log, const std::vector<RotationRule>& rules,
                    const std::string& logrotate_config, Findings& findings) {
  const std::string real = real_path(log);
  const auto rule = rotation_of_file(rules, real);
  if (rule) judge_rotation(*rule, findings);
  const Siblings siblings = look_beside(real);
  if (!siblings.foreign.empty()) {
    add_finding(findings, Level::kNote, "foreign-archives",
                fmt::format("{} beside it is compressed with something else than gzip: it is not read",
                            siblings.foreign),
                "compress with gzip, or with delay (delaycompress)");
  }
  if (rule) return;
  if (siblings.rotated > 0) {
    add_finding(findings, Level::kOk, "rotation",
                fmt::format("{} rotated files beside it, such as {}; no stanza of logrotate covers it, so "
                            "something else rotates it",
                            siblings.rotated, siblings.example));
  } else {
    add_finding(findings, Level::kNote, "not-rotated",
                fmt::format("nothing rotates it, as far as {} and the files beside it tell: it grows",
                            logrotate_config));
  }
}

}  // namespace routemeter::doctor
