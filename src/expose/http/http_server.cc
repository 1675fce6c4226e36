// SPDX-License-Identifier: Apache-2.0
#include "expose/http/http_server.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <utility>

#include <microhttpd.h>
#include <sys/resource.h>

#include "expose/header/request_headers.h"
#include "expose/http/connection_table.h"
#include "expose/http/event_loop.h"
#include "expose/http/password_checker.h"
#include "expose/http/pending_request.h"
#include "expose/http/reply.h"
#include "expose/http/web_policy.h"
#include "expose/listen/listen.h"
#include "expose/text/gzip.h"
#include "util/fmt.h"
#include "util/words.h"

namespace routemeter::expose {
namespace {

constexpr rlim_t kWantedDescriptors = 8192;
constexpr std::size_t kFewestConnections = 64;

// The soft limit of 1,024 descriptors protects programs that use select(); it is raised as far as that is
// allowed. Half of it stays for logs and state.
std::size_t most_connections(std::size_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return kFewestConnections;
  if (limit.rlim_cur < kWantedDescriptors) {
    rlimit raised = limit;
    raised.rlim_cur = std::min(kWantedDescriptors, limit.rlim_max);
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  return std::min<std::size_t>(wanted, std::max<std::size_t>(limit.rlim_cur / 2, kFewestConnections));
}

// "/metrics" of "/metrics" and of "http://host/metrics", a form that RFC 9112 3.2.2 tells servers to take.
std::string_view path_of(std::string_view target) {
  if (target.starts_with('/')) return target;
  const std::size_t authority = target.find("://");
  if (authority == std::string_view::npos) return target;
  const std::size_t path = target.find('/', authority + 3);
  return path == std::string_view::npos ? "/" : target.substr(path);
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
  Server(std::vector<Route> routes, const HttpLimits& limits, WebConfigSource web)
      : routes_(std::move(routes)),
        policy_(std::move(web)),
        loop_(limits,
              {&Server::on_request, &Server::on_completed, &Server::on_wake, &Server::tls_for_new, this}) {}
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() override {
    passwords_.stop();
    pending_.stop();
    loop_.stop();
  }

  util::Result<bool> load_policy() { return policy_.load(); }

  // False with errno when the system refuses what it takes.
  bool start(std::vector<Listener> listeners) {
    for (const Listener& listener : listeners) addresses_.push_back(listener.address());
    return loop_.start(std::move(listeners));
  }

  std::vector<std::string> addresses() const override { return addresses_; }

  HttpStats stats() const override {
    HttpStats out;
    loop_.count(out);
    const std::lock_guard lock(requests_mutex_);
    out.requests = requests_;
    return out;
  }

 private:
  static MHD_Result on_request(void* self, MHD_Connection* connection, const char* target, const char* method,
                               const char*, const char*, std::size_t* body_size, void** slot) noexcept {
    try {
      auto& server = *static_cast<Server*>(self);
      Connection* const entry = EventLoop::entry_of(connection);
      if (entry == nullptr) return MHD_NO;
      const Request request{connection, entry, path_of(target), method};
      if (*slot == nullptr) {
        *slot = self;  // any mark: this request has been seen
        return server.begin(request);
      }
      if (entry->pending == nullptr) return MHD_NO;
      if (*body_size != 0) return entry->pending->take_body(std::exchange(*body_size, 0)) ? MHD_YES : MHD_NO;
      return server.proceed(request);
    } catch (...) {
      return MHD_NO;  // out of memory: this connection ends, nothing else
    }
  }

  static void on_completed(void* self, MHD_Connection* connection, void** slot,
                           MHD_RequestTerminationCode) noexcept {
    auto& server = *static_cast<Server*>(self);
    *slot = nullptr;
    Connection* const entry = EventLoop::entry_of(connection);
    if (entry == nullptr) return;
    if (entry->pending != nullptr) server.pending_.close(std::exchange(entry->pending, nullptr));
    server.loop_.enter(entry, Phase::kIdle);
  }

  static void on_wake(void* self) {
    auto& server = *static_cast<Server*>(self);
    try {
      if (server.policy_.refresh(WebPolicy::Clock::now())) server.loop_.cut_idle();
    } catch (...) {  // no memory to read it: the old one stays, and is looked at again in a second
    }
  }

  static std::shared_ptr<const TlsContext> tls_for_new(void* self) {
    return static_cast<Server*>(self)->policy_.tls();
  }

  struct Request {
    MHD_Connection* connection;
    Connection* entry;
    std::string_view path;
    std::string_view method;
  };

  // The head of a request is there.
  MHD_Result begin(const Request& request) {
    // The body that follows has as much time as a first request.
    if (request.entry->phase == Phase::kIdle) loop_.enter(request.entry, Phase::kHead);
    if (!policy_.pass(WebPolicy::Clock::now())) {
      return refuse(request, MHD_HTTP_TOO_MANY_REQUESTS, "too many requests\n");
    }
    std::shared_ptr<PasswordCheck> check;
    bool let_in = true;
    if (!policy_.config().users.empty()) {
      const auto credentials =
          parse_authorization(joined_header(request.connection, MHD_HTTP_HEADER_AUTHORIZATION));
      if (!credentials) return refuse_unknown(request);
      check = passwords_.check(policy_.config().users, *credentials, loop_.waker());
      let_in = check->connection().released();  // asked once: it may be decided at any moment
      if (let_in && check->verdict() != Verdict::kRight) return refuse_by(*check, request);
    }
    // A client that is not let in does not learn which paths there are.
    if (let_in && route_of(request) == nullptr) return refuse_route(request);
    if (!body_is_welcome(request.connection, request.method)) {
      return refuse(request, MHD_HTTP_CONTENT_TOO_LARGE, "body too large\n");
    }
    const auto pending = pending_.open(loop_.waker());
    if (pending == nullptr) return refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, "shutting down\n");
    pending->set_check(std::move(check));
    request.entry->pending = pending.get();
    return MHD_YES;
  }

  // The request is complete, or what it waited for has come.
  MHD_Result proceed(const Request& request) {
    PendingRequest& pending = *request.entry->pending;
    const auto encoding = choose_encoding(joined_header(request.connection, MHD_HTTP_HEADER_ACCEPT_ENCODING));
    if (!pending.started()) {
      loop_.enter(request.entry, Phase::kAnswering);
      if (PasswordCheck* const check = pending.check(); check != nullptr) {
        if (!check->connection().wait(request.connection)) return MHD_YES;
        if (check->verdict() != Verdict::kRight) return refuse_by(*check, request);
      }
      const Route* const route = route_of(request);
      if (route == nullptr) return refuse_route(request);
      const std::string accept = joined_header(request.connection, MHD_HTTP_HEADER_ACCEPT);
      const HttpRequest asked{request.method, request.path, accept, encoding == Encoding::kGzip};
      if (!pending.start(request.connection, route->handle, asked)) return MHD_YES;
    }
    if (encoding == Encoding::kNone) {
      return refuse(request, MHD_HTTP_NOT_ACCEPTABLE, "this server speaks gzip and identity\n");
    }
    count(pending.response().status);
    return queue_reply(request.connection, pending.response(), gzip_, encoding == Encoding::kGzip,
                       policy_.config().headers);
  }

  // Null when the path is unknown.
  const Route* find(std::string_view path) const {
    const auto found = std::find_if(routes_.begin(), routes_.end(),
                                    [path](const Route& route) { return route.path == path; });
    return found == routes_.end() ? nullptr : &*found;
  }

  // Null when it does not take the method, too.
  const Route* route_of(const Request& request) const {
    const Route* const route = find(request.path);
    if (route == nullptr) return nullptr;
    const auto& methods = route->methods;
    return std::find(methods.begin(), methods.end(), request.method) == methods.end() ? nullptr : route;
  }

  MHD_Result refuse_route(const Request& request) {
    const Route* const route = find(request.path);
    if (route == nullptr) return refuse(request, MHD_HTTP_NOT_FOUND, "not found\n");
    return refuse(request, MHD_HTTP_METHOD_NOT_ALLOWED, "method not allowed\n",
                  {{MHD_HTTP_HEADER_ALLOW, util::joined(route->methods)}});
  }

  MHD_Result refuse_by(const PasswordCheck& check, const Request& request) {
    if (check.verdict() == Verdict::kWrong) return refuse_unknown(request);
    return refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, "too many logins at once\n",
                  {{MHD_HTTP_HEADER_RETRY_AFTER, "1"}});
  }

  MHD_Result refuse_unknown(const Request& request) {
    return refuse(request, MHD_HTTP_UNAUTHORIZED, "unauthorized\n",
                  {{MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Basic realm=\"routemeter\", charset=\"UTF-8\""}});
  }

  MHD_Result refuse(const Request& request, unsigned status, std::string_view why, Headers headers = {}) {
    loop_.enter(request.entry, Phase::kAnswering);
    count(static_cast<int>(status));
    const Headers& always = policy_.config().headers;
    headers.insert(headers.end(), always.begin(), always.end());
    return queue_refusal(request.connection, text_response(static_cast<int>(status), why), headers);
  }

  void count(int status) {
    const std::lock_guard lock(requests_mutex_);
    ++requests_[status];
  }

  const std::vector<Route> routes_;
  WebPolicy policy_;
  PasswordChecker passwords_;
  GzipCache gzip_;
  PendingRequests pending_;
  mutable std::mutex requests_mutex_;
  std::map<int, std::uint64_t> requests_;
  std::vector<std::string> addresses_;
  EventLoop loop_;
};

}  // namespace

util::Result<std::unique_ptr<HttpServer>> serve_http(std::vector<Listener> listeners,
                                                     std::vector<Route> routes, const HttpOptions& options) {
  HttpLimits limits = options.limits;
  limits.connections = most_connections(limits.connections);
  auto server = std::make_unique<Server>(std::move(routes), limits, options.web);
  if (const auto loaded = server->load_policy(); !loaded) return loaded.errors();
  if (!server->start(std::move(listeners))) {
    return util::error_about("--web.listen-address",
                             fmt::format("cannot start the HTTP server: {}", util::errno_text(errno)));
  }
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace routemeter::expose
