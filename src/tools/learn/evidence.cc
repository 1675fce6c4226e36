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
  constexpr std::array kNotThere = {404U, 405U, 410U, 444U, 501U};
  // 494 to 499 are nginx' own: bad requests, and clients that left.
  constexpr std::array kNo = {400U, 403U, 408U, 413U, 414U, 421U, 422U, 429U, 431U, 494U,
                              495U, 496U, 497U, 498U, 499U, 502U, 503U, 504U, 505U};
  if (std::ranges::count(kNotThere, status) > 0) return Proof::kUnknown;
  if (std::ranges::count(kNo, status) > 0) return Proof::kRefused;
  const bool redirected = status >= 300 && status < 400 && status != 304;
  return redirected || status == 401 ? Proof::kSent : Proof::kAnswered;
}

std::uint8_t method_of(std::string_view method) {
  return static_cast<std::uint8_t>(std::ranges::find(kMethods, method) - kMethods.begin());
}

Ends::Method& Ends::of(std::uint8_t method) {
  auto at = std::ranges::find_if(methods_, [&](const Method& m) { return m.method >= method; });
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

std::vector<std::string_view> Ends::of_route() const {
  std::vector<std::string_view> out;
  for (const Method& m : methods_) {
    const bool refused = m.count[static_cast<std::size_t>(Proof::kRefused)] > 0 &&
                         m.count[static_cast<std::size_t>(Proof::kUnknown)] == 0;
    if (m.method != kOtherMethod && (m.proven() > 0 || refused)) out.push_back(kMethods[m.method]);
  }
  if (out.size() > 1) std::erase(out, "OPTIONS");
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
  const auto at = std::ranges::lower_bound(hashes_, hash);
  if (at != hashes_.end() && *at == hash) return;
  hashes_.insert(at, hash);
  if (hashes_.size() > kHashes) hashes_.pop_back();
}

void Values::add_example(std::string_view value) {
  // A longer one would not read back as itself.
  if (examples_.size() >= kExamples || value.size() > kExampleBytes) return;
  if (std::ranges::count(examples_, value) == 0) examples_.emplace_back(value);
}

std::uint64_t Values::distinct() const {
  if (exact()) return hashes_.size();
  const long double share = static_cast<long double>(hashes_.back()) / 18446744073709551616.0L;
  return static_cast<std::uint64_t>(static_cast<long double>(kHashes - 1) / share);
}

}  // namespace routemeter::learn
