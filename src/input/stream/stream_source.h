// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "input/read/block.h"
#include "util/fd.h"
#include "util/result.h"

namespace routemeter::input {

/// A log whose bytes come only once: standard input, a FIFO, a syslog socket. As exact as the transport lets
/// it be: what has been handed out cannot be read again, so what was not committed when the process died is
/// gone. Used by one thread.
class StreamSource {
 public:
  /// Counts of what went wrong so far, and for TCP, of what happened to connections. Each only grows.
  struct Stats {
    std::uint64_t datagrams_truncated = 0;  ///< too long, also counted as Block::too_long
    std::uint64_t kernel_drops = 0;         ///< datagrams that found the socket's buffer full
    std::uint64_t messages_torn = 0;        ///< beginnings of messages whose end did not come
    std::uint64_t framing_errors = 0;       ///< connections closed because their octet counts made no sense
    std::uint64_t connections_accepted = 0;
    std::uint64_t connections_refused = 0;  ///< no descriptor was left
    std::uint64_t connections_evicted = 0;  ///< made room for a newer one
    std::uint64_t connections_timed_out = 0;
  };

  virtual ~StreamSource() = default;
  /// Polls readable when there may be something new: for poll(), and but for a stdin that is a file, for
  /// epoll (level triggered). Not to be polled after ended().
  virtual int fd() const = 0;
  /// Complete lines that are there now, at most one block of them (block.too_long is set anew, too). Never
  /// blocks. False = nothing now. To be called when fd() is readable and every few seconds besides: timeouts
  /// run in here.
  virtual bool next(Block& block) = 0;
  /// Nothing will come any more: stdin at its end, after its last line without newline was delivered.
  virtual bool ended() const { return false; }
  virtual Stats stats() const { return stats_; }
  /// "stdin", "fifo /run/log", "udp 127.0.0.1:5514" with the real port.
  virtual std::string description() const = 0;
  /// Losses that this transport can have without our doing, one sentence for the operator.
  virtual std::string_view caveat() const = 0;
  /// Problems since the last call, one line each, each said once per change.
  std::vector<std::string> take_messages() { return std::exchange(messages_, {}); }

 protected:
  Stats stats_;
  std::vector<std::string> messages_;
};

/// Whether a LOG argument is a stream: "-", an existing FIFO, or a URL (no file is called "x://..."; an
/// unknown scheme is an error of open_stream).
bool is_stream(const std::string& log);

/// Opens "-", a FIFO, "syslog+udp://HOST:PORT", "syslog+tcp://HOST:PORT" or "syslog+unix:///PATH" (a datagram
/// socket, as nginx and syslog() use). Errors name `log`.
util::Result<std::unique_ptr<StreamSource>> open_stream(const std::string& log);

// The kinds of streams, each in a file of its own; a new one is a file, an opener here and a row in
// stream_source.cc.

/// Standard input, whatever it is: read until its end, where a last line without newline counts.
util::Result<std::unique_ptr<StreamSource>> open_stdin();

/// A FIFO. Writers come and go, it never ends. A line is complete only at its '\n': the kernel does not tell
/// which bytes came from which writer, so the torn line of a writer that left is continued by what comes next
/// (most likely that makes one unparsed line). A FIFO that is replaced by another one is followed to the new
/// one.
util::Result<std::unique_ptr<StreamSource>> open_fifo(const std::string& path);

/// A socket that receives syslog messages (syslog.h), by its address as the user wrote it.
util::Result<std::unique_ptr<StreamSource>> open_syslog(const std::string& url);

/// An error of a LOG argument as the user wrote it, with a caret under `column` (from 1).
util::Diagnostic log_error(const std::string& log, std::size_t column, std::string message, std::string hint);

/// A log that is a stream, with what its transport lost and can lose.
struct StreamStatus {
  std::size_t source = 0;
  std::string description;
  std::string_view caveat;
  StreamSource::Stats stats;
  bool ended = false;
};

/// Streams taking turns, with the last block of each to give back. `source`: the index of a log.
class StreamSet {
 public:
  void add(std::size_t source, std::unique_ptr<StreamSource> stream);
  bool has(std::size_t source) const { return of(source) != nullptr; }
  /// Polls readable when any of them does, but for a stdin that is a file; -1 when there are none.
  int wake_fd() const { return wake_.get(); }

  /// A new round: each stream may give a few blocks until the next one, so that one that never pauses does
  /// not keep the caller.
  void look();
  bool next(Block& block, std::size_t& source);
  /// False: not a stream.
  bool unread(std::size_t source);
  /// The lines that were given back.
  std::string head(std::size_t source) const;

  std::vector<StreamStatus> statuses() const;
  std::vector<std::string> take_messages();

 private:
  struct Stream {
    std::size_t source;
    std::unique_ptr<StreamSource> stream;
    std::string last = {};  // text of the last block: it comes only once
    std::uint64_t last_too_long = 0;
    bool given_back = false;
    bool held = false;
    int blocks = 0;  // in this round
  };

  const Stream* of(std::size_t source) const;
  static bool read(Stream& stream, Block& block);

  util::Fd wake_;
  std::vector<Stream> streams_;
  std::size_t turn_ = 0;
};

}  // namespace routemeter::input
