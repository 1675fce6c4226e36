// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/load/service.h"
#include "format/contract/format.h"
#include "model/request.h"
#include "model/vocabulary.h"
#include "route/probe.h"
#include "route/router.h"
#include "tools/explain/recorder.h"
#include "util/result.h"

namespace routemeter::explain {

/// Those of the matcher, and one for lines that it never sees.
enum class Outcome : std::uint8_t {
  kMatched = static_cast<std::uint8_t>(route::Outcome::kTemplated),
  kUntemplated = static_cast<std::uint8_t>(route::Outcome::kUntemplated),
  kExcluded = static_cast<std::uint8_t>(route::Outcome::kExcluded),
  kIgnored = static_cast<std::uint8_t>(route::Outcome::kIgnored),
  kUnparsed
};

/// "matched", "untemplated" and so on.
std::string_view name_of(Outcome outcome);

/// The way `serve` counts one request, and the reasons.
struct Explanation {
  Outcome outcome = Outcome::kUnparsed;
  model::Reason reason = model::Reason::kNone;  ///< of kUnparsed
  std::string method;
  std::string path;                    ///< decoded, as the rules see it
  std::string matched_path;            ///< the one that the rule matched: not `path` after a slash redirect
  std::optional<std::size_t> rule;     ///< index of the rule that decided, a stop too
  bool redirected = false;             ///< only with the trailing slash toggled
  bool other_method = false;           ///< the rule's path matches, not its methods
  std::vector<std::size_t> also;       ///< later rules that match too
  std::optional<std::string> handler;  ///< the label; none when nothing is counted
  std::string excluded_label;          ///< of kExcluded: where `exclude` found something
  int exclude = -1;                    ///< and the index of the pattern
  Record record;                       ///< empty when nothing is counted
};

/// Asks the matcher and the store that `serve` uses. Owned by one thread.
class Explainer {
 public:
  /// `service` outlives the explainer. `format` is that of the requests; null: any field may be known.
  static util::Result<std::unique_ptr<Explainer>> create(const app::Service& service,
                                                         const format::Format* format);

  Explanation explain(const model::Request& request);

  const model::RuleFile& rules() const { return rules_; }
  const route::Probe& probe() const { return probe_; }
  /// The metrics and hosts that the format cannot give, one line each.
  std::vector<std::string> notes() const;

 private:
  Explainer(const app::Service& service, model::FieldSet available, bool open,
            std::unique_ptr<Recorder> recorder);
  void find_reasons(const model::Request& request, Explanation& out) const;
  void find_exclusion(const route::Decision& decision, Explanation& out) const;

  const model::RuleFile& rules_;
  const route::Router& router_;
  std::unique_ptr<route::Resolver> resolver_;
  route::Probe probe_;
  std::unique_ptr<Recorder> recorder_;
  model::FieldSet available_;
  bool open_;
};

/// A line that is no request.
Explanation unparsed(model::Reason reason);

}  // namespace routemeter::explain
