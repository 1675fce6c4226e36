// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "expose/header/request_headers.h"
#include "expose/http/suspended_connection.h"

namespace routemeter::expose {

/// kBusy: too many passwords wait to be checked, or the server ends.
enum class Verdict : std::uint8_t { kRight, kWrong, kBusy };

/// One check that is under way; its verdict stands when the connection is released.
class PasswordCheck {
 public:
  explicit PasswordCheck(const Waker& waker) : connection_(waker) {}
  SuspendedConnection& connection() { return connection_; }
  /// Called once the hold is released.
  Verdict verdict() const { return verdict_; }
  /// Any thread. The first verdict counts.
  void decide(Verdict verdict) {
    connection_.release([this, verdict] { verdict_ = verdict; });
  }

 private:
  Verdict verdict_ = Verdict::kBusy;
  SuspendedConnection connection_;
};

/// Checks passwords against bcrypt hashes. That takes 60 ms and more of a core each, so it happens on one
/// thread of low priority, and at most a few wait for it: guessing passwords slows down the guesser,
/// not the scrapes. Verdicts are remembered under a keyed hash, wrong ones too, so that a scraper pays once.
/// A user who does not exist takes the same time as one who does.
class PasswordChecker {
 public:
  PasswordChecker();
  PasswordChecker(const PasswordChecker&) = delete;
  PasswordChecker& operator=(const PasswordChecker&) = delete;
  ~PasswordChecker();

  /// `users`: name -> hash, at least one. The check may be decided already.
  std::shared_ptr<PasswordCheck> check(const std::map<std::string, std::string>& users,
                                       const Credentials& credentials, const Waker& waker);
  /// Decides all checks as kBusy; new ones too. Does not wait for a hash that is being computed.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the thread, which may outlive this object by one hash
  std::thread thread_;
};

}  // namespace routemeter::expose
