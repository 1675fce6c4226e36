// SPDX-License-Identifier: Apache-2.0
#include "expose/http/web_policy.h"

#include <algorithm>
#include <utility>

#include <sys/stat.h>

namespace routemeter::expose {
namespace {

constexpr std::chrono::seconds kLookEvery{1};

std::int64_t nanoseconds(const timespec& time) {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

std::vector<std::string> files_of(const WebConfig& config) {
  std::vector<std::string> out = {config.path};
  if (config.tls) {
    for (const std::string* file :
         {&config.tls->cert_file, &config.tls->key_file, &config.tls->client_ca_file}) {
      if (!file->empty()) out.push_back(*file);
    }
  }
  return out;
}

}  // namespace

RateLimiter::RateLimiter(const RateLimit& limit, Clock::time_point now)
    : interval_(limit.interval), burst_(limit.burst), tokens_(limit.burst), refilled_(now) {}

bool RateLimiter::pass(Clock::time_point now) {
  if (interval_.count() == 0) return true;
  const auto due = static_cast<std::uint64_t>(std::max<std::int64_t>(0, (now - refilled_) / interval_));
  if (tokens_ + due >= burst_) {
    tokens_ = burst_;
    refilled_ = now;
  } else {
    tokens_ += due;
    refilled_ += interval_ * static_cast<std::int64_t>(due);
  }
  if (tokens_ == 0) return false;
  --tokens_;
  return true;
}

WebPolicy::Stamp WebPolicy::stamp_of(const std::string& path) {
  Stamp out;
  out.path = path;
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return out;
  out.device = status.st_dev;
  out.inode = status.st_ino;
  out.size = static_cast<std::uint64_t>(status.st_size);
  out.modified = nanoseconds(status.st_mtim);
  out.changed = nanoseconds(status.st_ctim);
  return out;
}

util::Diagnostics WebPolicy::take_new() {
  auto config = source_.load();
  if (!config) return config.errors();
  // From before they were read: a change in between is one to be seen the next time.
  std::vector<Stamp> stamps;
  for (const std::string& file : files_of(*config)) {
    const auto known =
        std::find_if(stamps_.begin(), stamps_.end(), [&](const Stamp& s) { return s.path == file; });
    stamps.push_back(known != stamps_.end() ? *known : stamp_of(file));
  }
  std::shared_ptr<const TlsContext> tls;
  if (config->tls) {
    auto loaded = TlsContext::load(*config->tls, config->path);
    if (!loaded) {
      for (const Stamp& stamp : stamps) {
        const auto same = [&stamp](const Stamp& s) { return s.path == stamp.path; };
        if (std::none_of(stamps_.begin(), stamps_.end(), same)) stamps_.push_back(stamp);
      }
      return loaded.errors();
    }
    tls = std::move(*loaded);
  }
  limiter_ = RateLimiter(config->rate_limit, Clock::now());
  config_ = std::move(*config);
  tls_ = std::move(tls);
  stamps_ = std::move(stamps);
  return {};
}

util::Result<bool> WebPolicy::load() {
  if (!source_.load) return true;
  util::Diagnostics errors = take_new();
  if (!errors.empty()) return errors;
  return true;
}

bool WebPolicy::refresh(Clock::time_point now) {
  if (!source_.load || (looked_ && now - *looked_ < kLookEvery)) return false;
  looked_ = now;
  std::vector<Stamp> current;
  for (const Stamp& stamp : stamps_) current.push_back(stamp_of(stamp.path));
  if (current == stamps_) return false;
  stamps_ = std::move(current);  // a broken file is told of once, not every second
  const util::Diagnostics errors = take_new();
  if (source_.on_change) source_.on_change(errors);
  return errors.empty();
}

}  // namespace routemeter::expose
