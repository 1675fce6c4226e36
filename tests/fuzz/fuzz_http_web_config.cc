// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "expose/listen/tls.h"
#include "expose/web_config/web_config.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

// Any bytes as a web configuration file: it is refused with a reason that shows no hash, or what comes out of
// it can be used as it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace routemeter;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto config = expose::parse_web_config(text, "/etc/web.yml");
  if (!config) {
    require(!config.errors().empty());
    for (const util::Diagnostic& d : config.errors()) {
      require(!d.message.empty() && d.source_line.find("$2") == std::string::npos);
    }
    return 0;
  }
  for (const auto& [name, value] : config->headers) {
    require(!value.empty() &&
            std::none_of(value.begin(), value.end(), [](char c) { return c >= 0 && c < ' '; }));
  }
  for (const auto& [user, hash] : config->users) {
    require(expose::bcrypt_cost(hash).has_value() && user.find(':') == std::string::npos);
  }
  require(config->rate_limit.interval.count() == 0 || config->rate_limit.burst > 0);
  if (!config->tls) return 0;
  require(!config->tls->cert.empty() || config->tls->cert_file.starts_with('/'));
  require(!config->tls->key.empty() || config->tls->key_file.starts_with('/'));
  gnutls_priority_t priority = nullptr;
  const auto wanted = expose::tls_priority(*config->tls);
  // CBC only with TLS 1.3 only leaves no version, which is told at the start.
  if (gnutls_priority_init(&priority, wanted.c_str(), nullptr) == 0) gnutls_priority_deinit(priority);
  return 0;
}
