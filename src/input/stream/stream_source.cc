// SPDX-License-Identifier: Apache-2.0
#include "input/stream/stream_source.h"

#include <sys/stat.h>

#include "input/stream/pipe_source.h"
#include "input/stream/syslog_address.h"
#include "input/stream/syslog_socket.h"

namespace routemeter::input {

bool is_stream(const std::string& log) {
  if (log == "-" || has_scheme(log)) return true;
  struct stat status {};
  return ::stat(log.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
}

util::Result<std::unique_ptr<StreamSource>> open_stream(const std::string& log) {
  if (log == "-") return open_stdin();
  if (!has_scheme(log)) return open_fifo(log);
  const auto address = parse_syslog_address(log);
  if (!address) return address.errors();
  return open_syslog_socket(*address);
}

}  // namespace routemeter::input
