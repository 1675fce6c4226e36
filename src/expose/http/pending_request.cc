// SPDX-License-Identifier: Apache-2.0
#include "expose/http/pending_request.h"

#include <utility>
#include <vector>

#include <microhttpd.h>

namespace routemeter::expose {
namespace {

// Shared by a Respond and its copies. If the last copy goes without an answer, the client still gets one and
// the connection does not hang.
struct Ticket {
  explicit Ticket(std::shared_ptr<PendingRequest> of) : pending(std::move(of)) {}
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;
  ~Ticket() { pending->answer(text_response(MHD_HTTP_INTERNAL_SERVER_ERROR, "no answer\n")); }
  std::shared_ptr<PendingRequest> pending;
};

}  // namespace

bool PendingRequest::start(MHD_Connection* connection, const Handler& handle, const HttpRequest& request) {
  started_ = true;
  if (connection_.released()) return true;  // the server is stopping
  try {
    const auto ticket = std::make_shared<Ticket>(shared_from_this());
    handle(request, [ticket](Response response) { ticket->pending->answer(std::move(response)); });
  } catch (...) {
    answer(text_response(MHD_HTTP_INTERNAL_SERVER_ERROR, "internal error\n"));
  }
  return connection_.wait(connection);
}

bool PendingRequest::take_body(std::size_t size) {
  body_size_ += size;
  return body_size_ <= kMostBody;
}

void PendingRequest::answer(Response response) {
  connection_.release([&] { response_ = std::move(response); });
}

void PendingRequest::abandon(std::string_view why) {
  if (check_ != nullptr) check_->decide(Verdict::kBusy);
  answer(text_response(MHD_HTTP_SERVICE_UNAVAILABLE, why));
}

std::shared_ptr<PendingRequest> PendingRequests::open(const Waker& waker) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return nullptr;
  auto pending = std::make_shared<PendingRequest>(waker);
  open_.emplace(pending.get(), pending);
  return pending;
}

void PendingRequests::close(PendingRequest* pending) {
  std::shared_ptr<PendingRequest> last;  // goes after the lock: a handler's Respond may end with it
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(pending);
  if (found == open_.end()) return;
  last = std::move(found->second);
  open_.erase(found);
}

void PendingRequests::stop() {
  std::vector<std::shared_ptr<PendingRequest>> open;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& [key, pending] : open_) open.push_back(pending);
  }
  for (const auto& pending : open)
    pending->answer(text_response(MHD_HTTP_SERVICE_UNAVAILABLE, "shutting down\n"));
}

Response text_response(int status, std::string_view text) {
  Response out;
  out.status = status;
  out.body = std::make_shared<const std::string>(text);
  return out;
}

}  // namespace routemeter::expose
