// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "util/result.h"

// The file of --web.config.file as plain data: who may connect to the HTTP server, and how. Its keys and
// their meaning are exporter-toolkit's (docs/web-configuration.md there), so that one file serves all
// exporters of a machine.

namespace routemeter::expose {

enum class ClientAuth : std::uint8_t { kNone, kRequest, kRequireAny, kVerifyIfGiven, kRequireAndVerify };
enum class TlsVersion : std::uint8_t { k10, k11, k12, k13 };

/// Names of Go's crypto/tls, in the order of the lists below.
inline constexpr std::array<std::string_view, 13> kCipherSuites = {
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"};
inline constexpr std::array<std::string_view, 4> kTlsCurves = {"CurveP256", "CurveP384", "CurveP521",
                                                               "X25519"};

struct TlsConfig {
  /// PEM text, or a file with it (relative paths are already joined to the web config file's folder).
  std::string cert, cert_file;
  std::string key, key_file;
  std::string client_ca, client_ca_file;  ///< both empty = the system's CAs
  ClientAuth client_auth = ClientAuth::kNone;
  /// A client's certificate must carry one of these names; absent = any will do.
  std::optional<std::vector<std::string>> client_allowed_sans;
  TlsVersion min_version = TlsVersion::k12;
  TlsVersion max_version = TlsVersion::k13;
  std::vector<std::string_view> cipher_suites;  ///< of kCipherSuites; empty = the library's choice
  std::vector<std::string_view> curves;         ///< of kTlsCurves, most preferred first; empty = as above
  bool prefer_server_ciphers = true;
};

struct RateLimit {
  std::chrono::nanoseconds interval{0};  ///< between two requests; 0 = no limit
  std::uint64_t burst = 0;               ///< and so many at once
};

struct WebConfig {
  std::string path;  ///< of the file
  std::optional<TlsConfig> tls;
  std::vector<std::pair<std::string, std::string>> headers;  ///< for every answer
  std::map<std::string, std::string> users;                  ///< name -> bcrypt hash; empty = anybody
  RateLimit rate_limit;
};

/// Reads and checks the file of --web.config.file. All errors at once, with file:line:column; secrets are not
/// shown. Relative paths are taken from the folder of the file. Certificates and keys are not opened here.
util::Result<WebConfig> load_web_config(const std::string& path);

/// The same from memory; `path` is for messages, and for the folder.
util::Result<WebConfig> parse_web_config(std::string_view text, const std::string& path);

/// A duration as Go writes them: "1s", "1m30s", "0.5s", "100ms", "0". Nothing when it is none, or longer than
/// a year.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// The cost of a bcrypt hash ("$2y$10$" and 53 characters), or nothing when the text is none.
std::optional<std::uint32_t> bcrypt_cost(std::string_view hash);

}  // namespace routemeter::expose
