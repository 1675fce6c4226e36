// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "tools/explain/explainer.h"

namespace routemeter::explain {

/// The amount of detail, and whether the status was assumed.
struct Shown {
  bool all_rules = false;       ///< else of a large file only those that match, and the nearest
  bool log_line = false;        ///< the fields that the line had are shown
  bool assumed_status = false;  ///< it was not given
};

/// The explanation for people, several lines, each with its newline. Nothing in it can harm a terminal.
/// `question` is what was asked: a request or a log line. `request` is null for what is none.
std::string to_text(std::string_view question, const model::Request* request, const Explanation& explanation,
                    const Explainer& explainer, const Shown& shown);

/// The explanation as one JSON object on one line, without newline.
std::string to_json(const Explanation& explanation, const model::RuleFile& rules);

/// "NAME{label="value"} " and what was observed; a line without newline.
std::string recorded_text(const Recorded& recorded);

/// `handler="/x",method="GET"`, values escaped as on a page and made printable.
std::string labels_text(const Labels& labels);

}  // namespace routemeter::explain
