// SPDX-License-Identifier: Apache-2.0
#include "expose/http/password_checker.h"

#include <array>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <crypt.h>
#include <gnutls/crypto.h>
#include <sys/resource.h>
#include <unistd.h>

#include "expose/http/suspended_connection.h"

namespace routemeter::expose {
namespace {

constexpr std::size_t kMostWaiting = 16;      // a second of work at the usual cost
constexpr std::size_t kMostRemembered = 256;  // credentials, right and wrong ones
// A third of an equal share: on a busy machine a scraper's first login must not take longer than its timeout.
constexpr int kNice = 5;

using Key = std::array<unsigned char, 32>;

// The same text for the same question, and for no others: each part has its length before it.
std::string joined(bool known_user, const std::string& user, const std::string& hash,
                   const std::string& password) {
  std::string out = known_user ? "k" : "u";
  for (const std::string* part : {&user, &hash, &password}) out += std::to_string(part->size()) + ":" + *part;
  return out;
}

bool matches(const std::string& password, const std::string& hash, crypt_data& scratch) {
  const char* const got = crypt_r(password.c_str(), hash.c_str(), &scratch);
  if (got == nullptr) return false;
  const std::string_view text(got);
  return text.size() == hash.size() && gnutls_memcmp(text.data(), hash.data(), hash.size()) == 0;
}

}  // namespace

struct PasswordChecker::State {
  struct Job {
    Key key;
    std::string password;
    std::string hash;
    bool known_user = false;
    std::shared_ptr<PasswordCheck> check;
  };

  Key key_of(const std::string& text) const {
    Key out{};
    gnutls_hmac_fast(GNUTLS_MAC_SHA256, secret.data(), secret.size(), text.data(), text.size(), out.data());
    return out;
  }

  // With the lock held.
  std::optional<bool> remembered(const Key& key) const {
    const auto found = verdicts.find(key);
    return found == verdicts.end() ? std::nullopt : std::optional(found->second);
  }
  void remember(const Key& key, bool right) {
    if (!verdicts.emplace(key, right).second) return;
    // Right ones stay as long as there are wrong ones to forget: guesses must not push a scraper out.
    std::deque<Key>& order = right ? right_order : wrong_order;
    order.push_back(key);
    if (verdicts.size() <= kMostRemembered) return;
    std::deque<Key>& shrinking = wrong_order.empty() ? right_order : wrong_order;
    verdicts.erase(shrinking.front());
    shrinking.pop_front();
  }

  void run() {
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);  // of this thread, on Linux
    const auto scratch = std::make_unique<crypt_data>();
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [this] { return stopping || !waiting.empty(); });
      if (stopping) return;
      const Job job = waiting.front();
      std::optional<bool> right = remembered(job.key);
      if (!right) {
        lock.unlock();
        const bool match = matches(job.password, job.hash, *scratch);
        lock.lock();
        right = match && job.known_user;
        remember(job.key, *right);
      }
      // It was at the loop until now: what is being checked takes a place, too.
      if (!waiting.empty()) waiting.pop_front();
      job.check->decide(*right ? Verdict::kRight : Verdict::kWrong);
    }
  }

  Key secret{};
  std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;
  std::deque<Job> waiting;
  std::map<Key, bool> verdicts;
  std::deque<Key> right_order;  // oldest first
  std::deque<Key> wrong_order;
};

PasswordChecker::PasswordChecker() : state_(std::make_shared<State>()) {
  gnutls_rnd(GNUTLS_RND_KEY, state_->secret.data(), state_->secret.size());
}

PasswordChecker::~PasswordChecker() {
  stop();
  if (thread_.joinable()) thread_.detach();
}

std::shared_ptr<PasswordCheck> PasswordChecker::check(const std::map<std::string, std::string>& users,
                                                      const Credentials& credentials, const Waker& waker) {
  auto out = std::make_shared<PasswordCheck>(waker);
  const auto user = users.find(credentials.user);
  State::Job job;
  job.known_user = user != users.end();
  job.hash = job.known_user ? user->second : users.begin()->second;
  job.password = credentials.password;
  job.key = state_->key_of(joined(job.known_user, credentials.user, job.hash, credentials.password));
  job.check = out;
  const std::lock_guard lock(state_->mutex);
  const auto known = state_->remembered(job.key);
  if (state_->stopping || (!known && state_->waiting.size() >= kMostWaiting)) {
    out->decide(Verdict::kBusy);
  } else if (known) {
    out->decide(*known ? Verdict::kRight : Verdict::kWrong);
  } else {
    if (!thread_.joinable()) {  // most servers have no passwords, and no thread for them
      const SignalsBlocked guard;
      thread_ = std::thread([state = state_] { state->run(); });
    }
    state_->waiting.push_back(std::move(job));
    state_->changed.notify_one();
  }
  return out;
}

void PasswordChecker::stop() {
  std::deque<State::Job> waiting;
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
    waiting.swap(state_->waiting);
    state_->changed.notify_one();
  }
  for (const State::Job& job : waiting) job.check->decide(Verdict::kBusy);
}

}  // namespace routemeter::expose
