// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include "telemetry/registry.h"

namespace routemeter::telemetry {
namespace {

// Fields of /proc/self/stat from the third on: the second (the name) may hold blanks and parentheses.
std::istringstream stat_fields() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t close = line.rfind(')');
  return std::istringstream(close == std::string::npos ? "" : line.substr(close + 1));
}

double boot_time() {
  std::ifstream file("/proc/stat");
  std::string key;
  while (file >> key) {
    double value = 0;
    if (key == "btime" && file >> value) return value;
    file.ignore(1 << 20, '\n');
  }
  return 0;
}

int open_descriptors() {
  DIR* dir = ::opendir("/proc/self/fd");
  if (dir == nullptr) return -1;
  int count = -3;                             // ".", ".." and the directory's own descriptor
  while (::readdir(dir) != nullptr) ++count;  // NOLINT(concurrency-mt-unsafe): this DIR is ours alone
  ::closedir(dir);
  return count;
}

}  // namespace

void collect_process(Collector& out) {
  std::istringstream fields = stat_fields();
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;
  double utime = 0;
  double stime = 0;
  fields >> utime >> stime;
  for (int i = 16; i < 22; ++i) fields >> skipped;
  double start = 0;
  double virtual_bytes = 0;
  double resident_pages = 0;
  if (fields >> start >> virtual_bytes >> resident_pages) {
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    out.counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.")
        .add((utime + stime) / ticks);
    out.gauge("process_resident_memory_bytes", "Resident memory size in bytes.")
        .add(resident_pages * static_cast<double>(::sysconf(_SC_PAGESIZE)));
    out.gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.").add(virtual_bytes);
    // Whole hundredths: the kernel's clock has no more, and floating noise would look like a restart.
    out.gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.")
        .add(std::round((boot_time() + start / ticks) * 100) / 100);
  }
  if (const int count = open_descriptors(); count >= 0) {
    out.gauge("process_open_fds", "Number of open file descriptors.").add(count);
  }
  struct rlimit limit {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    out.gauge("process_max_fds", "Maximum number of open file descriptors.")
        .add(static_cast<double>(limit.rlim_cur));
  }
}

}  // namespace routemeter::telemetry
