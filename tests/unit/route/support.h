// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include <catch2/catch.hpp>

#include "route/router.h"
#include "rules/rule_loader.h"

namespace routemeter::route::testing {

inline std::string read_file(const std::string& path) {
  const std::ifstream in(path, std::ios::binary);
  REQUIRE(in.good());
  std::stringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

inline std::string describe(const util::Diagnostics& findings) {
  std::string text;
  for (const util::Diagnostic& d : findings) {
    text += std::to_string(d.at.line) + ":" + std::to_string(d.at.column) + ": " + d.message + "\n";
  }
  return text;
}

/// A rule file from YAML text without its first line.
inline model::RuleFile rule_file(const std::string& yaml) {
  auto file = rules::parse_rule_file("version: 1\n" + yaml, "rules.yaml");
  INFO((file ? "" : describe(file.errors())));
  REQUIRE(file);
  return *file;
}

/// Router and resolver of one rule file, asked with strings.
class Routes {
 public:
  explicit Routes(const model::RuleFile& file) {
    auto compiled = compile(file);
    INFO((compiled ? "" : describe(compiled.errors())));
    REQUIRE(compiled);
    router_ = *compiled;
    resolver_ = make_resolver(router_);
  }
  explicit Routes(const std::string& yaml) : Routes(rule_file(yaml)) {}

  Decision decide(std::string_view method, std::string_view target, std::string_view host = "",
                  const char* readable_end = nullptr) {
    model::Request request;
    request.method = method;
    request.target = target;
    request.readable_end = readable_end;
    request.host = host;
    return resolver_->resolve(request);
  }

  /// The label, or "excluded" / "ignored", or for untemplated requests "none", with the path if there is one.
  std::string ask(std::string_view method, std::string_view target, std::string_view host = "",
                  const char* readable_end = nullptr) {
    const Decision decision = decide(method, target, host, readable_end);
    switch (decision.outcome) {
      case Outcome::kExcluded:
        return "excluded";
      case Outcome::kIgnored:
        return "ignored";
      case Outcome::kUntemplated:
        CHECK(decision.label == kNoneLabel);
        return decision.path.empty() ? "none" : "none " + std::string(decision.path);
      case Outcome::kTemplated:
        break;
    }
    CHECK(decision.path.empty());
    return router_->labels().at(decision.label);
  }

  const Router& router() const { return *router_; }
  std::shared_ptr<const Router> shared() const { return router_; }

 private:
  std::shared_ptr<const Router> router_;
  std::unique_ptr<Resolver> resolver_;
};

}  // namespace routemeter::route::testing
