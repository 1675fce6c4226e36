// SPDX-License-Identifier: Apache-2.0
#include "route/probe.h"

#include <algorithm>
#include <utility>

#include <re2/re2.h>

#include "route/path/path.h"
#include "route/pattern/regex.h"
#include "route/request_ids.h"
#include "route/template/template.h"

namespace routemeter::route {
namespace {

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

std::string rule_regex(const model::Rule& rule) {
  if (rule.kind != model::Rule::Kind::kTemplate) return rule.pattern;
  const auto parts = parse_template(rule.pattern);
  return parts ? regex_of(*parts) : std::string();
}

}  // namespace

struct Probe::Rules {
  explicit Rules(const model::RuleFile& rule_file) : file(rule_file) {}

  const model::RuleFile& file;
  std::vector<std::string> texts;
  std::vector<std::unique_ptr<RE2>> paths;
  std::vector<std::unique_ptr<RE2>> excludes;
};

Probe::Probe(const model::RuleFile& file) : rules_(std::make_unique<Rules>(file)) {
  for (const model::Rule& rule : file.routes) {
    rules_->texts.push_back(rule_regex(rule));
    rules_->paths.push_back(
        std::make_unique<RE2>(whole(rules_->texts.back(), path_options()), path_options()));
  }
  for (const model::Pattern& pattern : file.exclude) {
    rules_->excludes.push_back(std::make_unique<RE2>(pattern.text, path_options()));
  }
}

Probe::~Probe() = default;

bool Probe::path_matches(std::size_t rule, std::string_view path) const {
  return RE2::PartialMatch(piece(path), *rules_->paths[rule]);
}

Verdict Probe::ask(std::size_t rule, std::string_view path, std::string_view method,
                   std::string_view host) const {
  if (!path_matches(rule, path)) return Verdict::kOtherPath;
  const model::Rule& asked = rules_->file.routes[rule];
  if (!asked.host.empty()) {
    HostTable hosts;
    hosts.add(asked.host);
    if (hosts.find(host) == 0) return Verdict::kOtherHost;
  }
  const auto& methods = asked.methods;
  const bool taken = methods.empty() || std::find(methods.begin(), methods.end(), method) != methods.end();
  return taken ? Verdict::kMatch : Verdict::kOtherMethod;
}

int Probe::excluded_by(std::string_view label) const {
  for (std::size_t i = 0; i < rules_->excludes.size(); ++i) {
    if (RE2::PartialMatch(piece(label), *rules_->excludes[i])) return static_cast<int>(i);
  }
  return -1;
}

const std::string& Probe::regex(std::size_t rule) const { return rules_->texts[rule]; }

std::string decoded_path(std::string_view target) {
  std::string scratch;
  return std::string(decode_path(cut_target(target), scratch));
}

std::string untemplated_label_of(std::string_view path) {
  std::string scratch;
  return std::string(untemplated_label(path, scratch));
}

std::string toggled_slash(std::string_view path) {
  if (path == "/") return {};
  if (path.ends_with('/')) return std::string(path.substr(0, path.size() - 1));
  return std::string(path) + '/';
}

}  // namespace routemeter::route
