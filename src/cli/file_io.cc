// SPDX-License-Identifier: Apache-2.0
#include "cli/file_io.h"

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>

#include <sys/stat.h>

#include "cli/terminal.h"
#include "util/fmt.h"

namespace routemeter::cli {
namespace {

util::Diagnostic io_error(const std::string& path, const char* what) {
  return util::error_about(path, fmt::format("{}: {}", what, util::errno_text(errno)));
}

bool replaceable(const std::string& path) {
  struct stat st {};
  return ::lstat(path.c_str(), &st) != 0 ? errno == ENOENT : S_ISREG(st.st_mode);
}

}  // namespace

util::Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  struct stat st {};
  if (in && ::stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode)) {
    errno = EISDIR;
    return io_error(path, "cannot read");
  }
  if (!in) return io_error(path, "cannot open");
  std::string content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in.bad()) return io_error(path, "cannot read");
  return content;
}

util::Result<bool> write_file(const std::string& path, std::string_view content) {
  const bool replace = replaceable(path);
  const std::string target = replace ? path + ".tmp" : path;
  {
    std::ofstream out(target, std::ios::binary | std::ios::trunc);
    if (!out) return io_error(target, "cannot open for writing");
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    out.close();
    if (!out) {
      const util::Diagnostic error = io_error(target, "cannot write");
      if (replace) std::remove(target.c_str());
      return error;
    }
  }
  if (replace && std::rename(target.c_str(), path.c_str()) != 0) {
    const util::Diagnostic error = io_error(path, "cannot replace");
    std::remove(target.c_str());
    return error;
  }
  return true;
}

int write_result(const std::string& path, std::string_view text) {
  if (path.empty()) {
    print_out(text);
    return kDone;
  }
  const auto written = write_file(path, text);
  return written ? kDone : print_and(kFailed, written.errors());
}

}  // namespace routemeter::cli
