// SPDX-License-Identifier: Apache-2.0
#include "expose/http/exchange.h"

#include <utility>
#include <vector>

#include <microhttpd.h>

namespace routemeter::expose {
namespace {

// What a Respond shares with its copies. When the last one goes without an answer the client still gets
// one, instead of a connection that hangs.
struct Ticket {
  explicit Ticket(std::shared_ptr<Exchange> of) : exchange(std::move(of)) {}
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;
  ~Ticket() { exchange->answer(text_response(MHD_HTTP_INTERNAL_SERVER_ERROR, "no answer\n")); }
  std::shared_ptr<Exchange> exchange;
};

}  // namespace

bool Exchange::start(MHD_Connection* connection, const Handler& handle, const HttpRequest& request) {
  started_ = true;
  if (hold_.released()) return true;  // the server is stopping
  try {
    const auto ticket = std::make_shared<Ticket>(shared_from_this());
    handle(request, [ticket](Response response) { ticket->exchange->answer(std::move(response)); });
  } catch (...) {
    answer(text_response(MHD_HTTP_INTERNAL_SERVER_ERROR, "internal error\n"));
  }
  return hold_.wait(connection);
}

bool Exchange::take_body(std::size_t size) {
  body_size_ += size;
  return body_size_ <= kMostBody;
}

void Exchange::answer(Response response) {
  // Released under the lock: whoever comes second returns when the connection is free, as stop() needs it.
  const std::lock_guard lock(mutex_);
  if (std::exchange(answered_, true)) return;
  response_ = std::move(response);
  hold_.release();
}

void Exchange::abandon(std::string_view why) {
  if (check_ != nullptr) check_->decide(Verdict::kBusy);
  answer(text_response(MHD_HTTP_SERVICE_UNAVAILABLE, why));
}

std::shared_ptr<Exchange> ExchangeTable::open(const Waker& waker) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return nullptr;
  auto exchange = std::make_shared<Exchange>(waker);
  open_.emplace(exchange.get(), exchange);
  return exchange;
}

void ExchangeTable::close(Exchange* exchange) {
  std::shared_ptr<Exchange> last;  // goes after the lock: a handler's Respond may end with it
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(exchange);
  if (found == open_.end()) return;
  last = std::move(found->second);
  open_.erase(found);
}

void ExchangeTable::stop() {
  std::vector<std::shared_ptr<Exchange>> open;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& [key, exchange] : open_) open.push_back(exchange);
  }
  for (const auto& exchange : open)
    exchange->answer(text_response(MHD_HTTP_SERVICE_UNAVAILABLE, "shutting down\n"));
}

Response text_response(int status, std::string_view text) {
  Response out;
  out.status = status;
  out.body = std::make_shared<const std::string>(text);
  return out;
}

}  // namespace routemeter::expose
