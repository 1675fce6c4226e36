// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>

#include "expose/listen/tls.h"

namespace routemeter::expose {
namespace {

constexpr std::array<const char*, 4> kVersions = {"+VERS-TLS1.0", "+VERS-TLS1.1", "+VERS-TLS1.2",
                                                  "+VERS-TLS1.3"};
// Of one kind GnuTLS takes the first that both sides have.
constexpr std::array<const char*, 4> kGroups = {"+GROUP-SECP256R1", "+GROUP-SECP384R1", "+GROUP-SECP521R1",
                                                "+GROUP-X25519"};

const char* cipher_of(std::string_view suite) {
  if (suite.find("AES_128_GCM") != std::string_view::npos) return "+AES-128-GCM";
  if (suite.find("AES_256_GCM") != std::string_view::npos) return "+AES-256-GCM";
  if (suite.find("AES_128_CBC") != std::string_view::npos) return "+AES-128-CBC";
  if (suite.find("AES_256_CBC") != std::string_view::npos) return "+AES-256-CBC";
  return "+CHACHA20-POLY1305";
}

bool is_cbc(std::string_view suite) { return suite.find("_CBC_") != std::string_view::npos; }

}  // namespace

// GnuTLS knows ciphers and key exchanges, not Go's suites: a list allows every combination of the ciphers in
// it with ECDHE, and the certificate decides between RSA and ECDSA.
std::string tls_priority(const model::TlsConfig& config) {
  // TLS 1.3 has no CBC: with nothing else in the list, only older versions are left.
  const bool only_cbc = !config.cipher_suites.empty() &&
                        std::all_of(config.cipher_suites.begin(), config.cipher_suites.end(), is_cbc);
  std::string out = "NORMAL:-VERS-ALL";
  const auto add = [&out](const char* item) {
    if (out.find(item) == std::string::npos) out.append(":").append(item);
  };
  for (std::size_t i = 0; i < kVersions.size(); ++i) {
    const auto version = static_cast<model::TlsVersion>(i);
    if (version < config.min_version || version > config.max_version) continue;
    if (version == model::TlsVersion::k13 && only_cbc) continue;
    add(kVersions[i]);
  }
  // As Go: a key exchange without forward secrecy is none.
  out += ":-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA";
  if (!config.cipher_suites.empty()) {
    out += ":-CIPHER-ALL";
    for (const std::string_view suite : config.cipher_suites) add(cipher_of(suite));
  }
  if (!config.curves.empty()) {
    out += ":-GROUP-ALL";
    for (const std::string_view curve : config.curves) {
      const auto* const found = std::find(model::kTlsCurves.begin(), model::kTlsCurves.end(), curve);
      add(kGroups[static_cast<std::size_t>(found - model::kTlsCurves.begin())]);
    }
  }
  if (config.prefer_server_ciphers) out += ":%SERVER_PRECEDENCE";
  return out;
}

}  // namespace routemeter::expose
