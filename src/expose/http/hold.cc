// SPDX-License-Identifier: Apache-2.0
#include "expose/http/hold.h"

#include <utility>

#include <microhttpd.h>

namespace routemeter::expose {

bool Hold::wait(MHD_Connection* connection) {
  const std::lock_guard lock(mutex_);
  if (released_) return true;
  MHD_suspend_connection(connection);
  suspended_ = connection;
  return false;
}

void Hold::release() {
  const std::lock_guard lock(mutex_);
  if (std::exchange(released_, true)) return;
  // A suspended connection has no timeout and cannot end, so the pointer is good until it is resumed.
  if (suspended_ == nullptr) return;
  MHD_resume_connection(std::exchange(suspended_, nullptr));
  waker_.wake();
}

bool Hold::released() const {
  const std::lock_guard lock(mutex_);
  return released_;
}

}  // namespace routemeter::expose
