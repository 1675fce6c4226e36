// SPDX-License-Identifier: Apache-2.0
#include "expose/web_config/web_config.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "util/diagnostic.h"

using routemeter::expose::bcrypt_cost;
using routemeter::expose::ClientAuth;
using routemeter::expose::load_web_config;
using routemeter::expose::parse_duration;
using routemeter::expose::parse_web_config;
using routemeter::expose::TlsVersion;
using namespace std::chrono_literals;

namespace {

const std::string kHash = "$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG";

// "line:column: message; hint" of all findings.
std::string findings(const std::string& yaml) {
  const auto config = parse_web_config(yaml, "/etc/web.yml");
  if (config) return "";
  std::string out;
  for (const auto& d : config.errors()) {
    out += std::to_string(d.at.line) + ":" + std::to_string(d.at.column) + ": " + d.message;
    if (!d.hint.empty()) out += "; " + d.hint;
    out += "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("every key of a web configuration file") {
  const auto config = parse_web_config(
      "tls_server_config:\n"
      "  cert_file: server.crt\n"
      "  key_file: /secret/server.key\n"
      "  client_auth_type: RequireAndVerifyClientCert\n"
      "  client_ca_file: ca/clients.crt\n"
      "  client_allowed_sans: [prometheus.example.org, 10.0.0.1]\n"
      "  min_version: TLS13\n"
      "  max_version: TLS13\n"
      "  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\n"
      "  prefer_server_cipher_suites: false\n"
      "  curve_preferences: [X25519, CurveP256]\n"
      "http_server_config:\n"
      "  http2: false\n"
      "  headers:\n"
      "    Content-Security-Policy: default-src 'self'\n"
      "    X-Frame-Options: deny\n"
      "    X-Content-Type-Options: nosniff\n"
      "    X-XSS-Protection: ''\n"
      "    Strict-Transport-Security: max-age=31536000; includeSubDomains\n"
      "basic_auth_users:\n"
      "  alice: " +
          kHash +
          "\n"
          "  \"bob smith\": " +
          kHash +
          "\n"
          "rate_limit: {interval: 1m30s, burst: 20}\n",
      "/etc/routemeter/web.yml");
  INFO(findings(""));
  REQUIRE(config);
  CHECK(config->path == "/etc/routemeter/web.yml");
  REQUIRE(config->tls);
  CHECK(config->tls->cert_file == "/etc/routemeter/server.crt");
  CHECK(config->tls->key_file == "/secret/server.key");
  CHECK(config->tls->client_ca_file == "/etc/routemeter/ca/clients.crt");
  CHECK(config->tls->client_auth == ClientAuth::kRequireAndVerify);
  CHECK(config->tls->client_allowed_sans == std::vector<std::string>{"prometheus.example.org", "10.0.0.1"});
  CHECK(config->tls->min_version == TlsVersion::k13);
  CHECK(config->tls->cipher_suites.size() == 1);
  CHECK(config->tls->curves == std::vector<std::string_view>{"X25519", "CurveP256"});
  CHECK_FALSE(config->tls->prefer_server_ciphers);
  CHECK(config->headers.size() == 4);  // an empty one is none
  CHECK(config->users.size() == 2);
  CHECK(config->users.at("bob smith") == kHash);
  CHECK(config->rate_limit.interval == 90s);
  CHECK(config->rate_limit.burst == 20);
}

TEST_CASE("defaults, inline certificates, and files that ask for nothing") {
  const auto inline_pem =
      parse_web_config("tls_server_config:\n  cert: |\n    -----BEGIN\n    x\n  key: abc\n", "web.yml");
  REQUIRE(inline_pem);
  CHECK(inline_pem->tls->cert == "-----BEGIN\nx\n");
  CHECK(inline_pem->tls->key == "abc");
  CHECK(inline_pem->tls->min_version == TlsVersion::k12);
  CHECK(inline_pem->tls->max_version == TlsVersion::k13);
  CHECK(inline_pem->tls->client_auth == ClientAuth::kNone);
  CHECK_FALSE(inline_pem->tls->client_allowed_sans);
  CHECK(inline_pem->tls->prefer_server_ciphers);
  for (const char* yaml :
       {"", "# nothing\n", "{}", "basic_auth_users:\n", "tls_server_config:\n",
        "http_server_config:\n  headers:\n", "rate_limit: {interval: 0}", "rate_limit: {burst: 3}"}) {
    const auto nothing = parse_web_config(yaml, "web.yml");
    INFO(yaml);
    REQUIRE(nothing);
    CHECK_FALSE(nothing->tls);
    CHECK(nothing->users.empty());
    CHECK(nothing->headers.empty());
    CHECK(nothing->rate_limit.interval == 0ns);
  }
  const auto old_name = parse_web_config(
      "tls_server_config: {cert: a, key: b, client_auth_type: RequireClientCert, client_allowed_sans: []}",
      "w");
  REQUIRE(old_name);
  CHECK(old_name->tls->client_auth == ClientAuth::kRequireAny);
  CHECK(old_name->tls->client_allowed_sans->empty());
}

TEST_CASE("what is wrong in a web configuration file, with its place and what to do") {
  const std::string tls = "tls_server_config: {cert: a, key: b, ";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"tls_config: {}",
       "1:1: unknown key 'tls_config'; a key here is tls_server_config, http_server_config, "
       "basic_auth_users or rate_limit\n"},
      {"basic_auth_user: {}", "1:1: unknown key 'basic_auth_user'; did you mean 'basic_auth_users'?\n"},
      {"cert_file: x", "1:1: unknown key 'cert_file'; 'cert_file' belongs under 'tls_server_config:'\n"},
      {"http_server_config: {X-Frame-Options: deny}",
       "1:22: unknown key 'X-Frame-Options' in 'http_server_config'; 'X-Frame-Options' belongs under "
       "'http_server_config: headers:'\n"},
      {"[a]", "1:1: the file takes a map of 'key: value', not a list\n"},
      {"tls_server_config: {cert_file: a}", "1:20: TLS needs 'key' or 'key_file'; write key_file: FILE\n"},
      {"tls_server_config: {cert_file: a, cert: b, key: c}",
       "1:20: give either 'cert' or 'cert_file', not both\n"},
      {tls + "min_version: TLS13, max_version: TLS12}", "1:20: 'min_version' is newer than 'max_version'\n"},
      {tls + "min_version: TLS1.2}",
       "1:51: 'min_version' takes TLS10, TLS11, TLS12 or TLS13, not 'TLS1.2'; did you mean 'TLS12'?\n"},
      {tls + "client_ca_file: c}",
       "1:20: a client CA is given, but clients are not asked for certificates; write client_auth_type: "
       "RequireAndVerifyClientCert\n"},
      {tls + "client_auth_type: VerifyClientCertIfGiven, client_allowed_sans: [x]}",
       "1:20: 'client_allowed_sans' is given, but clients need no certificate; write client_auth_type: "
       "RequireAndVerifyClientCert\n"},
      {tls + "curve_preferences: [P256]}",
       "1:58: 'curve_preferences' takes CurveP256, CurveP384, CurveP521 or X25519, not 'P256'\n"},
      {tls + "cert_file: ''}", "1:50: 'cert_file' is empty\n"},
      {"http_server_config: {headers: {X-Frame-Options: ALLOW}}",
       "1:49: 'X-Frame-Options' takes deny or sameorigin, not 'ALLOW'\n"},
      {"http_server_config: {headers: {Server: x}}",
       "1:32: unknown key 'Server' in 'headers'; a key here is Content-Security-Policy, X-Frame-Options, "
       "X-Content-Type-Options, X-XSS-Protection or Strict-Transport-Security\n"},
      {"http_server_config: {headers: {X-XSS-Protection: \"1\\r\\nSet-Cookie: x\"}}",
       "1:51: a control character in the header 'X-XSS-Protection'; write the value in one line\n"},
      {"basic_auth_users: {alice: secret}",
       "1:20: the user 'alice' has no bcrypt hash; make one with: htpasswd -nBC 10 NAME\n"},
      {"basic_auth_users: {alice: [x]}",
       "1:20: the user 'alice' has no bcrypt hash; make one with: htpasswd -nBC 10 NAME\n"},
      {"basic_auth_users: {a: $2y$20" + kHash.substr(6) + "}",
       "1:20: the user 'a' has a bcrypt hash of cost 20, not 4 to 16; make one with: htpasswd -nBC 10 "
       "NAME\n"},
      {"basic_auth_users: {'a:b': " + kHash + "}", "1:21: a user name cannot have a ':'\n"},
      {"rate_limit: {interval: 5, burst: 1}", "1:24: '5' is no duration; write 1s, 100ms or 1m30s\n"},
      {"rate_limit: {interval: 5s}",
       "1:13: a rate limit with 'burst: 0' lets no request pass; write burst: 1 or more\n"},
  };
  for (const auto& [yaml, wanted] : cases) {
    INFO(yaml);
    CHECK(findings(yaml) == wanted);
  }
}

TEST_CASE("no finding shows a password hash") {
  for (const std::string& yaml :
       {"basic_auth_users:\n  a: " + kHash + "x\n", "basic_auth_users:\n  a: " + kHash + ": b\n",
        "basic_auth_users:\n  a: '" + kHash + "\n",
        "basic_auth_users:\n  a: " + kHash + "\n  a: " + kHash + "\n"}) {
    const auto config = parse_web_config(yaml, "web.yml");
    INFO(yaml);
    REQUIRE_FALSE(config);
    CHECK(routemeter::util::format(config.errors()).find(kHash.substr(5, 20)) == std::string::npos);
  }
}

TEST_CASE("a web configuration file that is not there") {
  const auto config = load_web_config("/no/such/web.yml");
  REQUIRE_FALSE(config);
  CHECK(config.errors()[0].file == "/no/such/web.yml");
  CHECK(config.errors()[0].message == "cannot open the web configuration file: No such file or directory");
}

TEST_CASE("durations as Go writes them") {
  const std::vector<std::pair<std::string, std::optional<std::chrono::nanoseconds>>> cases = {
      {"0", 0ns},
      {"1s", 1s},
      {"1m30s", 90s},
      {"0.5s", 500ms},
      {"100ms", 100ms},
      {"2h", 2h},
      {"5us", 5us},
      {"5\u00B5s", 5us},
      {"3ns", 3ns},
      {"", std::nullopt},
      {"1", std::nullopt},
      {"s", std::nullopt},
      {"-1s", std::nullopt},
      {"1 s", std::nullopt},
      {"1d", std::nullopt},
      {"1..5s", std::nullopt},
      {"9999999999h", std::nullopt},
      {"1s5", std::nullopt}};
  for (const auto& [text, wanted] : cases) {
    INFO(text);
    CHECK(parse_duration(text) == wanted);
  }
}

TEST_CASE("bcrypt hashes") {
  CHECK(bcrypt_cost(kHash) == 10);
  CHECK(bcrypt_cost("$2b$04" + kHash.substr(6)) == 4);
  CHECK(bcrypt_cost("$2a$31" + kHash.substr(6)) == 31);
  for (const std::string& text :
       {std::string(), std::string("secret"), kHash + "x", kHash.substr(1), "$1" + kHash.substr(2),
        "$2x" + kHash.substr(3), "$2y$xx" + kHash.substr(6), kHash.substr(0, 59) + ":"}) {
    INFO(text);
    CHECK_FALSE(bcrypt_cost(text));
  }
}
