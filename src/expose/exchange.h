// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "expose/http_server.h"

struct MHD_Connection;

namespace routemeter::expose {

/// The longest body that a request may have.
inline constexpr std::size_t kMostBody = 4096;

/// One request between its connection, which lives on the server's thread, and its answer, which may come
/// from any thread, late, or after the server is gone.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  explicit Exchange(const Route& route) : route_(route) {}

  /// Server's thread: hands the request to its handler, once. Afterwards the answer is there, or the
  /// connection is suspended until it is. Returns whether it is there.
  bool start(MHD_Connection* connection, const HttpRequest& request);
  /// Counts bytes of a body that nobody reads; false when there are more of them than a request may have.
  bool take_body(std::size_t size);
  /// Whether start() has been called.
  bool started() const { return started_; }
  /// Any thread. The first answer counts, all others are dropped.
  void answer(Response response);
  /// Server's thread, when the answer is there.
  const Response& response() const { return response_; }

 private:
  bool is_answered();

  const Route& route_;  // only before the server ends
  bool started_ = false;
  std::size_t body_size_ = 0;
  std::mutex mutex_;
  bool answered_ = false;
  Response response_;                    // does not change once answered
  MHD_Connection* suspended_ = nullptr;  // to be resumed by the answer
};

/// The requests that are being answered.
class ExchangeTable {
 public:
  /// Null once stop() was called.
  std::shared_ptr<Exchange> open(const Route& route);
  /// The answer has been given to libmicrohttpd.
  void mark_queued(Exchange* exchange);
  /// The request is over.
  void close(Exchange* exchange);
  /// Answers what is open with 503, waits until the server's thread has taken these answers up (without
  /// this libmicrohttpd aborts the process when it stops), and a moment more for clients to get theirs.
  void stop();

 private:
  struct Entry {
    std::shared_ptr<Exchange> exchange;
    bool queued = false;
  };
  bool all_queued() const;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::unordered_map<Exchange*, Entry> open_;
};

/// A plain text page of ours: an error and its reason.
Response text_response(int status, std::string_view text);

}  // namespace routemeter::expose
