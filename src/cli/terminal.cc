// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>

#include <fcntl.h>
#include <unistd.h>

#include "cli/record_writer.h"

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
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(ms % 1000));
  return std::string(text.data(), length) + fraction.data();
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
  std::array<char, 128> line{};
  if (total == 0) {
    std::snprintf(line.data(), line.size(), "\r%.0f MiB, %.0f MiB/s\x1b[K", mib, rate);
  } else {
    constexpr int kWidth = 30;
    const double share = done >= total ? 1.0 : static_cast<double>(done) / static_cast<double>(total);
    const std::string bar(static_cast<std::size_t>(share * kWidth), '#');
    std::snprintf(line.data(), line.size(), "\r[%-*s] %3.0f %%  %.0f MiB/s\x1b[K", kWidth, bar.c_str(),
                  share * 100, rate);
  }
  print_err(line.data());
}

void ProgressBar::clear() {
  if (drawn_) print_err("\r\x1b[K");
  drawn_ = false;
}

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3;) digits.insert(i -= 3, 1, ' ');
  return digits;
}

}  // namespace routemeter::cli
