// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "expose/http/http_server.h"
#include "expose/listen/tls.h"
#include "expose/web_config/web_config.h"
#include "util/result.h"

namespace routemeter::expose {

/// A token bucket: `burst` requests at once, and one per interval.
class RateLimiter {
 public:
  using Clock = std::chrono::steady_clock;
  RateLimiter() = default;
  RateLimiter(const RateLimit& limit, Clock::time_point now);
  /// Whether a request may pass now; then it has taken its token.
  bool pass(Clock::time_point now);

 private:
  std::chrono::nanoseconds interval_{0};
  std::uint64_t burst_ = 0;
  std::uint64_t tokens_ = 0;
  Clock::time_point refilled_;
};

/// The web configuration in force, re-read when a file of it changes. For the server's thread.
class WebPolicy {
 public:
  using Clock = std::chrono::steady_clock;

  explicit WebPolicy(WebConfigSource source) : source_(std::move(source)) {}
  /// At the start: an error leaves no policy.
  util::Result<bool> load();
  /// Looks at the files, at most once a second. True when new settings came into force.
  bool refresh(Clock::time_point now);

  const WebConfig& config() const { return config_; }
  const std::shared_ptr<const TlsContext>& tls() const { return tls_; }
  bool pass(Clock::time_point now) { return limiter_.pass(now); }

 private:
  // Shows that a file has changed or was replaced.
  struct Stamp {
    std::string path;
    std::uint64_t device = 0, inode = 0, size = 0;
    std::int64_t modified = 0, changed = 0;  // nanoseconds; all 0 = not there
    bool operator==(const Stamp&) const = default;
  };
  static Stamp stamp_of(const std::string& path);
  util::Diagnostics take_new();

  WebConfigSource source_;
  WebConfig config_;
  std::shared_ptr<const TlsContext> tls_;
  RateLimiter limiter_;
  std::vector<Stamp> stamps_;  // of all files that the last attempt looked at
  std::optional<Clock::time_point> looked_;
};

}  // namespace routemeter::expose
