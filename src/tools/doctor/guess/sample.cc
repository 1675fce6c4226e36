// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/guess/sample.h"

#include <utility>

#include "app/load/detect.h"
#include "format/choose/detect.h"
#include "format/envelope/envelope.h"

namespace routemeter::doctor {
namespace {

/// A log of empty lines only must not be read into memory.
constexpr std::size_t kMaxBytes = std::size_t{4} * 1024 * 1024;

}  // namespace

std::vector<std::string_view> OpenLog::lines() const {
  std::vector<std::string_view> out;
  for (const input::Block& block : first) {
    for (const std::string_view line : app::sample_lines(block.text)) {
      if (out.size() < format::kDetectLines) out.push_back(line);
    }
  }
  return out;
}

util::Result<OpenLog> open_log(const std::string& path) {
  auto reader = input::open_reader(path);
  if (!reader) return reader.errors();
  OpenLog out;
  out.reader = std::move(*reader);
  std::size_t bytes = 0;
  while (!out.ended && bytes < kMaxBytes && out.lines().size() < format::kDetectLines) {
    input::Block block;
    const auto more = out.reader->next(block);
    if (!more) out.damage = more.errors();
    out.ended = !more || !*more;
    bytes += block.text.size();
    if (!block.text.empty() || block.too_long > 0) out.first.push_back(std::move(block));
  }
  return out;
}

std::vector<std::string> unwrapped(const std::vector<std::string_view>& lines) {
  // The first is "none"; behind it are those that most lines are in.
  const std::vector<model::Envelope> envelopes = format::plausible_envelopes(lines);
  const auto unwrapper = format::make_unwrapper(envelopes.back());
  std::vector<std::string> out;
  for (const std::string_view line : lines) {
    std::string_view inside = line;
    if (unwrapper == nullptr || unwrapper->unwrap(line, inside)) out.emplace_back(inside);
  }
  return out;
}

}  // namespace routemeter::doctor
