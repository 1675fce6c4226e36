// SPDX-License-Identifier: Apache-2.0
#include "input/stream/stream_source.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

#include <sys/epoll.h>
#include <sys/stat.h>

#include "input/read/block.h"
#include "util/fmt.h"
#include "util/words.h"

namespace routemeter::input {

namespace {

using Opened = util::Result<std::unique_ptr<StreamSource>>;

constexpr int kBlocksPerRound = 16;
constexpr std::string_view kEndOfScheme = "://";

/// A kind of stream that is named by the scheme of its URL.
struct StreamKind {
  std::string_view scheme;
  Opened (*open)(const std::string& url);
};
constexpr std::array<StreamKind, 3> kStreamKinds = {{
    {"syslog+udp", open_syslog},
    {"syslog+tcp", open_syslog},
    {"syslog+unix", open_syslog},
}};

// The scheme of a URL; empty for any other LOG.
std::string_view scheme_of(std::string_view log) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.";
  const std::size_t end = log.find(kEndOfScheme);
  if (end == std::string_view::npos || log.find_first_not_of(kAllowed) != end) return {};
  return log.substr(0, end);
}

util::Diagnostic unknown_kind(const std::string& log, std::string_view scheme) {
  std::array<std::string_view, kStreamKinds.size()> schemes;
  for (std::size_t i = 0; i < schemes.size(); ++i) schemes[i] = kStreamKinds[i].scheme;
  const std::string_view meant = util::nearest(scheme, schemes);
  return log_error(log, 1, fmt::format("unknown kind of log '{}'", scheme),
                   meant.empty()
                       ? fmt::format("a log is a file, a FIFO, - or {}://...", util::one_of(schemes))
                       : fmt::format("did you mean {}?", meant));
}

}  // namespace

util::Diagnostic log_error(const std::string& log, std::size_t column, std::string message,
                           std::string hint) {
  util::Diagnostic d = util::error_about("LOG", std::move(message), std::move(hint));
  d.at.column = static_cast<int>(column);
  d.source_line = log;
  return d;
}

bool is_stream(const std::string& log) {
  if (log == "-" || !scheme_of(log).empty()) return true;
  struct stat status {};
  return ::stat(log.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
}

util::Result<std::unique_ptr<StreamSource>> open_stream(const std::string& log) {
  if (log == "-") return open_stdin();
  const std::string_view scheme = scheme_of(log);
  if (scheme.empty()) return open_fifo(log);
  for (const StreamKind& kind : kStreamKinds) {
    if (kind.scheme == scheme) return kind.open(log);
  }
  return unknown_kind(log, scheme);
}

void StreamSet::add(std::size_t source, std::unique_ptr<StreamSource> stream) {
  if (!wake_) wake_ = util::Fd(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{};
  event.events = EPOLLIN;
  // Fails for a stdin that is a file; there the timer has to do.
  ::epoll_ctl(wake_.get(), EPOLL_CTL_ADD, stream->fd(), &event);
  streams_.push_back({source, std::move(stream)});
}

void StreamSet::look() {
  for (Stream& each : streams_) {
    each.held = false;
    each.blocks = 0;
    // A pipe at its end would wake us for ever.
    if (each.stream->ended()) ::epoll_ctl(wake_.get(), EPOLL_CTL_DEL, each.stream->fd(), nullptr);
  }
}

bool StreamSet::next(Block& block, std::size_t& source) {
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    turn_ = (turn_ + 1) % streams_.size();
    Stream& each = streams_[turn_];
    if (each.held || each.blocks >= kBlocksPerRound) continue;
    if (!read(each, block)) continue;
    ++each.blocks;
    source = each.source;
    return true;
  }
  return false;
}

bool StreamSet::read(Stream& each, Block& block) {
  if (!std::exchange(each.given_back, false)) {
    if (!each.stream->next(block)) return false;
    each.last = block.text;
    each.last_too_long = block.too_long;
    return true;
  }
  // The lines that were given back and, where they fit, those that have come since.
  std::string text = std::move(each.last);
  std::uint64_t too_long = each.last_too_long;
  if (text.size() < kBlockSize / 2 && each.stream->next(block)) {
    text += block.text;
    too_long += block.too_long;
  }
  block.buffer.resize(std::max(block.buffer.size(), text.size() + kBlockPadding));
  std::memcpy(block.buffer.data(), text.data(), text.size());
  block.text = {block.buffer.data(), text.size()};
  block.too_long = too_long;
  each.last = std::move(text);
  each.last_too_long = too_long;
  return true;
}

const StreamSet::Stream* StreamSet::of(std::size_t source) const {
  const auto stream = std::find_if(streams_.begin(), streams_.end(),
                                   [source](const Stream& each) { return each.source == source; });
  return stream == streams_.end() ? nullptr : &*stream;
}

bool StreamSet::unread(std::size_t source) {
  for (Stream& each : streams_) {
    if (each.source != source) continue;
    each.given_back = !each.last.empty() || each.last_too_long > 0;
    each.held = true;
    return true;
  }
  return false;
}

std::string StreamSet::head(std::size_t source) const {
  const Stream* stream = of(source);
  return stream != nullptr && stream->given_back ? stream->last.substr(0, kHeadBytes) : std::string();
}

std::vector<StreamStatus> StreamSet::statuses() const {
  std::vector<StreamStatus> out;
  for (const Stream& each : streams_) {
    const StreamSource& stream = *each.stream;
    out.push_back({each.source, stream.description(), stream.caveat(), stream.stats(), stream.ended()});
  }
  return out;
}

std::vector<std::string> StreamSet::take_messages() {
  std::vector<std::string> out;
  for (const Stream& each : streams_) {
    for (std::string& message : each.stream->take_messages()) out.push_back(std::move(message));
  }
  return out;
}

}  // namespace routemeter::input
