// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <ctime>
#include <stdexcept>
#include <string>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

// Certificates for tests, made anew each time: none to expire, no keys in the repository.

namespace routemeter::test {

inline void check(int status) {
  if (status < 0) throw std::runtime_error(gnutls_strerror(status));
}

class Certificate {
 public:
  /// Self-signed, a CA.
  explicit Certificate(const std::string& name) : Certificate(name, nullptr, "", false) {}
  /// Signed by `issuer`. `san`: "DNS:...", "IP:1.2.3.4", "URI:..." or "" for none.
  Certificate(const std::string& name, const Certificate& issuer, const std::string& san, bool client = false)
      : Certificate(name, &issuer, san, client) {}
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;
  ~Certificate() {
    gnutls_x509_crt_deinit(crt_);
    gnutls_x509_privkey_deinit(key_);
  }

  std::string pem() const {
    gnutls_datum_t out{};
    check(gnutls_x509_crt_export2(crt_, GNUTLS_X509_FMT_PEM, &out));
    return take(out);
  }
  std::string key_pem() const {
    gnutls_datum_t out{};
    check(gnutls_x509_privkey_export2_pkcs8(key_, GNUTLS_X509_FMT_PEM, nullptr, GNUTLS_PKCS_PLAIN, &out));
    return take(out);
  }

 private:
  Certificate(const std::string& name, const Certificate* issuer, const std::string& san, bool client) {
    check(gnutls_x509_privkey_init(&key_));
    check(gnutls_x509_privkey_generate(key_, GNUTLS_PK_ECDSA,
                                       GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
    check(gnutls_x509_crt_init(&crt_));
    check(gnutls_x509_crt_set_version(crt_, 3));
    check(gnutls_x509_crt_set_key(crt_, key_));
    check(gnutls_x509_crt_set_dn_by_oid(crt_, GNUTLS_OID_X520_COMMON_NAME, 0, name.data(),
                                        static_cast<unsigned>(name.size())));
    static unsigned char serial = 0;
    ++serial;
    check(gnutls_x509_crt_set_serial(crt_, &serial, 1));
    check(gnutls_x509_crt_set_activation_time(crt_, std::time(nullptr) - 3600));
    check(gnutls_x509_crt_set_expiration_time(crt_, std::time(nullptr) + 3600));
    check(gnutls_x509_crt_set_basic_constraints(crt_, issuer == nullptr ? 1 : 0, -1));
    if (issuer != nullptr) {
      const char* const purpose = client ? GNUTLS_KP_TLS_WWW_CLIENT : GNUTLS_KP_TLS_WWW_SERVER;
      check(gnutls_x509_crt_set_key_purpose_oid(crt_, purpose, 0));
    }
    if (!san.empty()) add_name(san);
    const Certificate& by = issuer == nullptr ? *this : *issuer;
    check(gnutls_x509_crt_sign2(crt_, by.crt_, by.key_, GNUTLS_DIG_SHA256, 0));
  }

  void add_name(const std::string& san) {
    const std::string value = san.substr(san.find(':') + 1);
    const auto size = static_cast<unsigned>(value.size());
    if (san.starts_with("IP:")) {
      std::array<unsigned char, 4> bytes{};
      if (std::sscanf(value.c_str(), "%hhu.%hhu.%hhu.%hhu", &bytes[0], &bytes[1], &bytes[2], &bytes[3]) != 4)
        throw std::runtime_error(san);
      check(
          gnutls_x509_crt_set_subject_alt_name(crt_, GNUTLS_SAN_IPADDRESS, bytes.data(), 4, GNUTLS_FSAN_SET));
    } else {
      const auto kind = san.starts_with("URI:") ? GNUTLS_SAN_URI : GNUTLS_SAN_DNSNAME;
      check(gnutls_x509_crt_set_subject_alt_name(crt_, kind, value.data(), size, GNUTLS_FSAN_SET));
    }
  }

  static std::string take(gnutls_datum_t& data) {
    std::string out(reinterpret_cast<const char*>(data.data), data.size);
    gnutls_free(data.data);
    return out;
  }

  gnutls_x509_privkey_t key_ = nullptr;
  gnutls_x509_crt_t crt_ = nullptr;
};

}  // namespace routemeter::test
