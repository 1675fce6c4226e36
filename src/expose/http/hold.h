// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>

#include "expose/http/waker.h"

struct MHD_Connection;

namespace routemeter::expose {

/// Holds a connection back until something that happens on another thread is done. libmicrohttpd takes up a
/// resumed connection only when its thread runs, so that thread is woken.
class Hold {
 public:
  explicit Hold(const Waker& waker) : waker_(waker) {}
  /// Server's thread: true when release() has been called; else suspends the connection until it is.
  bool wait(MHD_Connection* connection);
  /// Any thread; more than one call is harmless.
  void release();
  bool released() const;

 private:
  const Waker& waker_;  // used only while a connection is suspended: the server lives then
  mutable std::mutex mutex_;
  bool released_ = false;
  MHD_Connection* suspended_ = nullptr;
};

}  // namespace routemeter::expose
