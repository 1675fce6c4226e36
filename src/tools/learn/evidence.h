// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace routemeter::learn {

/// The evidence of a status that the server has the route that was asked for.
enum class Proof : std::uint8_t {
  kAnswered,  ///< 2xx, 304, 500 ...: it has
  kSent,      ///< 3xx, 401: it has, or sends everybody elsewhere, to log in or to TLS
  kRefused,   ///< 400, 403, 422, 502 ...: somebody said no before the route was asked, or the route did
  kUnknown    ///< 404, 405, 410, 444: it has not, or not with this method
};
inline constexpr std::size_t kProofs = 4;

/// `status` 0 = the format has none: believed.
Proof proof_of(unsigned status);

/// Methods that a rule can name; all others are kOtherMethod, and no rule names them.
inline constexpr std::array<std::string_view, 9> kMethods = {"GET",    "HEAD",    "POST",  "PUT",    "PATCH",
                                                             "DELETE", "OPTIONS", "TRACE", "CONNECT"};
inline constexpr std::uint8_t kOtherMethod = kMethods.size();
std::uint8_t method_of(std::string_view method);

/// The requests that ended at one place of the trie, by method and proof.
class Ends {
 public:
  struct Method {
    std::uint8_t method = 0;
    std::array<std::uint64_t, kProofs> count{};
    std::uint64_t proven() const { return count[0] + count[1]; }
  };

  void add(std::uint8_t method, Proof proof) { ++of(method).count[static_cast<std::size_t>(proof)]; }
  void merge(const Ends& other);
  bool empty() const { return methods_.empty(); }
  std::uint64_t total(Proof proof) const;
  std::uint64_t proven() const { return total(Proof::kAnswered) + total(Proof::kSent); }
  std::uint64_t total() const { return proven() + total(Proof::kRefused) + total(Proof::kUnknown); }
  /// In the order of kMethods.
  const std::vector<Method>& methods() const { return methods_; }
  /// The methods of the route: those that were answered, and those refused but never unknown. Without
  /// OPTIONS, which middleware answers, unless there is nothing else. Empty = only methods that no rule can
  /// name.
  std::vector<std::string_view> of_route() const;

 private:
  Method& of(std::uint8_t method);
  std::vector<Method> methods_;
};

/// The different values of a parameter: exact for few, estimated for many (the k smallest hashes: Bar-Yossef
/// et al. 2002), with the first ones as examples. Order of adding does not change the count.
class Values {
 public:
  static constexpr std::size_t kHashes = 128;
  static constexpr std::size_t kExamples = 3;

  void add(std::string_view value);
  void merge(const Values& other);
  std::uint64_t distinct() const;
  bool exact() const { return hashes_.size() < kHashes; }
  const std::vector<std::string>& examples() const { return examples_; }

 private:
  void add_hash(std::uint64_t hash);
  void add_example(std::string_view value);
  std::vector<std::uint64_t> hashes_;  // sorted
  std::vector<std::string> examples_;
};

}  // namespace routemeter::learn
