// SPDX-License-Identifier: Apache-2.0
#include "document/read_file.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "util/fd.h"

namespace routemeter::document {
namespace {

// The largest OpenAPI documents make rule files of a few hundred kilobytes.
constexpr std::size_t kMaxFile = 16U << 20;

}  // namespace

util::Result<std::string> read_file(const std::string& path, const std::string& what) {
  const util::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return util::error_about(path, "cannot open the " + what + ": " + util::errno_text(errno));
  std::string text;
  std::string chunk(1U << 16, '\0');
  while (true) {
    const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return util::error_about(path, "cannot read the " + what + ": " + util::errno_text(errno));
    if (got == 0) return text;
    text.append(chunk, 0, static_cast<std::size_t>(got));
    if (text.size() > kMaxFile) {
      return util::error_about(path, "the " + what + " is larger than 16 MiB", "is it one? it may be a log");
    }
  }
}

std::string beside(const std::string& where, const std::string& path) {
  if (path.starts_with('/')) return path;
  return where.substr(0, where.rfind('/') + 1) + path;  // the folder of a file named without one is ""
}

}  // namespace routemeter::document
