// SPDX-License-Identifier: Apache-2.0
#include "expose/exchange.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include <microhttpd.h>

namespace routemeter::expose {
namespace {

// A slow reader may hold its request open for ever; the end of the program does not wait for it.
constexpr std::chrono::milliseconds kDeliveryTime{250};

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

bool Exchange::start(MHD_Connection* connection, const HttpRequest& request) {
  started_ = true;
  if (is_answered()) return true;  // the server is stopping
  try {
    const auto ticket = std::make_shared<Ticket>(shared_from_this());
    route_.handle(request, [ticket](Response response) { ticket->exchange->answer(std::move(response)); });
  } catch (...) {
    answer(text_response(MHD_HTTP_INTERNAL_SERVER_ERROR, "internal error\n"));
  }
  const std::lock_guard lock(mutex_);
  if (answered_) return true;
  MHD_suspend_connection(connection);
  suspended_ = connection;
  return false;
}

bool Exchange::take_body(std::size_t size) {
  body_size_ += size;
  return body_size_ <= kMostBody;
}

bool Exchange::is_answered() {
  const std::lock_guard lock(mutex_);
  return answered_;
}

void Exchange::answer(Response response) {
  const std::lock_guard lock(mutex_);
  if (answered_) return;
  answered_ = true;
  response_ = std::move(response);
  // A suspended connection has no timeout and cannot end, so the pointer is good until it is resumed.
  if (suspended_ != nullptr) MHD_resume_connection(std::exchange(suspended_, nullptr));
}

std::shared_ptr<Exchange> ExchangeTable::open(const Route& route) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return nullptr;
  auto exchange = std::make_shared<Exchange>(route);
  open_.emplace(exchange.get(), Entry{exchange});
  return exchange;
}

void ExchangeTable::mark_queued(Exchange* exchange) {
  const std::lock_guard lock(mutex_);
  open_.at(exchange).queued = true;
  changed_.notify_all();
}

void ExchangeTable::close(Exchange* exchange) {
  const std::lock_guard lock(mutex_);
  open_.erase(exchange);
  changed_.notify_all();
}

bool ExchangeTable::all_queued() const {
  return std::all_of(open_.begin(), open_.end(), [](const auto& item) { return item.second.queued; });
}

void ExchangeTable::stop() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  std::vector<std::shared_ptr<Exchange>> open;
  for (const auto& [key, entry] : open_) open.push_back(entry.exchange);
  lock.unlock();
  for (const auto& exchange : open) {
    exchange->answer(text_response(MHD_HTTP_SERVICE_UNAVAILABLE, "shutting down\n"));
  }
  lock.lock();
  changed_.wait(lock, [this] { return all_queued(); });
  changed_.wait_for(lock, kDeliveryTime, [this] { return open_.empty(); });
}

Response text_response(int status, std::string_view text) {
  Response out;
  out.status = status;
  out.body = std::make_shared<const std::string>(text);
  return out;
}

}  // namespace routemeter::expose
