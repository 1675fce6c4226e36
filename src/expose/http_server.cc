// SPDX-License-Identifier: Apache-2.0
#include "expose/http_server.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include <microhttpd.h>
#include <sys/resource.h>

#include "expose/exchange.h"
#include "expose/gzip.h"
#include "expose/listen.h"
#include "expose/reply.h"

namespace routemeter::expose {
namespace {

constexpr unsigned kIdleSeconds = 30;
constexpr std::size_t kConnectionMemory = 16UL * 1024;  // head of the request and of the answer together
constexpr rlim_t kWantedDescriptors = 8192;
constexpr std::size_t kMostConnections = 4096;
constexpr std::size_t kFewestConnections = 64;

// Connections of all listeners together. Idle and half-open ones take a descriptor each, and once the limit
// is reached nobody gets in until they time out; so the soft limit of 1,024 descriptors, which protects
// programs that use select(), is raised as far as that is allowed. Half of it stays for logs and state.
std::size_t most_connections() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return kFewestConnections;
  if (limit.rlim_cur < kWantedDescriptors) {
    rlimit raised = limit;
    raised.rlim_cur = std::min(kWantedDescriptors, limit.rlim_max);
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  return std::clamp<std::size_t>(limit.rlim_cur / 2, kFewestConnections, kMostConnections);
}

// Threads start with the signal mask of the one that starts them: with all blocked, SIGTERM and the like
// stay with the threads that wait for them.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

// "/metrics" of "/metrics" and of "http://host/metrics", a form that RFC 9112 3.2.2 tells servers to take.
std::string_view path_of(std::string_view target) {
  if (target.starts_with('/')) return target;
  const std::size_t authority = target.find("://");
  if (authority == std::string_view::npos) return target;
  const std::size_t path = target.find('/', authority + 3);
  return path == std::string_view::npos ? "/" : target.substr(path);
}

// As libmicrohttpd's own, but "/metrics%00x" must not end at the NUL and pass for "/metrics".
std::size_t unescape(void*, MHD_Connection*, char* text) {
  return std::strstr(text, "%00") != nullptr ? std::strlen(text) : MHD_http_unescape(text);
}

bool allows(const Route& route, std::string_view method) {
  return std::find(route.methods.begin(), route.methods.end(), method) != route.methods.end();
}

std::string allow_header(const Route& route) {
  std::string out;
  for (const std::string& method : route.methods) out += (out.empty() ? "" : ", ") + method;
  return out;
}

// Whether the head announces no more of a body than this method may have; libmicrohttpd has refused lengths
// that are no number. A chunked body shows its size only as it comes.
bool body_is_welcome(MHD_Connection* connection, std::string_view method) {
  const auto header = [connection](const char* name) {
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  };
  const bool may_have_one = method == MHD_HTTP_METHOD_POST || method == MHD_HTTP_METHOD_PUT;
  const char* const length = header(MHD_HTTP_HEADER_CONTENT_LENGTH);
  if (length == nullptr) return may_have_one || header(MHD_HTTP_HEADER_TRANSFER_ENCODING) == nullptr;
  return std::strtoull(length, nullptr, 10) <= (may_have_one ? kMostBody : 0);
}

class Server final : public HttpServer {
 public:
  explicit Server(std::vector<Route> routes) : routes_(std::move(routes)) {}
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() override {
    exchanges_.stop();
    for (MHD_Daemon* daemon : daemons_) MHD_stop_daemon(daemon);
  }

  std::vector<std::string> addresses() const override { return addresses_; }

  // False with errno when libmicrohttpd cannot start. It owns the listener's socket afterwards.
  bool start(Listener& listener, std::size_t most) {
    const SignalsBlocked guard;
    MHD_Daemon* const daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, nullptr, nullptr, &Server::on_request,
        this, MHD_OPTION_LISTEN_SOCKET, listener.fd(), MHD_OPTION_CONNECTION_LIMIT,
        static_cast<unsigned>(most), MHD_OPTION_CONNECTION_TIMEOUT, kIdleSeconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, kConnectionMemory, MHD_OPTION_NOTIFY_COMPLETED,
        &Server::on_completed, this, MHD_OPTION_UNESCAPE_CALLBACK, &unescape, nullptr, MHD_OPTION_END);
    if (daemon == nullptr) return false;
    addresses_.push_back(listener.address());
    static_cast<void>(listener.release());
    daemons_.push_back(daemon);
    return true;
  }

 private:
  static MHD_Result on_request(void* self, MHD_Connection* connection, const char* target, const char* method,
                               const char*, const char*, std::size_t* body_size, void** slot) noexcept {
    try {
      auto& server = *static_cast<Server*>(self);
      if (*slot == nullptr) return server.begin(connection, path_of(target), method, slot);
      Exchange& exchange = *static_cast<Exchange*>(*slot);
      if (*body_size != 0) return exchange.take_body(std::exchange(*body_size, 0)) ? MHD_YES : MHD_NO;
      return server.proceed(connection, path_of(target), method, exchange);
    } catch (...) {
      return MHD_NO;  // out of memory: this connection ends, nothing else
    }
  }

  static void on_completed(void* self, MHD_Connection*, void** slot, MHD_RequestTerminationCode) noexcept {
    if (*slot != nullptr) static_cast<Server*>(self)->exchanges_.close(static_cast<Exchange*>(*slot));
    *slot = nullptr;
  }

  // The head of a request is there.
  MHD_Result begin(MHD_Connection* connection, std::string_view path, std::string_view method, void** slot) {
    for (const Route& route : routes_) {
      if (route.path != path) continue;
      if (!allows(route, method)) {
        return queue_refusal(connection, text_response(MHD_HTTP_METHOD_NOT_ALLOWED, "method not allowed\n"),
                             allow_header(route));
      }
      if (!body_is_welcome(connection, method)) {
        return queue_refusal(connection, text_response(MHD_HTTP_CONTENT_TOO_LARGE, "body too large\n"));
      }
      const auto exchange = exchanges_.open(route);
      if (exchange == nullptr) {
        return queue_refusal(connection, text_response(MHD_HTTP_SERVICE_UNAVAILABLE, "shutting down\n"));
      }
      *slot = exchange.get();
      return MHD_YES;
    }
    return queue_refusal(connection, text_response(MHD_HTTP_NOT_FOUND, "not found\n"));
  }

  // The request is complete, or its answer has come.
  MHD_Result proceed(MHD_Connection* connection, std::string_view path, std::string_view method,
                     Exchange& exchange) {
    if (!exchange.started()) {
      const std::string accept = joined_header(connection, MHD_HTTP_HEADER_ACCEPT);
      if (!exchange.start(connection, {method, path, accept})) return MHD_YES;
    }
    const MHD_Result queued = queue_reply(connection, exchange.response(), gzip_);
    exchanges_.mark_queued(&exchange);
    return queued;
  }

  const std::vector<Route> routes_;
  GzipCache gzip_;
  ExchangeTable exchanges_;
  std::vector<MHD_Daemon*> daemons_;
  std::vector<std::string> addresses_;
};

}  // namespace

util::Result<std::unique_ptr<HttpServer>> serve_http(const std::vector<std::string>& addresses,
                                                     std::vector<Route> routes) {
  // Bind all before starting any: a scraper must not meet a server that is about to fail.
  std::vector<Listener> listeners;
  util::Diagnostics errors;
  for (const std::string& address : addresses) {
    auto listener = listen_on(address);
    if (listener) {
      listeners.push_back(std::move(*listener));
    } else {
      errors.insert(errors.end(), listener.errors().begin(), listener.errors().end());
    }
  }
  if (!errors.empty()) return errors;
  auto server = std::make_unique<Server>(std::move(routes));
  const std::size_t most = listeners.empty() ? 0 : most_connections() / listeners.size();
  for (Listener& listener : listeners) {
    if (server->start(listener, most)) continue;
    const int error = errno;
    util::Diagnostic out;
    out.file = "--web.listen-address";
    out.message = "cannot serve on '" + listener.address() + "': " + std::generic_category().message(error);
    return out;
  }
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace routemeter::expose
