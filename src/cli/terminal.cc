// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include <array>
#include <atomic>
#include <chrono>
#include <climits>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <memory>
#include <mutex>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "util/fmt.h"

namespace routemeter::cli {
namespace {

std::string rfc3339_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  const std::time_t seconds = ms / 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 40> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  return fmt::format("{}.{:03}Z", std::string_view(text.data(), length), ms % 1000);
}

// Writes log records to a descriptor without ever waiting for its reader: a full pipe, or a terminal stopped
// with ctrl-S, must not stop the counting. The descriptor stays blocking, since others may share it. For any
// thread. Does not own the descriptor.
class RecordWriter {
 public:
  explicit RecordWriter(int fd) : fd_(fd) {}

  // `record` with its newline. False: there was no room, and it is dropped, wholly or from the middle on.
  bool write(std::string_view record);

 private:
  std::size_t put(std::string_view text) const;

  std::mutex mutex_;
  const int fd_;
  bool torn_ = false;  // the last record has no end
};

// The number of bytes written; 0 when there is no room, or nobody to read. A pipe that poll() calls
// writable takes PIPE_BUF bytes at once (pipe(7)); a file takes everything.
std::size_t RecordWriter::put(std::string_view text) const {
  pollfd out{fd_, POLLOUT, 0};
  if (::poll(&out, 1, 0) != 1 || (out.revents & POLLOUT) == 0) return 0;
  const ssize_t written = ::write(fd_, text.data(), text.size() < PIPE_BUF ? text.size() : PIPE_BUF);
  return written > 0 ? static_cast<std::size_t>(written) : 0;
}

bool RecordWriter::write(std::string_view record) {
  const std::lock_guard lock(mutex_);
  if (torn_ && put("\n") == 0) return false;
  torn_ = false;
  while (!record.empty()) {
    const std::size_t written = put(record);
    if (written == 0) return false;
    record.remove_prefix(written);
    torn_ = !record.empty();
  }
  return true;
}

}  // namespace

void print_out(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print_err(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

void hold_standard_streams() {
  int fd = 0;
  while ((fd = ::open("/dev/null", O_RDWR)) >= 0 && fd <= STDERR_FILENO) {
  }
  if (fd >= 0) ::close(fd);
}

void print_diagnostics(const util::Diagnostics& all) {
  for (const util::Diagnostic& d : all) print_err(util::format(d));
}

int print_and(int code, const util::Diagnostics& all) {
  print_diagnostics(all);
  return code;
}

util::Logger make_logger(util::LogLevel level, bool json) {
  struct State {
    RecordWriter writer{STDERR_FILENO};
    std::atomic<std::uint64_t> dropped = 0;
  };
  const auto state = std::make_shared<State>();
  const auto write = [state, json](util::LogLevel record, std::string_view message,
                                   const util::LogFields& fields) {
    const std::string time = rfc3339_now();
    return state->writer.write((json ? util::format_json(time, record, message, fields)
                                     : util::format_logfmt(time, record, message, fields)) +
                               "\n");
  };
  return
      [state, write, level](util::LogLevel record, std::string_view message, const util::LogFields& fields) {
        if (record < level) return;
        if (const std::uint64_t dropped = state->dropped.exchange(0); dropped > 0) {
          const std::string records = std::to_string(dropped);
          if (!write(util::LogLevel::kWarn, "log records were dropped: nobody read stderr",
                     {{"records", records}}))
            state->dropped += dropped;
        }
        if (!write(record, message, fields)) ++state->dropped;
      };
}

ProgressBar::ProgressBar() : terminal_(::isatty(STDERR_FILENO) != 0), started_(now_seconds()) {}

void ProgressBar::show(std::uint64_t done, std::uint64_t total) {
  if (!terminal_ || (!drawn_ && now_seconds() - started_ < 0.5)) return;
  drawn_ = true;
  const double mib = static_cast<double>(done) / (1024 * 1024);
  const double rate = mib / (now_seconds() - started_);
  if (total == 0) return print_err(fmt::format("\r{:.0f} MiB, {:.0f} MiB/s\x1b[K", mib, rate));
  constexpr int kWidth = 30;
  const double share = done >= total ? 1.0 : static_cast<double>(done) / static_cast<double>(total);
  const std::string bar(static_cast<std::size_t>(share * kWidth), '#');
  print_err(fmt::format("\r[{:<{}}] {:3.0f} %  {:.0f} MiB/s\x1b[K", bar, kWidth, share * 100, rate));
}

void ProgressBar::clear() {
  if (drawn_) print_err("\r\x1b[K");
  drawn_ = false;
}

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace routemeter::cli
