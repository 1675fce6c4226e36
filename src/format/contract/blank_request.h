// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/request.h"

namespace routemeter::format {

/// A Request that is used again before its line is read. The numbers stay, as `known` says that there are
/// none.
inline void make_blank(model::Request& out) noexcept {
  out.set_method({});
  out.target = {};
  out.host = {};
  out.time = {};
  out.readable_end = nullptr;
  out.status = 0;
  out.known = {};
  out.present = {};
}

}  // namespace routemeter::format
