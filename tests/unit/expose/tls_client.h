// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

#include <gnutls/gnutls.h>

#include "unit/expose/certificates.h"
#include "unit/expose/http_client.h"

namespace routemeter::test {

struct TlsClientOptions {
  const Certificate* ca = nullptr;    ///< null = the server's certificate is not checked
  const Certificate* cert = nullptr;  ///< what the client shows
  std::string priority = "NORMAL";
};

/// A TLS connection that is kept until the object goes.
class TlsClient {
 public:
  TlsClient(const std::string& address, const TlsClientOptions& options) : socket_(address) {
    check(gnutls_certificate_allocate_credentials(&credentials_));
    if (options.ca != nullptr) {
      const std::string pem = options.ca->pem();
      const gnutls_datum_t data = datum(pem);
      check(gnutls_certificate_set_x509_trust_mem(credentials_, &data, GNUTLS_X509_FMT_PEM));
    }
    if (options.cert != nullptr) {
      const std::string cert = options.cert->pem();
      const std::string key = options.cert->key_pem();
      const gnutls_datum_t cert_data = datum(cert);
      const gnutls_datum_t key_data = datum(key);
      check(gnutls_certificate_set_x509_key_mem(credentials_, &cert_data, &key_data, GNUTLS_X509_FMT_PEM));
    }
    // Shows its certificate whatever CAs the server names, as a hostile client would.
    // A server that refuses closes while we still send: an error, not a signal.
    check(gnutls_init(&session_, GNUTLS_CLIENT | GNUTLS_FORCE_CLIENT_CERT | GNUTLS_NO_SIGNAL));
    check(gnutls_priority_set_direct(session_, options.priority.c_str(), nullptr));
    check(gnutls_credentials_set(session_, GNUTLS_CRD_CERTIFICATE, credentials_));
    if (options.ca != nullptr) gnutls_session_set_verify_cert(session_, "localhost", 0);
    gnutls_transport_set_int(session_, socket_.fd());
    gnutls_handshake_set_timeout(session_, 120'000);
    int status = 0;
    do status = gnutls_handshake(session_);
    while (status < 0 && gnutls_error_is_fatal(status) == 0);
    connected_ = status == 0;
  }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;
  ~TlsClient() {
    gnutls_deinit(session_);
    gnutls_certificate_free_credentials(credentials_);
  }

  bool connected() const { return connected_; }
  std::string version() const { return gnutls_protocol_get_name(gnutls_protocol_get_version(session_)); }
  std::string cipher() const { return gnutls_cipher_get_name(gnutls_cipher_get(session_)); }

  /// The status of a GET, and its body; 0 when the server ended the connection (in TLS 1.3 it may refuse a
  /// client's certificate only then).
  int get(const std::string& path, std::string* body = nullptr, const std::string& headers = "") {
    if (!connected_) return 0;
    const std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
    gnutls_record_send(session_, request.data(), request.size());
    std::string got;
    std::size_t end = 0;
    while ((end = got.find("\r\n\r\n")) == std::string::npos) {
      if (!more(got)) return 0;
    }
    const std::size_t at = got.find("Content-Length: ");
    const std::size_t length = std::strtoul(got.c_str() + at + 16, nullptr, 10);
    while (got.size() < end + 4 + length) {
      if (!more(got)) return 0;
    }
    if (body != nullptr) *body = got.substr(end + 4);
    return std::atoi(got.c_str() + 9);
  }

 private:
  static gnutls_datum_t datum(const std::string& text) {
    return {reinterpret_cast<unsigned char*>(const_cast<char*>(text.data())),
            static_cast<unsigned>(text.size())};
  }
  bool more(std::string& got) {
    char buffer[16384];
    ssize_t n = 0;
    do n = gnutls_record_recv(session_, buffer, sizeof buffer);
    while (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED);
    if (n <= 0) return false;
    got.append(buffer, static_cast<std::size_t>(n));
    return true;
  }

  Client socket_;
  gnutls_certificate_credentials_t credentials_ = nullptr;
  gnutls_session_t session_ = nullptr;
  bool connected_ = false;
};

}  // namespace routemeter::test
