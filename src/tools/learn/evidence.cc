// SPDX-License-Identifier: Apache-2.0
#include "tools/learn/evidence.h"

#include <algorithm>

#include "route/path/byte_words.h"
#include "route/path/path.h"

namespace routemeter::learn {
namespace {

// FNV-1a, then mixed: the smallest hashes must be a fair sample.
std::uint64_t hash_of(std::string_view value) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : value) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return route::mix(hash ^ route::kMixA, route::kMixB);
}

constexpr std::size_t kExampleBytes = 64;

}  // namespace

Proof proof_of(unsigned status) {
  constexpr std::array<unsigned, 5> kNotThere = {404, 405, 410, 444, 501};
  constexpr std::array<unsigned, 13> kNo = {400, 403, 408, 413, 414, 421, 422, 429, 431, 502, 503, 504, 505};
  const auto is_in = [status](const auto& all) {
    return std::find(all.begin(), all.end(), status) != all.end();
  };
  if (is_in(kNotThere)) return Proof::kUnknown;
  // nginx' own 494 to 499: bad requests, and clients that left.
  if (is_in(kNo) || (status >= 494 && status <= 499)) return Proof::kRefused;
  const bool redirected = status >= 300 && status < 400 && status != 304;
  return redirected || status == 401 ? Proof::kSent : Proof::kAnswered;
}

std::uint8_t method_of(std::string_view method) {
  return static_cast<std::uint8_t>(std::find(kMethods.begin(), kMethods.end(), method) - kMethods.begin());
}

Ends::Method& Ends::of(std::uint8_t method) {
  auto at =
      std::find_if(methods_.begin(), methods_.end(), [&](const Method& m) { return m.method >= method; });
  if (at == methods_.end() || at->method != method) {
    at = methods_.emplace(at);
    at->method = method;
  }
  return *at;
}

void Ends::merge(const Ends& other) {
  for (const Method& m : other.methods_) {
    Method& mine = of(m.method);
    for (std::size_t i = 0; i < kProofs; ++i) mine.count[i] += m.count[i];
  }
}

std::uint64_t Ends::total(Proof proof) const {
  std::uint64_t sum = 0;
  for (const Method& m : methods_) sum += m.count[static_cast<std::size_t>(proof)];
  return sum;
}

std::uint64_t Ends::total() const {
  std::uint64_t sum = 0;
  for (const Method& m : methods_) {
    for (const std::uint64_t count : m.count) sum += count;
  }
  return sum;
}

std::vector<std::string_view> Ends::of_route() const {
  std::vector<std::string_view> out;
  bool options = false;
  for (const Method& m : methods_) {
    const bool refused = m.count[static_cast<std::size_t>(Proof::kRefused)] > 0 &&
                         m.count[static_cast<std::size_t>(Proof::kUnknown)] == 0;
    if (m.method == kOtherMethod || (m.proven() == 0 && !refused)) continue;
    if (kMethods[m.method] == "OPTIONS") {
      options = true;
    } else {
      out.push_back(kMethods[m.method]);
    }
  }
  if (out.empty() && options) out.push_back("OPTIONS");
  return out;
}

void Values::add(std::string_view value) {
  add_hash(hash_of(value));
  if (examples_.size() < kExamples) add_example(value);
}

void Values::merge(const Values& other) {
  for (const std::uint64_t hash : other.hashes_) add_hash(hash);
  for (const std::string& example : other.examples_) add_example(example);
}

void Values::add_hash(std::uint64_t hash) {
  if (hashes_.size() == kHashes && hash >= hashes_.back()) return;
  const auto at = std::lower_bound(hashes_.begin(), hashes_.end(), hash);
  if (at != hashes_.end() && *at == hash) return;
  hashes_.insert(at, hash);
  if (hashes_.size() > kHashes) hashes_.pop_back();
}

void Values::add_example(std::string_view value) {
  // A longer one would not read back as itself.
  if (examples_.size() >= kExamples || value.size() > kExampleBytes) return;
  if (std::find(examples_.begin(), examples_.end(), value) == examples_.end()) examples_.emplace_back(value);
}

std::uint64_t Values::distinct() const {
  if (exact()) return hashes_.size();
  const long double share = static_cast<long double>(hashes_.back()) / 18446744073709551616.0L;
  return static_cast<std::uint64_t>(static_cast<long double>(kHashes - 1) / share);
}

}  // namespace routemeter::learn
