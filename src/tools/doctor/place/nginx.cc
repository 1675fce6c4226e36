// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/place/nginx.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "document/yaml_scalar.h"
#include "format/text/text_formats.h"
#include "input/look/directory_scanner.h"
#include "tools/doctor/place/access.h"
#include "tools/doctor/place/config_reader.h"
#include "util/ascii.h"
#include "util/words.h"

namespace routemeter::doctor {
namespace {

class NginxReader final : ConfigReader {
 public:
  NginxReader() : ConfigReader(Syntax::kSemicolons) {}

  NginxConfig read(const std::string& path) {
    directory_ = input::directory_of(path);
    out_.found = read_file(path);
    return std::move(out_);
  }

 private:
  void read_directives(Directives directives, const std::string& path) override {
    while (const auto found = directives.next()) take(found->words, path, found->line);
  }

  void take(const std::vector<std::string>& words, const std::string& path, int line) {
    if (words[0] == "include" && words.size() == 2) {
      // Relative to the main file, wherever the directive stands.
      for (const std::string& file : expand(words[1], directory_)) read_file(file);
    } else if (words[0] == "log_format" && words.size() > 2) {
      LogFormat format{path, line, ""};
      for (std::size_t i = 2; i < words.size(); ++i) {
        const bool escape = i == 2 && words[i].substr(0, 7) == "escape=";
        format.text += escape ? words[i] + " " : words[i];
      }
      out_.formats.emplace(words[1], std::move(format));
    } else if (words[0] == "access_log" && words.size() > 1 && words[1] != "off") {
      AccessLog log{path, line, words[1], "combined", {}};
      for (std::size_t i = 2; i < words.size(); ++i) {
        const bool option = words[i] == "gzip" || util::contains(words[i], "=");
        if (i == 2 && !option) {
          log.format = words[i];
        } else {
          log.rest.push_back(words[i]);
        }
      }
      out_.access_logs.push_back(std::move(log));
    }
  }

  std::string directory_;
  NginxConfig out_;
};

std::string where(const std::string& file, int line) { return fmt::format("{}:{}", file, line); }

std::string option(const AccessLog& directive, std::string_view name) {
  for (const std::string& word : directive.rest) {
    if (word.substr(0, name.size()) == name) return word;
  }
  return "";
}

/// The string without its directive and escape: what two ways to write it have in common.
std::string plain(const model::FormatSpec& spec) {
  const auto read = format::read_nginx_string(spec);
  return read ? read->text : spec.text;
}

void check_options(const AccessLog& directive, Findings& findings) {
  const std::string place = where(directive.file, directive.line);
  if (const std::string gzip = option(directive, "gzip"); !gzip.empty()) {
    findings.push_back(
        {Level::kProblem, "nginx-gzip",
         fmt::format("nginx compresses it while it writes ({}): a compressed stream cannot be followed",
                     place),
         fmt::format("drop {} from access_log; logrotate can compress what is rotated", gzip)});
  }
  const std::string buffer = option(directive, "buffer=");
  const std::string flush = option(directive, "flush=");
  if (!buffer.empty() && flush.empty()) {
    findings.push_back(
        {Level::kWarning, "nginx-buffer",
         fmt::format("nginx keeps lines back ({}: {}, no flush=): they come when the buffer is full, "
                     "minutes late on a quiet server",
                     place, buffer),
         "add flush=1s, or drop buffer="});
  } else if (!buffer.empty()) {
    findings.push_back(
        {Level::kNote, "nginx-buffer",
         fmt::format("nginx keeps lines back ({}: {}, {}): counts are late by as much, and complete", place,
                     buffer, flush)});
  }
  if (const std::string condition = option(directive, "if="); !condition.empty()) {
    findings.push_back(
        {Level::kWarning, "nginx-if",
         fmt::format("nginx logs only some requests here ({}: {}): only those are counted", place, condition),
         "give routemeter a log of its own without if=; exclude in the rule file leaves out what you do "
         "not want to count"});
  }
}

void check_format(const AccessLog& directive, const NginxConfig& config, const model::FormatSpec& used,
                  Findings& findings) {
  const auto found = config.formats.find(directive.format);
  const bool is_own = directive.format != "combined" && found != config.formats.end();
  const std::string told = fmt::format(
      "nginx writes it with log_format {} ({})", directive.format,
      is_own ? where(found->second.file, found->second.line) : where(directive.file, directive.line));
  if (!is_own) return findings.push_back({Level::kOk, "nginx-format", told});
  model::FormatSpec theirs;
  theirs.text = found->second.text;
  const bool ours_is_string = util::contains(used.text, "$");
  if (!ours_is_string || plain(used) == plain(theirs))
    return findings.push_back(
        {Level::kOk, "nginx-format", told + (ours_is_string ? ", the string that is used here" : "")});
  findings.push_back({Level::kWarning,
                      "nginx-format",
                      told + ", which is another string than the one that is used here",
                      "if nginx has been reloaded since, say its string in the rule file",
                      {fmt::format("format: {}", document::yaml_scalar(theirs.text))}});
}

}  // namespace

NginxConfig read_nginx_config(const std::string& path) { return NginxReader().read(path); }

std::vector<AccessLog> directives_for(const std::string& log, const NginxConfig& config) {
  std::vector<AccessLog> out;
  const std::string real = real_path(log);
  for (const AccessLog& directive : config.access_logs) {
    const std::string& path = directive.path;
    const bool same =
        !path.empty() && path[0] == '/' && (path == log || path == real || real_path(path) == real);
    if (same) out.push_back(directive);
  }
  return out;
}

std::vector<Candidate> nginx_candidates(const std::string& log, const NginxConfig& config) {
  std::vector<Candidate> out;
  for (const AccessLog& directive : directives_for(log, config)) {
    const auto format = config.formats.find(directive.format);
    if (format == config.formats.end()) continue;
    Candidate candidate;
    candidate.name = fmt::format("nginx log_format {}", directive.format);
    candidate.spec.text = format->second.text;
    candidate.remark = fmt::format("as it stands in {}:{}", format->second.file, format->second.line);
    out.push_back(std::move(candidate));
  }
  return out;
}

void check_nginx(const std::string& log, const NginxConfig& config, const model::FormatSpec& format,
                 Findings& findings) {
  const std::vector<AccessLog> directives = directives_for(log, config);
  std::set<std::string> names;
  for (const AccessLog& directive : directives) names.insert(directive.format);
  if (names.size() > 1) {
    findings.push_back({Level::kProblem, "nginx-mixed",
                        fmt::format("nginx writes it with several formats: {} ({} and others)",
                                    util::joined(names), where(directives[0].file, directives[0].line)),
                        "use one log_format for a file"});
  } else if (!directives.empty()) {
    check_format(directives[0], config, format, findings);
  }
  for (const AccessLog& directive : directives) check_options(directive, findings);
}

}  // namespace routemeter::doctor
