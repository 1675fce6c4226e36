// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/place/rotation.h"

#include <array>
#include <charconv>
#include <system_error>
#include <vector>

#include <unistd.h>

#include "input/look/rotation_name.h"
#include "tools/doctor/place/account.h"
#include "tools/doctor/place/logrotate.h"
#include "tools/doctor/place/text_file.h"

namespace routemeter::doctor {
namespace {

struct Siblings {
  std::size_t rotated = 0;
  std::size_t gzipped = 0;
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
    if (rotation.compression == input::Compression::kGzip) ++out.gzipped;
    if (rotation.compression == input::Compression::kOther && out.foreign.empty()) out.foreign = name;
  }
  return out;
}

/// Whether "0640 www-data adm" makes a file that this user cannot read.
bool shuts_us_out(const std::string& create) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < create.size();) {
    const std::size_t end = std::min(create.find(' ', at), create.size());
    words.push_back(create.substr(at, end - at));
    at = end + 1;
  }
  unsigned mode = 0;
  if (words.size() < 3 || ::geteuid() == 0) return false;
  const auto read = std::from_chars(words[0].data(), words[0].data() + words[0].size(), mode, 8);
  if (read.ec != std::errc()) return false;
  if (words[1] == user_name(::geteuid())) return (mode & 0400U) == 0;
  if (in_group(words[2])) return (mode & 0040U) == 0;
  return (mode & 0004U) == 0;
}

void judge(const RotationRule& rule, Findings& findings) {
  const std::string where = rule.file + ":" + std::to_string(rule.line);
  const std::size_t before = findings.size();
  if (rule.copytruncate) {
    findings.push_back(make_finding(
        Level::kWarning, "copytruncate",
        "logrotate copies and truncates it (" + where +
            "): lines that come between the two are lost, for every reader",
        "let the server open a new file",
        {"in the stanza, instead of copytruncate:", "  create", "  postrotate",
         "    # tell the server: nginx -s reopen, systemctl reload apache2, kill -USR1 PID", "  endscript"}));
  } else if (!rule.postrotate) {
    findings.push_back(make_finding(
        Level::kWarning, "no-postrotate",
        "logrotate renames it and tells nobody (" + where +
            "): the server writes on into the renamed file until it is restarted",
        "add a script that tells it",
        {"  postrotate", "    # nginx -s reopen, systemctl reload apache2, kill -USR1 PID", "  endscript"}));
  }
  if (rule.rotate == 0 && !rule.copytruncate) {
    findings.push_back(make_finding(Level::kWarning, "rotate-0",
                                    "logrotate keeps no old file (" + where +
                                        "): lines that were not read at the time of the rotation are lost",
                                    "rotate 1, and delaycompress if it compresses"));
  }
  if (!rule.olddir.empty()) {
    findings.push_back(
        make_finding(Level::kNote, "olddir",
                     "rotated files go to " + rule.olddir + " (" + where +
                         "): what was not read before a rotation that no routemeter saw is not found there"));
  }
  if (rule.creates && !rule.copytruncate && shuts_us_out(rule.create)) {
    findings.push_back(make_finding(Level::kWarning, "create-mode",
                                    "after the next rotation user " + user_name(::geteuid()) +
                                        " cannot read it: " + where + " creates it as " + rule.create,
                                    "join the group and let it read: create 0640 www-data adm"));
  }
  if (findings.size() > before) return;
  findings.push_back(make_finding(Level::kOk, "rotation",
                                  "logrotate renames it and tells the server (" + where + "), " +
                                      std::to_string(rule.rotate) + " old files" +
                                      (rule.compress ? ", compressed" : "")));
}

}  // namespace

void check_rotation(const std::string& log, const std::vector<RotationRule>& rules,
                    const std::string& logrotate_config, Findings& findings) {
  const std::string real = real_path(log);
  const auto rule = rotation_of_file(rules, real);
  if (rule) judge(*rule, findings);
  const Siblings siblings = look_beside(real);
  if (!siblings.foreign.empty()) {
    findings.push_back(make_finding(
        Level::kNote, "foreign-archives",
        siblings.foreign + " beside it is compressed with something else than gzip: it is not read",
        "compress with gzip, or with delay (delaycompress)"));
  }
  if (rule) return;
  if (siblings.rotated > 0) {
    findings.push_back(make_finding(Level::kOk, "rotation",
                                    std::to_string(siblings.rotated) + " rotated files beside it, such as " +
                                        siblings.example +
                                        "; no stanza of logrotate covers it, so something else rotates it"));
  } else {
    findings.push_back(make_finding(
        Level::kNote, "not-rotated",
        "nothing rotates it, as far as " + logrotate_config + " and the files beside it tell: it grows"));
  }
}

}  // namespace routemeter::doctor
