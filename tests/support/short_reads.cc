// SPDX-License-Identifier: Apache-2.0
// Preloaded into routemeter by read_errors_test.py: reads of files at a place give fewer bytes than asked
// for, as POSIX lets them.
#include <algorithm>
#include <array>
#include <cstddef>

#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

// Most reads are whole, or the test would take long; the others end anywhere.
std::size_t shortened(std::size_t size) {
  static unsigned calls = 0;
  const unsigned n = ++calls;
  if (n % 3 != 0 || size < 2) return size;
  return 1 + (n * 7919U) % std::min<std::size_t>(size - 1, n % 2 == 0 ? 600 : 60'000);
}

}  // namespace

extern "C" ssize_t pread(int fd, void* data, std::size_t size, off_t offset) {
  return ::syscall(SYS_pread64, fd, data, shortened(size), offset);
}

extern "C" ssize_t preadv(int fd, const iovec* parts, int count, off_t offset) {
  std::array<iovec, 8> fewer{};
  std::size_t size = 0;
  for (int i = 0; i < count; ++i) size += parts[i].iov_len;
  std::size_t rest = shortened(size);
  for (int i = 0; i < count; ++i) {
    fewer[static_cast<std::size_t>(i)] = {parts[i].iov_base, std::min(parts[i].iov_len, rest)};
    rest -= fewer[static_cast<std::size_t>(i)].iov_len;
  }
  return ::syscall(SYS_preadv, fd, fewer.data(), count, offset, 0L);
}
