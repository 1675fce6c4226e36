// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <vector>

#include <re2/re2.h>

#include "route/template/template.h"
#include "support/naive_path.h"
#include "unit/random_rules.h"
#include "unit/route/support.h"

// Trie, filtered patterns and memo together must be what they replace: a loop over the rules in file order
// with one regex each.

namespace routemeter::route {
namespace {

using namespace routemeter::testing;

/// The rules of tests/conformance/README.md section 2, written as plainly as they read.
class Naive {
 public:
  explicit Naive(const model::RuleFile& file) : file_(file) {
    for (const model::Rule& rule : file.routes) {
      const bool is_template = rule.kind == model::Rule::Kind::kTemplate;
      regexes_.push_back(std::make_unique<RE2>(is_template ? regex(rule.pattern) : rule.pattern, RE2::Quiet));
      REQUIRE(regexes_.back()->ok());
    }
    for (const model::Pattern& pattern : file.exclude)
      exclude_.push_back(std::make_unique<RE2>(pattern.text));
  }

  std::string ask(const std::string& method, const std::string& target, const std::string& host) const {
    const std::string path = routemeter::testing::naive_path(target);
    const auto [full, partial] = search(path, method, host);
    const bool stop = full >= 0 && is_stop(full);
    if (full >= 0 && !stop) return label(at(full).handler);
    if (partial >= 0) {
      return file_.options.method_mismatch_is_handler ? label(at(partial).handler) : untemplated(path);
    }
    if (!file_.options.redirect_slashes || path == "/") return untemplated(path);
    const bool slash = !path.empty() && path.back() == '/';
    const std::string other = slash ? path.substr(0, path.size() - 1) : path + "/";
    auto [full2, partial2] = search(other, method, host);
    if (full2 < 0 && file_.options.method_mismatch_is_handler) full2 = partial2;
    if (full2 < 0 || is_stop(full2)) return untemplated(path);
    if (stop && (full2 > full || !RE2::FullMatch(other, *regexes_[static_cast<std::size_t>(full)])))
      return untemplated(path);
    std::string text = at(full2).handler;
    while (!text.empty() && text.back() == '/') text.pop_back();
    if (slash) text += "/";
    return label(text.empty() ? "/" : text);
  }

 private:
  static std::string regex(const std::string& text) {
    std::string out;
    const auto parts = parse_template(text);
    REQUIRE(parts);
    for (const TemplatePart& part : *parts) {
      constexpr const char* kRegexes[] = {"[^/]+", ".*", "[0-9]+", "[0-9]+(\\.[0-9]+)?",
                                          "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"};
      out += part.is_literal ? RE2::QuoteMeta(part.literal) : kRegexes[static_cast<int>(part.converter)];
    }
    return out;
  }

  const model::Rule& at(int rule) const { return file_.routes[static_cast<std::size_t>(rule)]; }
  bool is_stop(int rule) const { return at(rule).kind == model::Rule::Kind::kStop; }

  static std::string bare_host(std::string host) {
    for (char& c : host) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return host.substr(0, host.find(":80"));
  }

  std::pair<int, int> search(const std::string& path, const std::string& method,
                             const std::string& host) const {
    int partial = -1;
    for (int i = 0; i < static_cast<int>(file_.routes.size()); ++i) {
      const model::Rule& rule = at(i);
      if (!rule.host.empty() && bare_host(rule.host) != bare_host(host)) continue;
      if (!RE2::FullMatch(path, *regexes_[static_cast<std::size_t>(i)])) continue;
      const auto& methods = rule.methods;
      if (methods.empty() || std::find(methods.begin(), methods.end(), method) != methods.end())
        return {i, partial};
      if (partial < 0 && !is_stop(i)) partial = i;
    }
    return {-1, partial};
  }

  bool excluded(const std::string& text) const {
    return std::any_of(exclude_.begin(), exclude_.end(),
                       [&](const auto& e) { return RE2::PartialMatch(text, *e); });
  }

  std::string label(const std::string& text) const { return excluded(text) ? "excluded" : text; }

  std::string untemplated(const std::string& path) const {
    std::string text = path.substr(0, path.find_first_of("?#"));
    std::string clean;
    for (const char c : text) {
      if (c != '\n' && c != '\r' && c != '\t') clean += c;
    }
    if (clean.empty() || clean[0] != '/') clean.insert(0, "/");
    if (excluded(clean)) return "excluded";
    if (file_.options.ignore_untemplated) return "ignored";
    return file_.options.group_untemplated ? "none" : "none " + clean;
  }

  const model::RuleFile& file_;
  std::vector<std::unique_ptr<RE2>> regexes_;
  std::vector<std::unique_ptr<RE2>> exclude_;
};

/// A target at the end of a buffer of its size, so that ASan sees whatever reads more, or with bytes behind
/// it that may be read.
class Placed {
 public:
  Placed(const std::string& target, std::size_t behind)
      : bytes_(new char[target.size() + behind]), size_(target.size()), behind_(behind) {
    std::copy(target.begin(), target.end(), bytes_.get());
    for (std::size_t i = 0; i < behind; ++i) bytes_[size_ + i] = "/?x%7\xC3"[below(6)];
  }
  std::string_view target() const { return {bytes_.get(), size_}; }
  const char* readable_end() const { return behind_ == 0 ? nullptr : bytes_.get() + size_ + behind_; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
  std::size_t behind_;
};

struct Compared {
  int all = 0;
  int matched = 0;
};

// Each target three times, so that the memo keeps and then answers it.
void compare(const model::RuleFile& file, int round, std::size_t count, Compared& compared) {
  const Naive naive(file);
  route::testing::Routes routes(file);
  std::vector<std::string> targets;
  for (std::size_t i = 0; i < count; ++i) targets.push_back(mutated(near_target(file)));
  for (std::size_t i = 0; i < 3 * count; ++i) {
    const std::string& target = targets[i % count];
    const std::string& method = kMethods[(static_cast<std::size_t>(round) + i % count) % kMethods.size()];
    const std::string& host = kHosts[(static_cast<std::size_t>(round) / 7 + i % count) % kHosts.size()];
    const Placed placed(target, one_in(2) ? 0 : below(100));
    const std::string expected = naive.ask(method, target, host);
    const std::string got = routes.ask(method, placed.target(), host, placed.readable_end());
    ++compared.all;
    if (expected.substr(0, 4) != "none") ++compared.matched;
    if (got == expected) continue;
    std::string rules;
    for (const model::Rule& rule : file.routes) {
      rules += rule.pattern + " -> " + rule.handler;
      for (const std::string& m : rule.methods) rules += " " + m;
      rules += rule.host.empty() ? "\n" : " on " + rule.host + "\n";
    }
    CAPTURE(rules, method, target, host, i);
    REQUIRE(got == expected);
  }
}

TEST_CASE("routing is a loop over the rules in file order") {
  Compared compared;
  for (int round = 0; round < 1500; ++round) compare(random_rules(), round, 25, compared);
  CHECK(compared.all >= 50000);
  CHECK(compared.matched >= compared.all / 4);  // the targets are near enough to test anything
}

TEST_CASE("the same with many templates that share their beginnings") {
  Compared compared;
  for (int round = 0; round < 60; ++round) compare(many_templates(), round, 150, compared);
  CHECK(compared.all >= 20000);
  CHECK(compared.matched >= compared.all / 2);
}

}  // namespace
}  // namespace routemeter::route
