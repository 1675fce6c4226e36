// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>

namespace routemeter::expose {

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
