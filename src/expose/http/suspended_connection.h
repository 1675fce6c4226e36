// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <functional>
#include <mutex>

#include "util/fd.h"

struct MHD_Connection;

namespace routemeter::expose {

/// Wakes a thread that polls fd(). Calls from any thread; many calls make one wake-up.
class Waker {
 public:
  Waker();
  void wake() const;
  int fd() const { return event_.get(); }
  /// Makes fd() unreadable again. Whether it was readable.
  bool clear() const;

 private:
  util::Fd event_;
};

/// Holds a connection back until something that happens on another thread is done. libmicrohttpd takes up a
/// resumed connection only when its thread runs, so that thread is woken.
class SuspendedConnection {
 public:
  explicit SuspendedConnection(const Waker& waker) : waker_(waker) {}
  /// Server's thread: true when release() has been called; else suspends the connection until it is.
  bool wait(MHD_Connection* connection);
  /// Any thread: sets the result by `set` and lets the connection go on. The first call counts; whoever comes
  /// later returns when the connection is free.
  void release(const std::function<void()>& set);
  bool released() const;

 private:
  const Waker& waker_;  // used only while a connection is suspended: the server lives then
  mutable std::mutex mutex_;
  bool released_ = false;
  MHD_Connection* suspended_ = nullptr;
};

/// Threads start with the signal mask of the one that starts them: with all blocked, SIGTERM and the like
/// stay with the threads that wait for them.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

}  // namespace routemeter::expose
