// SPDX-License-Identifier: Apache-2.0
// What check says of a rule's chances, against the Resolver that decides over them.
#include "tools/check/language/reach.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "route/probe.h"
#include "route/router.h"
#include "rules/rule_loader.h"

namespace routemeter::check {
namespace {

using Kind = Reach::Kind;

model::RuleFile parse(const std::string& text) {
  auto file = rules::parse_rule_file("version: 1\n" + text, "rules.yaml");
  INFO(text);
  if (!file) FAIL(util::format(file.errors()));
  return std::move(*file);
}

std::shared_ptr<const route::Router> compile(const model::RuleFile& file) {
  auto router = route::compile(file);
  if (!router) FAIL(util::format(router.errors()));
  return std::move(*router);
}

// All reaches of the routes, one rule a line.
std::vector<Reach> reaches(const std::string& routes, const std::string& options = "") {
  const model::RuleFile file = parse("routes:\n" + routes + options);
  const std::vector<RuleShape> shapes = shapes_of(file);
  ReachSearch search(file, shapes, compile(file));
  std::vector<Reach> out;
  for (std::size_t i = 0; i < file.routes.size(); ++i) out.push_back(search.of(i));
  return out;
}

Reach last(const std::string& routes, const std::string& options = "") {
  return reaches(routes, options).back();
}

const std::vector<std::string> kRequestMethods = {"GET", "POST", "PUT", "DELETE", "X", "get"};
const std::vector<std::string> kRequestHosts = {"", "h", "H:80", "other"};

template <typename T>
const T& pick(const std::vector<T>& from, std::minstd_rand& random) {
  return from[random() % from.size()];
}
// What it gives back lives in the list.
template <typename T>
const T& pick(std::vector<T>&& from, std::minstd_rand& random) = delete;

std::string random_rule(std::minstd_rand& random) {
  static const std::vector<std::string> kMethods = {"", "", "GET", "POST", "GET,POST", "PUT,GET"};
  static const std::vector<std::string> kSegments = {"a", "b",     "{x}",      "{x:int}",
                                                     "1", "{x}.a", "{x:path}", ""};
  static const std::vector<std::string> kPatterns = {"/a/.*",   "/[ab]",     "/[^/]+/b", "/.*",  "/a(/b)?/?",
                                                     "/[0-9]+", "/(a|b|1)/", "/a\\b/",   ".*/b", ".*"};
  const std::string& methods = pick(kMethods, random);
  const std::string host = random() % 5 == 0 ? ", host: h" : "";
  if (random() % 3 == 0 || !host.empty()) {
    const std::string list = methods.empty() ? "" : ", methods: [" + methods + "]";
    const bool stop = random() % 3 == 0;
    return "  - {" + std::string(stop ? "stop" : "handler: h, pattern") + ": '" + pick(kPatterns, random) +
           "'" + list + host + "}\n";
  }
  std::string path;
  for (std::size_t n = 1 + random() % 2; n > 0; --n) {
    std::string segment = pick(kSegments, random);
    if (segment[0] == '{') segment.insert(2, std::to_string(n));
    path += "/" + segment;
  }
  return "  - " + (methods.empty() ? "" : methods + " ") + path + "\n";
}

}  // namespace

TEST_CASE("rules that earlier ones leave nothing") {
  CHECK(last("  - GET /users/{id}\n  - GET /users/me\n").kind == Kind::kNever);
  CHECK(last("  - /users/{id}\n  - GET /users/me\n").kind == Kind::kNever);
  CHECK(last("  - GET /users/{id}\n  - POST /users/me\n").kind == Kind::kWins);
  CHECK(last("  - GET /users/{id}\n  - /users/me\n").kind == Kind::kWins);
  CHECK(last("  - GET /users/me\n  - GET /users/{id}\n").kind == Kind::kWins);
  CHECK(last("  - GET /a/{x:int}\n  - GET /a/{x}\n").kind == Kind::kWins);
  CHECK(last("  - GET /a/{x}\n  - GET /a/{x:int}\n").kind == Kind::kNever);
  CHECK(last("  - GET /{x:path}\n  - GET /a/{x:uuid}/{y}.pdf\n").kind == Kind::kNever);
  CHECK(last("  - GET /a\n  - POST /a\n  - POST,GET /a\n").takers == std::vector<std::size_t>{0, 1});
}

TEST_CASE("several rules together take everything") {
  const Reach reach =
      last("  - {handler: x, pattern: '/[0-4].*'}\n  - {handler: y, pattern: '/[5-9].*'}\n  - /{n:int}\n");
  CHECK(reach.kind == Kind::kNever);
  CHECK(reach.takers == std::vector<std::size_t>{0, 1});
  CHECK_FALSE(reach.witness.empty());
}

TEST_CASE("hosts") {
  const std::string any = "  - /a/{x}\n";
  const std::string bound = "  - {template: '/a/{x}', host: h}\n";
  CHECK(last(bound + any).kind == Kind::kWins);
  CHECK(last(any + bound).kind == Kind::kNever);
  CHECK(last(bound + bound).kind == Kind::kNever);
  CHECK(last(bound + "  - {template: '/a/{x}', host: g}\n").kind == Kind::kWins);
}

TEST_CASE("methods") {
  const Reach reach = last("  - GET,PUT /a\n  - GET,POST /a\n");
  CHECK(reach.kind == Kind::kLosesMethods);
  CHECK(reach.lost == std::vector<std::string>{"GET"});
  // Only what others take entirely is lost.
  CHECK(last("  - GET /a/{x:int}\n  - GET,POST /a/{x}\n").kind == Kind::kWins);
}

TEST_CASE("stops") {
  const std::string stop = "  - stop: '/sub/.*'\n";
  CHECK(last(stop + "  - GET /sub/{x}\n").kind == Kind::kNever);
  CHECK(last("  - GET /sub/{x}\n" + stop).kind == Kind::kWins);
  CHECK(last("  - /sub/{x:path}\n" + stop).kind == Kind::kNever);
  // By other methods than the stop's it still counts mismatches.
  const std::string get_only = "  - {stop: '/sub/.*', methods: [GET]}\n  - GET /sub/{x}\n";
  CHECK(last(get_only).kind == Kind::kOnlyMismatches);
  CHECK(last(get_only, "options: {method_mismatch: none}\n").kind == Kind::kNever);
  // A template before a stop leaves it everything but its own.
  CHECK(last("  - POST /sub/{x}\n" + stop + "  - GET /sub/y\n").takers == std::vector<std::size_t>{1});
}

TEST_CASE("without a proof, samples are tried") {
  const Reach reach = last("  - {handler: x, pattern: '/a\\b.*'}\n  - /a/{x}\n");
  CHECK(reach.kind == Kind::kNeverSeen);
  CHECK(reach.takers == std::vector<std::size_t>{0});
  CHECK(reach.witness.starts_with("/a/"));
  // What is not understood itself is never accused.
  CHECK(last("  - /a/{x:path}\n  - {handler: x, pattern: '/a/\\bb'}\n").kind == Kind::kWins);
}

TEST_CASE("what can never win never does, and what loses a method never gets it") {
  std::minstd_rand random(3);
  int never = 0;
  int losing = 0;
  int only_mismatches = 0;
  for (int round = 0; round < 1500; ++round) {
    std::string text = "routes:\n";
    for (std::size_t n = 2 + random() % 6; n > 0; --n) text += random_rule(random);
    text += "options: {redirect_slashes: " + std::string(random() % 2 == 0 ? "true" : "false") +
            ", method_mismatch: " + (random() % 2 == 0 ? "handler" : "none") + "}\n";
    CAPTURE(text);
    const model::RuleFile file = parse(text);
    const std::vector<RuleShape> shapes = shapes_of(file);
    const auto router = compile(file);
    ReachSearch search(file, shapes, router);
    std::vector<Reach> all;
    for (std::size_t i = 0; i < file.routes.size(); ++i) {
      all.push_back(search.of(i));
      never += all.back().kind == Kind::kNever ? 1 : 0;
      losing += all.back().kind == Kind::kLosesMethods ? 1 : 0;
      only_mismatches += all.back().kind == Kind::kOnlyMismatches ? 1 : 0;
    }
    const auto resolver = route::make_resolver(router);
    for (int n = 0; n < 60; ++n) {
      const RuleShape& shape = pick(shapes, random);
      std::string path = shape.language ? shape.language->random_member(random) : "/a/b";
      if (random() % 4 == 0) path = route::toggled_slash(path);
      // What no pattern is read for: decided over by no rule that is said to be dead all the same.
      if (path.find('\n') != std::string::npos) continue;
      const std::string target = target_of(path);
      model::Request request;
      request.method = pick(kRequestMethods, random);
      request.target = target;
      request.host = pick(kRequestHosts, random);
      const std::int32_t winner = resolver->resolve(request).rule;
      if (winner < 0) continue;
      const Reach& reach = all[static_cast<std::size_t>(winner)];
      CAPTURE(target, request.method, request.host, winner);
      CHECK(reach.kind != Kind::kNever);
      CHECK(std::find(reach.lost.begin(), reach.lost.end(), request.method) == reach.lost.end());
    }
  }
  // It did find some to be sure of.
  CHECK(never > 300);
  CHECK(losing > 30);
  CHECK(only_mismatches > 0);
}

TEST_CASE("targets are decoded to the path they are made from") {
  for (const std::string path : {"/a b", "/100%", "/ä?x#y", "/%41", "//", "/a+b"}) {
    CHECK(route::decoded_path(target_of(path)) == path);
  }
}

}  // namespace routemeter::check
