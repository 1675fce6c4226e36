// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "format/choose/formats.h"
#include "model/request.h"
#include "model/rule_file.h"
#include "model/snapshot.h"
#include "util/result.h"

namespace routemeter::app {

/// The first lines of `text`, cleaned and non-empty, as many as detection wants.
std::vector<std::string_view> sample_lines(std::string_view text);

/// Chooses the format of the log `name` from its first lines. Nothing fits: an error with the nearest format
/// and a way out. Without any line the format is null and that is no error.
util::Result<format::Detection> detect_format(const model::FormatSpec& spec, const std::string& name,
                                              const std::vector<std::string_view>& lines);

/// Takes out the families that need a field which no line of the logs had (JSON without a field map: only the
/// lines tell what there is). Gives a line for each, for people.
std::vector<std::string> drop_unseen(model::Snapshot& snapshot, model::FieldSet seen);

}  // namespace routemeter::app
