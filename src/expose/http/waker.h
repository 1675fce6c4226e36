// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/fd.h"

namespace routemeter::expose {

/// Wakes a thread that polls fd(). Calls from any thread; many calls make one wake-up.
class Waker {
 public:
  Waker();
  void wake() const;
  int fd() const { return event_.get(); }
  /// Makes fd() unreadable again.
  void clear() const;

 private:
  util::Fd event_;
};

}  // namespace routemeter::expose
