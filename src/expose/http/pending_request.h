// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "expose/http/http_server.h"
#include "expose/http/password_checker.h"
#include "expose/http/suspended_connection.h"

struct MHD_Connection;

namespace routemeter::expose {

/// The longest body that a request may have.
inline constexpr std::size_t kMostBody = 4096;

/// One request between its connection, which lives on the server's thread, and its answer, which may come
/// from any thread, late, or after the server is gone.
class PendingRequest : public std::enable_shared_from_this<PendingRequest> {
 public:
  explicit PendingRequest(const Waker& waker) : connection_(waker) {}

  /// Server's thread: hands the request to its handler, once. Afterwards the answer is there, or the
  /// connection is suspended until it is. Returns whether it is there.
  bool start(MHD_Connection* connection, const Handler& handle, const HttpRequest& request);
  /// Counts bytes of a body that nobody reads; false when there are more of them than a request may have.
  bool take_body(std::size_t size);
  /// Whether start() has been called.
  bool started() const { return started_; }
  /// Server's thread: the password that decides whether the request is let in; null = none is needed.
  void set_check(std::shared_ptr<PasswordCheck> check) { check_ = std::move(check); }
  PasswordCheck* check() const { return check_.get(); }
  /// Server's thread: ends what the request waits for, because its connection is going.
  void abandon(std::string_view why);
  /// Any thread. The first answer counts, all others are dropped.
  void answer(Response response);
  /// Server's thread, when the answer is there.
  const Response& response() const { return response_; }

 private:
  bool started_ = false;
  std::size_t body_size_ = 0;
  std::shared_ptr<PasswordCheck> check_;
  Response response_;  // does not change once answered
  SuspendedConnection connection_;
};

/// The requests that are being answered.
class PendingRequests {
 public:
  /// Null once stop() was called.
  std::shared_ptr<PendingRequest> open(const Waker& waker);
  /// The request is over.
  void close(PendingRequest* pending);
  /// Answers what is open with 503, so that no connection is suspended any more.
  void stop();

 private:
  std::mutex mutex_;
  bool stopping_ = false;
  std::unordered_map<PendingRequest*, std::shared_ptr<PendingRequest>> open_;
};

/// A plain text page of ours: an error and its reason.
Response text_response(int status, std::string_view text);

}  // namespace routemeter::expose
