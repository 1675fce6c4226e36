// SPDX-License-Identifier: Apache-2.0
#include "expose/http/waker.h"

#include <cstdint>

#include <sys/eventfd.h>
#include <unistd.h>

namespace routemeter::expose {

Waker::Waker() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Waker::wake() const {
  const std::uint64_t one = 1;
  // Fails only when the counter is full, and then it is readable anyhow.
  [[maybe_unused]] const ssize_t written = ::write(event_.get(), &one, sizeof one);
}

void Waker::clear() const {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(event_.get(), &count, sizeof count);
}

}  // namespace routemeter::expose
