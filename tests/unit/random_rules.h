// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "model/rule_file.h"

// Random rule files, and targets near enough to their rules to test anything.

namespace routemeter::testing {

inline std::mt19937 random_source(7);  // NOLINT: the same rules and targets every time

inline std::size_t below(std::size_t n) { return random_source() % n; }
inline bool one_in(std::size_t n) { return below(n) == 0; }
inline const std::string& pick(const std::vector<std::string>& from) { return from[below(from.size())]; }

inline const std::vector<std::string> kTexts = {"a",
                                                "b",
                                                "ab",
                                                "items",
                                                "v1",
                                                "x.y",
                                                "A",
                                                "caf\xC3\xA9",
                                                "longer-than-sixteen-bytes",
                                                "longer-than-sixteen-bytez"};
inline const std::vector<std::string> kParameters = {
    "{p#}",      "{p#}",      "{p#}",     "{p#:int}",  "{p#:float}",   "{p#:uuid}",     "{p#}.pdf",
    "v{p#:int}", "{p#}-{q#}", "{p#}{q#}", "{p#:path}", "pre{p#:path}", "{p#:int}-{q#}", "a{p#}b{q#}a"};
inline const std::vector<std::string> kPatterns = {"/a/.*",
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
inline const std::vector<std::string> kMethods = {"GET", "POST", "PUT", "PROPPATCH", "get", "MKCALENDAR", ""};
inline const std::vector<std::string> kHosts = {"",          "a.example", "A.EXAMPLE:80",
                                                "b.example", "[::1]:80",  "c"};
inline const std::vector<std::string> kValues = {"a",
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

inline std::string random_template() {
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

inline model::RuleFile random_rules() {
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

// Words of all sizes around those that the trie treats in their own way; some differ only at their end.
inline std::vector<std::string> random_words() {
  std::vector<std::string> words;
  for (const std::size_t size :
       std::initializer_list<std::size_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 24, 31, 33, 63, 64, 70}) {
    std::string word;
    while (word.size() < size) word += static_cast<char>('a' + below(26));
    words.push_back(word);
    for (std::size_t i = below(4); i > 0; --i) {
      word.back() = static_cast<char>('0' + below(10));
      words.push_back(word);
    }
  }
  return words;
}

// Many templates with beginnings in common: nodes with many children, and chains of them.
inline model::RuleFile many_templates() {
  const std::vector<std::string> words = random_words();
  model::RuleFile file;
  for (std::size_t n = 20 + below(200); file.routes.size() < n;) {
    model::Rule rule;
    if (!file.routes.empty() && !one_in(4)) {
      const std::string& other = file.routes[below(file.routes.size())].pattern;
      rule.pattern = other.substr(0, other.find('/', below(other.size())));
    }
    if (rule.pattern.find(":path}") != std::string::npos) continue;
    for (std::size_t more = 1 + below(one_in(5) ? 8 : 2); more > 0; --more) {
      const std::string name = "p" + std::to_string(rule.pattern.size());
      rule.pattern += "/";
      const std::size_t kind = below(12);
      rule.pattern += kind < 2    ? "{" + name + "}"
                      : kind == 2 ? "{" + name + ":int}"
                      : kind == 3 ? "v{" + name + "}"
                                  : pick(words);
    }
    if (one_in(12)) rule.pattern += "/{rest:path}";
    rule.handler = rule.pattern;
    if (one_in(3)) rule.methods = {kMethods[below(3)]};
    file.routes.push_back(rule);
  }
  file.options.redirect_slashes = !one_in(4);
  return file;
}

// A path that could fit some rule.
inline std::string near_target(const model::RuleFile& file) {
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

inline std::string mutated(std::string path) {
  switch (below(10)) {
    case 0:
      path += "/";
      break;
    case 1:
      if (path.size() > 1) path.pop_back();
      break;
    case 2:
      path.insert(below(path.size() + 1),
                  pick({"/", "x", "%2F", "%0A", "\xFF", "%C3%A9", "%3F", "-", ".", "7", "%", "%00"}));
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

}  // namespace routemeter::testing
