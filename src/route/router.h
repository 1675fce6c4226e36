// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/capture_regex.h"
#include "model/request.h"
#include "model/rule_file.h"
#include "util/result.h"

namespace routemeter::route {

/// Index into Router::labels().
using LabelId = std::uint32_t;

/// The label of requests that no rule matches, "none", is always labels()[kNoneLabel].
inline constexpr LabelId kNoneLabel = 0;

enum class Outcome : std::uint8_t {
  kTemplated,    ///< a rule won: `label` is its handler
  kUntemplated,  ///< no rule, or a stop: `label` is kNoneLabel, `path` the library's own text for it
  kExcluded,     ///< an exclude pattern was found in the label or path
  kIgnored       ///< untemplated, and ignore_untemplated is set
};

struct Decision {
  Outcome outcome = Outcome::kUntemplated;
  LabelId label = kNoneLabel;
  std::int32_t rule = -1;  ///< index into RuleFile::routes of the rule that decided (a stop too), -1 = none
  /// Untemplated with group_untemplated off: the decoded path as the library would label it
  /// (tests/conformance/README.md, section 2), valid UTF-8. Sees the resolver's scratch until its next
  /// resolve(). Else empty.
  std::string_view path;
};

/// A compiled rule file: immutable, shared by threads.
class Router {
 public:
  virtual ~Router() = default;
  /// Every handler label that a decision can carry, the slash-redirect variants included.
  virtual const std::vector<std::string>& labels() const = 0;
  /// Those of labels() in which an exclude pattern is found: no request counts for them.
  virtual const std::vector<std::string>& excluded_labels() const = 0;
};

/// Compiles routes, exclude and the routing options. All errors at once, each with its position.
util::Result<std::shared_ptr<const Router>> compile(const model::RuleFile& file);

/// One thread's way to ask a Router: owns the memo and the scratch for decoding.
class Resolver {
 public:
  virtual ~Resolver() = default;
  virtual Decision resolve(const model::Request& request) noexcept = 0;
};

std::unique_ptr<Resolver> make_resolver(std::shared_ptr<const Router> router);

/// The RE2 engine for `regex` formats.
util::Result<std::shared_ptr<const model::CaptureRegex>> compile_capture_regex(std::string_view pattern);

}  // namespace routemeter::route
