// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/place/logrotate.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/look/directory_scanner.h"
#include "input/look/rotation_name.h"
#include "tools/doctor/place/access.h"
#include "tools/doctor/place/config_reader.h"
#include "util/ascii.h"
#include "util/words.h"

namespace routemeter::doctor {
namespace {

class LogrotateReader final : ConfigReader {
 public:
  LogrotateReader() : ConfigReader(Syntax::kLines) {}

  std::vector<RotationRule> read(const std::string& path) {
    read_file(path);
    return std::move(rules_);
  }

 private:
  void read_directives(Directives directives, const std::string& path) override {
    std::optional<RotationRule> stanza;
    std::vector<std::string> patterns;
    while (auto found = directives.next()) {
      const std::vector<std::string>& words = found->words;
      if (stanza) {
        if (!words.empty() && read_directive(words, *stanza)) directives.skip_lines("endscript");
        if (found->end != '}') continue;
        rules_.push_back(std::move(*stanza));
        stanza.reset();
      } else if (words.empty() || names_file(words[0])) {
        patterns.insert(patterns.end(), words.begin(), words.end());
        if (found->end != '{') continue;
        stanza = global_;
        stanza->file = path;
        stanza->line = found->line;
        stanza->patterns = std::exchange(patterns, {});
      } else if (words.size() == 2 && words[0] == "include") {
        include(words[1], path);
      } else {
        read_directive(words, global_);
      }
    }
  }

  /// "/a/*.log" begins a stanza; no global directive has such a word.
  static bool names_file(std::string_view word) { return word.starts_with('/') || word.starts_with('~'); }

  void include(const std::string& what, const std::string& from) {
    struct stat status {};
    if (::stat(what.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
      for (const std::string& name : names_in(what)) {
        // logrotate's default taboos.
        const bool taboo = name[0] == '.' || name.back() == '~' || util::contains(name, ".dpkg-") ||
                           util::contains(name, ".rpm");
        if (!taboo) read_file(fmt::format("{}/{}", what, name));
      }
      return;
    }
    for (const std::string& file : expand(what, input::directory_of(from))) read_file(file);
  }

  /// True when a script follows.
  static bool read_directive(const std::vector<std::string>& words, RotationRule& rule) {
    static constexpr std::array<std::string_view, 5> kScripts = {"postrotate", "lastaction", "prerotate",
                                                                 "firstaction", "preremove"};
    const bool off = words[0].starts_with("no");
    const std::string_view word = std::string_view(words[0]).substr(off ? 2 : 0);
    if (word == "copytruncate") rule.copytruncate = !off;
    if (word == "compress") rule.compress = !off;
    if (word == "create") {
      rule.creates = !off;
      if (!off) rule.create = util::joined(std::span(words).subspan(1), " ");
    }
    if (word == "olddir" && (off || words.size() > 1)) rule.olddir = off ? "" : words[1];
    if (words[0] == "rotate" && words.size() > 1) {
      std::from_chars(words[1].data(), words[1].data() + words[1].size(), rule.rotate);
    }
    // With sharedscripts, lastaction may do what postrotate is for.
    if (words[0] == "postrotate" || words[0] == "lastaction") rule.postrotate = true;
    return std::ranges::count(kScripts, words[0]) > 0;
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
  const std::string base = input::name_of(log);
  for (const std::string& name : names_in(input::directory_of(log))) {
    const input::RotationName rotation = input::rotation_of(base, name);
    if (!rotation.rotated) continue;
    ++out.rotated;
    if (out.example.empty()) out.example = name;
    if (rotation.compression == input::Compression::kOther && out.foreign.empty()) out.foreign = name;
  }
  return out;
}

/// True if a file created as "0640 www-data adm" cannot be read by this user.
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
    findings.push_back(
        {Level::kWarning,
         "copytruncate",
         fmt::format("logrotate copies and truncates it ({}): lines that come between the two are lost, "
                     "for every reader",
                     where),
         "let the server open a new file",
         {"in the stanza, instead of copytruncate:", "  create", "  postrotate",
          "    # tell the server: nginx -s reopen, systemctl reload apache2, kill -USR1 PID",
          "  endscript"}});
  } else if (!rule.postrotate) {
    findings.push_back(
        {Level::kWarning,
         "no-postrotate",
         fmt::format("logrotate renames it and tells nobody ({}): the server writes on into the renamed "
                     "file until it is restarted",
                     where),
         "add a script that tells it",
         {"  postrotate", "    # nginx -s reopen, systemctl reload apache2, kill -USR1 PID", "  endscript"}});
  }
  if (rule.rotate == 0 && !rule.copytruncate) {
    findings.push_back(
        {Level::kWarning, "rotate-0",
         fmt::format("logrotate keeps no old file ({}): lines that were not read at the time of the "
                     "rotation are lost",
                     where),
         "rotate 1, and delaycompress if it compresses"});
  }
  if (!rule.olddir.empty()) {
    findings.push_back(
        {Level::kNote, "olddir",
         fmt::format("rotated files go to {} ({}): what was not read before a rotation that no "
                     "routemeter saw is not found there",
                     rule.olddir, where)});
  }
  if (rule.creates && !rule.copytruncate && shuts_us_out(rule.create)) {
    findings.push_back({Level::kWarning, "create-mode",
                        fmt::format("after the next rotation user {} cannot read it: {} creates it as {}",
                                    user_name(::geteuid()), where, rule.create),
                        "join the group and let it read: create 0640 www-data adm"});
  }
  if (findings.size() > before) return;
  findings.push_back({Level::kOk, "rotation",
                      fmt::format("logrotate renames it and tells the server ({}), {} old files{}", where,
                                  rule.rotate, rule.compress ? ", compressed" : "")});
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
    findings.push_back(
        {Level::kNote, "foreign-archives",
         fmt::format("{} beside it is compressed with something else than gzip: it is not read",
                     siblings.foreign),
         "compress with gzip, or with delay (delaycompress)"});
  }
  if (rule) return;
  if (siblings.rotated > 0) {
    findings.push_back(
        {Level::kOk, "rotation",
         fmt::format("{} rotated files beside it, such as {}; no stanza of logrotate covers it, so "
                     "something else rotates it",
                     siblings.rotated, siblings.example)});
  } else {
    findings.push_back({Level::kNote, "not-rotated",
                        fmt::format("nothing rotates it, as far as {} and the files beside it tell: it grows",
                                    logrotate_config)});
  }
}

}  // namespace routemeter::doctor
