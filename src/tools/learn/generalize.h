// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/learn/node.h"

namespace routemeter::learn {

/// Turns the tree of what was asked for into the tree of routes: from the root on, values among the words of
/// each node are merged, folders of static files become one path, and a slash at the end is taken for the
/// redirect that it is.
void generalize(Node& root);

}  // namespace routemeter::learn
