// SPDX-License-Identifier: Apache-2.0
#include "expose/http/suspended_connection.h"

#include <cstdint>
#include <utility>

#include <microhttpd.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace routemeter::expose {

Waker::Waker() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Waker::wake() const {
  const std::uint64_t one = 1;
  // Fails only when the counter is full, and then it is readable anyhow.
  [[maybe_unused]] const ssize_t written = ::write(event_.get(), &one, sizeof one);
}

bool Waker::clear() const {
  std::uint64_t count = 0;
  return ::read(event_.get(), &count, sizeof count) == sizeof count;
}

bool SuspendedConnection::wait(MHD_Connection* connection) {
  const std::lock_guard lock(mutex_);
  if (released_) return true;
  MHD_suspend_connection(connection);
  suspended_ = connection;
  return false;
}

void SuspendedConnection::release(const std::function<void()>& set) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(released_, true)) return;
  set();
  // A suspended connection has no timeout and cannot end, so the pointer is good until it is resumed.
  if (suspended_ == nullptr) return;
  MHD_resume_connection(std::exchange(suspended_, nullptr));
  waker_.wake();
}

bool SuspendedConnection::released() const {
  const std::lock_guard lock(mutex_);
  return released_;
}

}  // namespace routemeter::expose
