// SPDX-License-Identifier: Apache-2.0
#include "expose/listen/tls.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include <arpa/inet.h>
#include <gnutls/x509.h>

#include "util/fmt.h"

namespace routemeter::expose {
namespace {

constexpr std::array<const char*, 4> kVersions = {"+VERS-TLS1.0", "+VERS-TLS1.1", "+VERS-TLS1.2",
                                                  "+VERS-TLS1.3"};
// Of one kind GnuTLS takes the first that both sides have.
constexpr std::array<const char*, 4> kGroups = {"+GROUP-SECP256R1", "+GROUP-SECP384R1", "+GROUP-SECP521R1",
                                                "+GROUP-X25519"};

struct Cipher {
  std::string_view part;  // of a suite's name
  const char* name;
};
constexpr Cipher kCiphers[] = {{"AES_128_GCM", "+AES-128-GCM"},
                               {"AES_256_GCM", "+AES-256-GCM"},
                               {"AES_128_CBC", "+AES-128-CBC"},
                               {"AES_256_CBC", "+AES-256-CBC"},
                               {"", "+CHACHA20-POLY1305"}};

const char* cipher_of(std::string_view suite) {
  return std::find_if(
             std::begin(kCiphers), std::end(kCiphers),
             [suite](const Cipher& cipher) { return suite.find(cipher.part) != std::string_view::npos; })
      ->name;
}

bool is_cbc(std::string_view suite) { return suite.find("_CBC_") != std::string_view::npos; }

constexpr std::size_t kMostPem = 1UL << 20;

gnutls_datum_t datum(const std::string& text) {
  // GnuTLS's API takes no const; it only reads.
  return {reinterpret_cast<unsigned char*>(const_cast<char*>(text.data())),
          static_cast<unsigned>(text.size())};
}

// The address of a name of the kind IP as Go prints it.
std::string address_text(const std::string& bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = bytes.size() == sizeof(in_addr) ? AF_INET : AF_INET6;
  const bool known = bytes.size() == sizeof(in_addr) || bytes.size() == sizeof(in6_addr);
  if (!known || inet_ntop(family, bytes.data(), text.data(), text.size()) == nullptr) return {};
  return text.data();
}

// Collects findings about one configuration.
class Loader {
 public:
  explicit Loader(std::string path) : path_(std::move(path)) {}

  void fail(std::string message, std::string hint = {}) {
    errors_.push_back(util::error_about(path_, std::move(message), std::move(hint)));
  }

  // The PEM text, from the configuration itself or from the file that it names.
  std::string pem(const char* key, const std::string& text, const std::string& file) {
    if (file.empty()) return text;
    std::ifstream in(file, std::ios::binary);
    std::string out;
    if (in) out.assign(std::istreambuf_iterator<char>(in), {});
    if (!in.is_open() || in.bad()) {
      fail(fmt::format("cannot read {} '{}': {}", key, file, util::errno_text(errno)));
    } else if (out.empty() || out.size() > kMostPem) {
      fail(fmt::format("{} '{}' {}", key, file, out.empty() ? "is empty" : "is larger than 1 MiB"));
    }
    return out;
  }

  bool ok() const { return errors_.empty(); }
  util::Diagnostics take() { return std::move(errors_); }

 private:
  std::string path_;
  util::Diagnostics errors_;
};

}  // namespace

// GnuTLS knows ciphers and key exchanges, not Go's suites: a list allows every combination of the ciphers in
// it with ECDHE, and the certificate decides between RSA and ECDSA.
std::string tls_priority(const TlsConfig& config) {
  // TLS 1.3 has no CBC: with nothing else in the list, only older versions are left.
  const bool only_cbc = !config.cipher_suites.empty() &&
                        std::all_of(config.cipher_suites.begin(), config.cipher_suites.end(), is_cbc);
  std::string out = "NORMAL:-VERS-ALL";
  const auto add = [&out](const char* item) {
    if (out.find(item) == std::string::npos) out.append(":").append(item);
  };
  for (std::size_t i = 0; i < kVersions.size(); ++i) {
    const auto version = static_cast<TlsVersion>(i);
    if (version < config.min_version || version > config.max_version) continue;
    if (version == TlsVersion::k13 && only_cbc) continue;
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
      const auto* const found = std::find(kTlsCurves.begin(), kTlsCurves.end(), curve);
      add(kGroups[static_cast<std::size_t>(found - kTlsCurves.begin())]);
    }
  }
  if (config.prefer_server_ciphers) out += ":%SERVER_PRECEDENCE";
  return out;
}

TlsContext::TlsContext(const TlsConfig& config)
    : client_auth_(config.client_auth), allowed_sans_(config.client_allowed_sans) {
  gnutls_certificate_allocate_credentials(&credentials_);
}

TlsContext::~TlsContext() {
  gnutls_certificate_free_credentials(credentials_);
  if (priority_ != nullptr) gnutls_priority_deinit(priority_);
}

util::Result<std::shared_ptr<const TlsContext>> TlsContext::load(const TlsConfig& config,
                                                                 const std::string& config_path) {
  const std::shared_ptr<TlsContext> out(new TlsContext(config));
  Loader loader(config_path);
  const std::string cert = loader.pem("cert_file", config.cert, config.cert_file);
  const std::string key = loader.pem("key_file", config.key, config.key_file);
  const std::string ca = loader.pem("client_ca_file", config.client_ca, config.client_ca_file);
  if (!loader.ok()) return loader.take();

  const gnutls_datum_t cert_pem = datum(cert);
  const gnutls_datum_t key_pem = datum(key);
  const int pair =
      gnutls_certificate_set_x509_key_mem(out->credentials_, &cert_pem, &key_pem, GNUTLS_X509_FMT_PEM);
  if (pair < 0) {
    loader.fail(fmt::format("cannot use the certificate and its key: {}", gnutls_strerror(pair)),
                pair == GNUTLS_E_CERTIFICATE_KEY_MISMATCH
                    ? "the key belongs to another certificate"
                    : "both have to be PEM, the key without a password");
  }
  if (!ca.empty()) {
    const gnutls_datum_t ca_pem = datum(ca);
    if (gnutls_certificate_set_x509_trust_mem(out->credentials_, &ca_pem, GNUTLS_X509_FMT_PEM) <= 0) {
      loader.fail("there is no certificate in the client CA");
    }
  } else if (out->verifies() && gnutls_certificate_set_x509_system_trust(out->credentials_) <= 0) {
    loader.fail("this system has no CAs, and no client CA is given", "write client_ca_file: FILE");
  }
  const char* where = nullptr;
  const std::string priority = tls_priority(config);
  const int status = gnutls_priority_init(&out->priority_, priority.c_str(), &where);
  if (status < 0) {
    loader.fail(fmt::format("the TLS library cannot do that: {} in {}", gnutls_strerror(status), priority));
  }
  if (!loader.ok()) return loader.take();
  return std::shared_ptr<const TlsContext>(out);
}

bool TlsContext::verifies() const {
  return client_auth_ == ClientAuth::kVerifyIfGiven || client_auth_ == ClientAuth::kRequireAndVerify;
}

bool TlsContext::requires_certificate() const {
  return client_auth_ == ClientAuth::kRequireAny || client_auth_ == ClientAuth::kRequireAndVerify;
}

bool TlsContext::apply(gnutls_session_t session) const {
  const auto asked = requires_certificate() ? GNUTLS_CERT_REQUIRE : GNUTLS_CERT_REQUEST;
  gnutls_certificate_server_set_request(session,
                                        client_auth_ == ClientAuth::kNone ? GNUTLS_CERT_IGNORE : asked);
  // Clients show no certificate of a CA that is not in the list they are sent.
  if (!verifies()) gnutls_certificate_send_x509_rdn_sequence(session, 1);
  gnutls_session_set_ptr(session, const_cast<TlsContext*>(this));
  gnutls_session_set_verify_function(session, &TlsContext::verify);
  return gnutls_priority_set(session, priority_) == 0 &&
         gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials_) == 0;
}

// Called in the handshake, also when the client was asked for a certificate and has none; not 0 ends it.
int TlsContext::verify(gnutls_session_t session) noexcept {
  try {
    const auto& context = *static_cast<const TlsContext*>(gnutls_session_get_ptr(session));
    unsigned count = 0;
    if (gnutls_certificate_get_peers(session, &count) == nullptr || count == 0) {
      return context.requires_certificate() ? -1 : 0;
    }
    if (context.verifies()) {
      gnutls_typed_vdata_st purpose{};
      purpose.type = GNUTLS_DT_KEY_PURPOSE_OID;
      purpose.data = reinterpret_cast<unsigned char*>(const_cast<char*>(GNUTLS_KP_TLS_WWW_CLIENT));
      unsigned problems = 0;
      if (gnutls_certificate_verify_peers(session, &purpose, 1, &problems) < 0 || problems != 0) return -1;
    }
    return !context.allowed_sans_ || context.has_allowed_name(session) ? 0 : -1;
  } catch (...) {
    return -1;
  }
}

bool TlsContext::has_allowed_name(gnutls_session_t session) const {
  unsigned count = 0;
  const gnutls_datum_t* const chain = gnutls_certificate_get_peers(session, &count);
  gnutls_x509_crt_t crt = nullptr;
  gnutls_x509_crt_init(&crt);
  const std::unique_ptr<gnutls_x509_crt_int, decltype(&gnutls_x509_crt_deinit)> own(crt,
                                                                                    gnutls_x509_crt_deinit);
  if (chain == nullptr || count == 0 || gnutls_x509_crt_import(crt, chain, GNUTLS_X509_FMT_DER) < 0) {
    return false;
  }
  for (unsigned i = 0;; ++i) {
    std::array<char, 1024> name;
    std::size_t size = name.size();
    const int kind = gnutls_x509_crt_get_subject_alt_name(crt, i, name.data(), &size, nullptr);
    if (kind == GNUTLS_E_SHORT_MEMORY_BUFFER) continue;  // none of ours is so long
    if (kind < 0) return false;
    std::string text(name.data(), size);
    if (kind == GNUTLS_SAN_IPADDRESS) text = address_text(text);
    const bool comparable = kind == GNUTLS_SAN_DNSNAME || kind == GNUTLS_SAN_RFC822NAME ||
                            kind == GNUTLS_SAN_URI || kind == GNUTLS_SAN_IPADDRESS;
    if (comparable && std::find(allowed_sans_->begin(), allowed_sans_->end(), text) != allowed_sans_->end()) {
      return true;
    }
  }
}

}  // namespace routemeter::expose
