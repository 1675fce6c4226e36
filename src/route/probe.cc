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

}  // namespace

std::string regex_of(const model::Rule& rule) {
  if (rule.kind != model::Rule::Kind::kTemplate) return rule.pattern;
  const auto parts = parse_template(rule.pattern);
  return parts ? regex_of(*parts) : std::string();
}

Probe::Probe(const model::RuleFile& file) : file_(file) {
  const RE2::Options options = path_options();
  for (const model::Rule& rule : file.routes)
    paths_.push_back(std::make_unique<RE2>(whole(regex_of(rule), options), options));
  for (const model::Pattern& pattern : file.exclude)
    excludes_.push_back(std::make_unique<RE2>(pattern.text, options));
}

Probe::~Probe() = default;

bool Probe::path_matches(std::size_t rule, std::string_view path) const {
  return RE2::PartialMatch(piece(path), *paths_[rule]);
}

Verdict Probe::ask(std::size_t rule, std::string_view path, std::string_view method,
                   std::string_view host) const {
  if (!path_matches(rule, path)) return Verdict::kOtherPath;
  const model::Rule& asked = file_.routes[rule];
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
  for (std::size_t i = 0; i < excludes_.size(); ++i) {
    if (RE2::PartialMatch(piece(label), *excludes_[i])) return static_cast<int>(i);
  }
  return -1;
}

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
