// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gnutls/gnutls.h>

#include "expose/web_config/web_config.h"
#include "util/result.h"

namespace routemeter::expose {

/// A loaded certificate and the policy that goes with it. It must outlive the sessions that it was given to.
class TlsContext {
 public:
  /// Reads the files that the configuration names. Errors name `config_path` and the key.
  static util::Result<std::shared_ptr<const TlsContext>> load(const TlsConfig& config,
                                                              const std::string& config_path);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  ~TlsContext();

  /// Makes a server's session that has not begun its handshake use this context. Clients that may not
  /// connect fail in the handshake.
  bool apply(gnutls_session_t session) const;

 private:
  explicit TlsContext(const TlsConfig& config);
  static int verify(gnutls_session_t session) noexcept;
  bool verifies() const;
  bool requires_certificate() const;
  bool has_allowed_name(gnutls_session_t session) const;

  ClientAuth client_auth_;
  std::optional<std::vector<std::string>> allowed_sans_;
  gnutls_certificate_credentials_t credentials_ = nullptr;
  gnutls_priority_t priority_ = nullptr;
};

/// GnuTLS's priority string for versions, ciphers and curves.
std::string tls_priority(const TlsConfig& config);

}  // namespace routemeter::expose
