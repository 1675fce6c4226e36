// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/request.h"
#include "model/rule_file.h"

namespace re2 {
class RE2;
}

namespace routemeter::route {

/// What one rule says to one request, by itself.
enum class Verdict : std::uint8_t {
  kMatch,
  kOtherPath,
  kOtherMethod,  ///< the path matches
  kOtherHost     ///< the path matches
};

/// The rules one at a time and by their regexes alone, for people who want to know why: what a Resolver
/// decides in nanoseconds, this tells about every rule. Owned by one thread.
class Probe {
 public:
  /// `file` has passed compile(), and outlives this.
  explicit Probe(const model::RuleFile& file);
  ~Probe();
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  /// `path` is decoded, see decoded_path(). `method` and `host` as a request has them.
  Verdict ask(std::size_t rule, std::string_view path, std::string_view method, std::string_view host) const;
  /// Whether the rule's path matches, whatever method and host.
  bool path_matches(std::size_t rule, std::string_view path) const;
  /// The first exclude pattern found in a label, -1 = none.
  int excluded_by(std::string_view label) const;

 private:
  const model::RuleFile& file_;
  std::vector<std::unique_ptr<re2::RE2>> paths_;
  std::vector<std::unique_ptr<re2::RE2>> excludes_;
};

/// The rule as the RE2 that decides over the whole decoded path, templates too.
std::string regex_of(const model::Rule& rule);

/// The path that rules are matched with: cut out of a request's target, percent-decoded, valid UTF-8.
std::string decoded_path(std::string_view target);
/// The library's own label for a path without a handler; what `exclude` sees then.
std::string untemplated_label_of(std::string_view path);
/// The path with its trailing slash toggled, which redirect_slashes tries next; empty for "/".
std::string toggled_slash(std::string_view path);

}  // namespace routemeter::route
