// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <re2/re2.h>

#include "route/template.h"
#include "route_support.h"
#include "support/naive_path.h"

// Trie, filtered patterns and memo together must be what they replace: a loop over the rules in file order
// with one regex each.

namespace routemeter::route {
namespace {

std::mt19937 random_source(7);  // NOLINT: the same rules and targets every time

std::size_t below(std::size_t n) { return random_source() % n; }
bool one_in(std::size_t n) { return below(n) == 0; }
const std::string& pick(const std::vector<std::string>& from) { return from[below(from.size())]; }

const std::vector<std::string> kTexts = {"a",
                                         "b",
                                         "ab",
                                         "items",
                                         "v1",
                                         "x.y",
                                         "A",
                                         "caf\xC3\xA9",
                                         "longer-than-sixteen-bytes",
                                         "longer-than-sixteen-bytez"};
const std::vector<std::string> kParameters = {
    "{p#}",      "{p#}",      "{p#}",     "{p#:int}",  "{p#:float}",   "{p#:uuid}",     "{p#}.pdf",
    "v{p#:int}", "{p#}-{q#}", "{p#}{q#}", "{p#:path}", "pre{p#:path}", "{p#:int}-{q#}", "a{p#}b{q#}a"};
const std::vector<std::string> kPatterns = {"/a/.*",
                                            "/.*\\.css",
                                            ".*/items/.*",
                                            "(?i)/ITEMS/[a-z]+",
                                            "/(a|b|ab)/[^/]*",
                                            "/v[0-9]/.*b",
                                            ".*",
                                            "/[a-z]+",
                                            "/a/?",
                                            "/items/[^/]+/x\\.y",
                                            "/a/[0-9]+",
                                            "/.+/b",
                                            "[^/]*",
                                            "/ab|/items",
                                            "/caf\xC3\xA9/.*",
                                            "(?i).*/k.*",
                                            "/a/b/.*/ab$",
                                            ".*longer.*",
                                            "^/items/.*",
                                            "/\\Qx.y"};
const std::vector<std::string> kMethods = {"GET", "POST", "PUT", "PROPPATCH", "get", "MKCALENDAR", ""};
const std::vector<std::string> kHosts = {"", "a.example", "A.EXAMPLE:80", "b.example", "[::1]:80", "c"};
const std::vector<std::string> kValues = {"a",
                                          "b",
                                          "ab",
                                          "items",
                                          "v1",
                                          "7",
                                          "3.5",
                                          "12",
                                          "0c1b2a3d-4e5f-6789-abcd-0123456789AB",
                                          "x.pdf",
                                          "x-y",
                                          "é",
                                          "\xE2\x84\xAA",
                                          "",
                                          "longer-than-sixteen-bytez",
                                          "a1b2a",
                                          "preX/Y",
                                          "K/k",
                                          "q.css"};

std::string random_template() {
  std::string text;
  for (std::size_t n = 1 + below(4), i = 0; i < n; ++i) {
    std::string segment = one_in(2) ? pick(kTexts) : pick(kParameters);
    for (std::size_t at = 0; (at = segment.find('#')) != std::string::npos;)
      segment[at] = static_cast<char>('0' + i);
    text += "/" + segment;
  }
  if (one_in(4)) text += "/";
  return text;
}

model::RuleFile random_rules() {
  model::RuleFile file;
  for (std::size_t n = 1 + below(12), i = 0; i < n; ++i) {
    model::Rule rule;
    if (one_in(3)) {
      rule.kind = one_in(3) ? model::Rule::Kind::kStop : model::Rule::Kind::kPattern;
      rule.pattern = pick(kPatterns);
      if (rule.kind == model::Rule::Kind::kPattern)
        rule.handler = "h" + std::to_string(i) + (one_in(3) ? "/" : "");
    } else {
      rule.pattern = random_template();
      rule.handler = rule.pattern;
    }
    if (one_in(2)) rule.methods = {kMethods[below(3)], kMethods[below(4)]};
    if (one_in(8)) rule.host = kHosts[1 + below(3)];
    file.routes.push_back(rule);
  }
  if (one_in(3)) file.exclude.push_back({pick({"items", "\\{p", "^/a", ".*"}), {}});
  file.options.method_mismatch_is_handler = !one_in(4);
  file.options.redirect_slashes = !one_in(4);
  file.options.group_untemplated = one_in(2);
  file.options.ignore_untemplated = one_in(5);
  return file;
}

/// DESIGN.md section 2, word by word.
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

// A path that could fit some rule.
std::string near_target(const model::RuleFile& file) {
  const std::string& text = file.routes[below(file.routes.size())].pattern;
  std::string path;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '{') {
      at = text.find('}', at);
      path += pick(kValues);
    } else if (text[at] == '[' || text[at] == '.') {
      path += pick(kValues);
    } else if (std::string_view("()|?*+]\\^$").find(text[at]) == std::string_view::npos) {
      path += text[at];
    }
  }
  return path;
}

std::string mutated(std::string path) {
  switch (below(10)) {
    case 0:
      path += "/";
      break;
    case 1:
      if (path.size() > 1) path.pop_back();
      break;
    case 2:
      path.insert(below(path.size() + 1),
                  pick({"/", "x", "%2F", "%0A", "\xFF", "%C3%A9", "%3F", "-", ".", "7", "%"}));
      break;
    case 3:
      if (!path.empty()) path.erase(below(path.size()), 1);
      break;
    case 4:
      path += pick({"?q=/a/b", "#x", "?"});
      break;
    case 5:
      path = pick({"http://h", "HTTPS://h:1"}) + path;
      break;
    case 6:
      path =
          pick({"*", "", "/", "//", "a.example:443", "/a", "/a/", "/items/", "/\xC5\xBF", "/\xE2\x84\xAA"});
      break;
    default:
      break;
  }
  return path;
}

TEST_CASE("routing is a loop over the rules in file order") {
  int compared = 0;
  int matched = 0;
  for (int round = 0; round < 1500; ++round) {
    const model::RuleFile file = random_rules();
    const Naive naive(file);
    testing::Routes routes(file);
    std::vector<std::string> targets;
    for (int i = 0; i < 25; ++i) targets.push_back(mutated(near_target(file)));
    // Each three times, so that the memo keeps and then answers it.
    for (int i = 0; i < 75; ++i) {
      const std::string& target = targets[static_cast<std::size_t>(i) % targets.size()];
      const std::string& method = kMethods[static_cast<std::size_t>(round + i % 25) % kMethods.size()];
      const std::string& host = kHosts[static_cast<std::size_t>(round / 7 + i % 25) % kHosts.size()];
      const std::string expected = naive.ask(method, target, host);
      const std::string got = routes.ask(method, target, host);
      ++compared;
      if (expected.substr(0, 4) != "none") ++matched;
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
  CHECK(compared >= 50000);
  CHECK(matched >= compared / 4);  // the targets are near enough to test anything
}

}  // namespace
}  // namespace routemeter::route
