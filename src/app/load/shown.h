// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "model/request.h"
#include "model/snapshot.h"

namespace routemeter::app {

/// Takes out the families that need a field which no line of the logs had (JSON without a field map: only the
/// lines tell what there is). Gives a line for each, for people.
std::vector<std::string> drop_unseen(model::Snapshot& snapshot, model::FieldSet seen);

}  // namespace routemeter::app
