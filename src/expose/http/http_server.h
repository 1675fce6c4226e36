// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "expose/listen/listen.h"
#include "expose/text/text.h"
#include "expose/web_config/web_config.h"
#include "util/result.h"

namespace routemeter::expose {

/// A request as a handler sees it, valid during its call only.
struct HttpRequest {
  std::string_view method;  ///< one of its route's
  std::string_view path;    ///< decoded, without the query
  std::string_view accept;  ///< all Accept lines joined by commas; empty = none
  bool gzip = false;        ///< the client prefers a compressed body
};

using Headers = std::vector<std::pair<std::string, std::string>>;

/// A finished answer; the body is shared by all clients that get it.
struct Response {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::shared_ptr<const std::string> body;
  Headers headers = {};  ///< beside the content's and those of the web configuration
  /// In place of `body`: sent as they are. `packed`: they are gzip, for a request that prefers it.
  Pieces pieces = {};
  bool packed = false;
};

/// Hands a finished page to the server; may be called from any thread, once (more is harmless, and so is a
/// call after the server's end). If all copies go away without a call the client gets a 500.
using Respond = std::function<void(Response)>;

/// Called on the server's thread for the methods of a known path, when the request has come completely. It
/// must not block. It may answer later: the connection is suspended until then and costs no thread.
using Handler = std::function<void(const HttpRequest&, Respond)>;

struct Route {
  std::string path;  ///< exact
  Handler handle;
  /// Other methods get a 405. A route with POST or PUT takes a body of up to 4 KiB, which nobody reads.
  std::vector<std::string> methods = {"GET", "HEAD"};
};

/// Total times that nothing prolongs, and how many clients there may be at once.
struct HttpLimits {
  std::chrono::milliseconds head{5'000};       ///< from the connection to its first complete request
  std::chrono::milliseconds response{60'000};  ///< from a complete request to the last byte of its answer
  /// From an answer to the next complete request. No usual scrape interval, so that the server does not
  /// hang up just when a scraper speaks again.
  std::chrono::milliseconds idle{25'000};
  /// At most half of the open files that the process may have. When it is reached, a new connection takes
  /// the place of the oldest without a complete request, or else of the one read most slowly.
  std::size_t connections = 2048;
};

/// The source of the configuration of TLS, passwords and headers.
struct WebConfigSource {
  /// Reads it. Called at the start, and on the server's thread when its file, or a certificate or key that it
  /// names, has changed. Null = none: plain HTTP for everybody.
  std::function<util::Result<WebConfig>()> load;
  /// Told of each such change, on the server's thread: no findings when it came into force, else why it did
  /// not and the old one stays. May be null.
  std::function<void(const util::Diagnostics&)> on_change;
};

struct HttpOptions {
  HttpLimits limits;
  WebConfigSource web;
};

/// Counted since the start.
struct HttpStats {
  std::uint64_t open_connections = 0;     ///< now
  std::map<int, std::uint64_t> requests;  ///< by status code; those too broken to be requests are not there
  /// Connections that were cut: "head_timeout", "response_timeout", "idle", and "room" for another one.
  std::map<std::string_view, std::uint64_t> cut;
};

/// An HTTP/1.1 server on libmicrohttpd (one thread, all signals blocked in it). gzip by Accept-Encoding with
/// q-values; unknown paths 404; other methods 405; a head of more than 8 KiB 431. The destructor answers what
/// is open with 503, stops and joins.
class HttpServer {
 public:
  virtual ~HttpServer() = default;
  /// The bound addresses with their real ports: "127.0.0.1:10040", "[::]:10040".
  virtual std::vector<std::string> addresses() const = 0;
  /// Any thread.
  virtual HttpStats stats() const = 0;
};

/// Serves on sockets that listen already (listen.h), so that a program can find out that an address is taken
/// before it does anything else. A web configuration that cannot be used is an error. Raises the soft limit
/// of open files to 8,192 where that is allowed.
util::Result<std::unique_ptr<HttpServer>> serve_http(std::vector<Listener> listeners,
                                                     std::vector<Route> routes,
                                                     const HttpOptions& options = {});

}  // namespace routemeter::expose
