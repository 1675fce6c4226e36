// SPDX-License-Identifier: Apache-2.0
#include "document/read_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "util/fd.h"

namespace routemeter::document {
namespace {

// The largest OpenAPI documents make rule files of a few hundred kilobytes.
constexpr std::size_t kMaxFile = 16U << 20;

}  // namespace

util::Diagnostic about_file(const std::string& path, std::string message, std::string hint) {
  util::Diagnostic d;
  d.file = path;
  d.message = std::move(message);
  d.hint = std::move(hint);
  return d;
}

util::Result<std::string> read_file(const std::string& path, const std::string& what) {
  const util::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return about_file(path, "cannot open the " + what + ": " + std::strerror(errno));
  std::string text;
  std::string chunk(1U << 16, '\0');
  while (true) {
    const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return about_file(path, "cannot read the " + what + ": " + std::strerror(errno));
    if (got == 0) return text;
    text.append(chunk, 0, static_cast<std::size_t>(got));
    if (text.size() > kMaxFile) {
      return about_file(path, "the " + what + " is larger than 16 MiB", "is it one? it may be a log");
    }
  }
}

}  // namespace routemeter::document
