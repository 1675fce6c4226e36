// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "expose/http_server.h"
#include "expose/waker.h"

struct MHD_Connection;

namespace routemeter::expose {

/// The longest body that a request may have.
inline constexpr std::size_t kMostBody = 4096;

/// Holds a connection back until something that happens on another thread is done. MHD takes up a resumed
/// connection only when its thread runs, so that thread is woken.
class Hold {
 public:
  explicit Hold(const Waker& waker) : waker_(waker) {}
  /// Server's thread, once: true when release() has been called; else suspends the connection until it is.
  bool wait(MHD_Connection* connection);
  /// Any thread; more than one call is harmless.
  void release();
  bool released() const;

 private:
  const Waker& waker_;  // used only while a connection is suspended: the server lives then
  mutable std::mutex mutex_;
  bool released_ = false;
  MHD_Connection* suspended_ = nullptr;
};

/// One request between its connection, which lives on the server's thread, and its answer, which may come
/// from any thread, late, or after the server is gone.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(const Route& route, const Waker& waker) : route_(route), hold_(waker) {}

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
  const Route& route_;  // only before the server ends
  bool started_ = false;
  std::size_t body_size_ = 0;
  std::mutex mutex_;
  bool answered_ = false;
  Response response_;  // does not change once answered
  Hold hold_;
};

/// The requests that are being answered.
class ExchangeTable {
 public:
  /// Null once stop() was called.
  std::shared_ptr<Exchange> open(const Route& route, const Waker& waker);
  /// The request is over.
  void close(Exchange* exchange);
  /// Answers what is open with 503, so that no connection is suspended any more.
  void stop();

 private:
  std::mutex mutex_;
  bool stopping_ = false;
  std::unordered_map<Exchange*, std::shared_ptr<Exchange>> open_;
};

/// A plain text page of ours: an error and its reason.
Response text_response(int status, std::string_view text);

}  // namespace routemeter::expose
