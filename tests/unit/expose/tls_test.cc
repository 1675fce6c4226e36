// SPDX-License-Identifier: Apache-2.0
#include "expose/listen/tls.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "expose/http/http_server.h"
#include "unit/expose/tls_client.h"

using routemeter::expose::ClientAuth;
using routemeter::expose::HttpOptions;
using routemeter::expose::HttpRequest;
using routemeter::expose::HttpServer;
using routemeter::expose::Respond;
using routemeter::expose::Response;
using routemeter::expose::serve_http;
using routemeter::expose::tls_priority;
using routemeter::expose::TlsConfig;
using routemeter::expose::TlsVersion;
using routemeter::expose::WebConfig;
using routemeter::test::Certificate;
using routemeter::test::Client;
using routemeter::test::get;
using routemeter::test::listening;
using routemeter::test::TlsClient;
using namespace std::chrono_literals;

namespace {

const std::string kBig(3'000'000, 'x');

// A server whose configuration a test may change, in a folder of its own.
class Web {
 public:
  Web() {
    char path[] = "/tmp/routemeter-tls-XXXXXX";
    if (mkdtemp(path) == nullptr) throw std::runtime_error("mkdtemp");
    folder_ = path;
    write("web.yml", "");
    config.path = file("web.yml");
  }
  Web(const Web&) = delete;
  Web& operator=(const Web&) = delete;
  ~Web() {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string file(const std::string& name) const { return folder_ + "/" + name; }
  void write(const std::string& name, const std::string& content) const {
    std::ofstream(file(name), std::ios::binary) << content;
  }
  // As deployments do it: a new file takes the name of the old one.
  void replace(const std::string& name, const std::string& content) const {
    write(name + ".new", content);
    std::filesystem::rename(file(name + ".new"), file(name));
  }
  void use(const Certificate& cert) {
    write("cert.pem", cert.pem());
    write("key.pem", cert.key_pem());
    config.tls.emplace();
    config.tls->cert_file = file("cert.pem");
    config.tls->key_file = file("key.pem");
  }

  routemeter::util::Diagnostics start() {
    HttpOptions options;
    options.web.load = [this]() -> routemeter::util::Result<WebConfig> {
      const std::lock_guard lock(mutex);
      return config;
    };
    options.web.on_change = [this](const routemeter::util::Diagnostics& findings) {
      const std::lock_guard lock(mutex);
      changes_.push_back(findings.empty() ? "ok" : findings[0].message);
    };
    const auto page = [](const std::string& text) {
      Response out;
      out.body = std::make_shared<const std::string>(text);
      return [out](const HttpRequest&, const Respond& respond) { respond(out); };
    };
    auto made = serve_http(listening({"127.0.0.1:0"}), {{"/", page("home")}, {"/big", page(kBig)}}, options);
    if (!made) return made.errors();
    server_ = std::move(*made);
    return {};
  }
  std::string at() const { return server_->addresses()[0]; }

  // Wakes the server until it has looked at its files again and reported.
  std::string next_change() {
    const auto end = std::chrono::steady_clock::now() + 120s;
    while (std::chrono::steady_clock::now() < end) {
      { const Client wakes(at()); }
      std::this_thread::sleep_for(20ms);
      const std::lock_guard lock(mutex);
      if (changes_.empty()) continue;
      const std::string out = changes_.front();
      changes_.erase(changes_.begin());
      return out;
    }
    return "no change";
  }

  WebConfig config;
  std::mutex mutex;

 private:
  std::string folder_;
  std::vector<std::string> changes_;
  std::unique_ptr<HttpServer> server_;
};

void must_start(Web& web) {
  const auto errors = web.start();
  if (!errors.empty()) FAIL(errors[0].message << ' ' << errors[0].hint);
}

int status_of(const Web& web, const Certificate* client, const Certificate& ca) {
  TlsClient tls(web.at(), {&ca, client, "NORMAL"});
  return tls.get("/");
}

}  // namespace

TEST_CASE("TLS: pages, keep-alive, and plain clients") {
  const Certificate ca("CA");
  Web web;
  web.use(Certificate("server", ca, "DNS:localhost"));
  must_start(web);
  TlsClient client(web.at(), {&ca, nullptr, "NORMAL"});
  REQUIRE(client.connected());
  CHECK(client.version() == "TLS1.3");
  std::string body;
  for (int i = 0; i < 5; ++i) CHECK(client.get("/", &body) == 200);
  CHECK(body == "home");
  CHECK(client.get("/big", &body) == 200);
  CHECK(body == kBig);
  CHECK(client.get("/nowhere") == 404);
  CHECK(get(web.at(), "/").status != 200);  // whoever speaks HTTP on a TLS port gets nowhere
  CHECK(TlsClient(web.at(), {&ca, nullptr, "NORMAL:-VERS-ALL:+VERS-TLS1.2"}).version() == "TLS1.2");
  CHECK_FALSE(TlsClient(web.at(), {&ca, nullptr, "NORMAL:-VERS-ALL:+VERS-TLS1.1:%COMPAT"}).connected());
}

TEST_CASE("TLS versions and ciphers as configured") {
  const Certificate ca("CA");
  struct Case {
    TlsVersion min, max;
    std::vector<std::string_view> suites;
    std::string client;   // priority
    std::string version;  // "" = refused
    std::string cipher;
  };
  for (const Case& c : {
           Case{TlsVersion::k13, TlsVersion::k13, {}, "NORMAL:-VERS-ALL:+VERS-TLS1.2", "", ""},
           Case{TlsVersion::k12, TlsVersion::k12, {}, "NORMAL", "TLS1.2", ""},
           Case{TlsVersion::k12,
                TlsVersion::k13,
                {"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"},
                "NORMAL",
                "TLS1.3",
                "CHACHA20-POLY1305"},
           Case{TlsVersion::k12,
                TlsVersion::k13,
                {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
                "NORMAL:-VERS-ALL:+VERS-TLS1.2",
                "TLS1.2",
                "AES-128-GCM"},
           Case{TlsVersion::k12,
                TlsVersion::k13,
                {"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"},
                "NORMAL",
                "TLS1.2",
                "AES-256-CBC"},
           Case{TlsVersion::k12,
                TlsVersion::k12,
                {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
                "NORMAL:-CIPHER-ALL:+AES-256-GCM",
                "",
                ""},
       }) {
    Web web;
    web.use(Certificate("server", ca, "DNS:localhost"));
    web.config.tls->min_version = c.min;
    web.config.tls->max_version = c.max;
    web.config.tls->cipher_suites = c.suites;
    INFO(tls_priority(*web.config.tls) << " with " << c.client);
    must_start(web);
    TlsClient client(web.at(), {&ca, nullptr, c.client});
    CHECK(client.connected() == !c.version.empty());
    if (!client.connected()) continue;
    CHECK(client.get("/") == 200);
    CHECK(client.version() == c.version);
    if (!c.cipher.empty()) CHECK(client.cipher() == c.cipher);
  }
}

TEST_CASE("every cipher suite and curve by name is one that the library knows") {
  TlsConfig config;
  for (const std::string_view suite : routemeter::expose::kCipherSuites)
    config.cipher_suites.push_back(suite);
  for (const std::string_view curve : routemeter::expose::kTlsCurves) config.curves.push_back(curve);
  config.min_version = TlsVersion::k10;
  const Certificate ca("CA");
  config.cert = ca.pem();
  config.key = ca.key_pem();
  CHECK(routemeter::expose::TlsContext::load(config, "web.yml"));
  CHECK(tls_priority(config) ==
        "NORMAL:-VERS-ALL:+VERS-TLS1.0:+VERS-TLS1.1:+VERS-TLS1.2:+VERS-TLS1.3:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA"
        ":-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-CBC:+AES-256-CBC"
        ":-GROUP-ALL:+GROUP-SECP256R1:+GROUP-SECP384R1:+GROUP-SECP521R1:+GROUP-X25519:%SERVER_PRECEDENCE");
}

TEST_CASE("client certificates, by policy") {
  const Certificate ca("CA");
  const Certificate clients("clients' CA");
  const Certificate good("client", clients, "DNS:prometheus.example.org", true);
  const Certificate foreign("client", ca, "", true);
  const Certificate wrong_purpose("client", clients, "", false);
  struct Case {
    ClientAuth policy;
    int without, with_good, with_foreign;
  };
  for (const Case& c :
       {Case{ClientAuth::kNone, 200, 200, 200}, Case{ClientAuth::kRequest, 200, 200, 200},
        Case{ClientAuth::kRequireAny, 0, 200, 200}, Case{ClientAuth::kVerifyIfGiven, 200, 200, 0},
        Case{ClientAuth::kRequireAndVerify, 0, 200, 0}}) {
    Web web;
    web.use(Certificate("server", ca, "DNS:localhost"));
    web.config.tls->client_auth = c.policy;
    if (c.policy != ClientAuth::kNone) web.config.tls->client_ca = clients.pem();
    must_start(web);
    INFO(static_cast<int>(c.policy));
    CHECK(status_of(web, nullptr, ca) == c.without);
    CHECK(status_of(web, &good, ca) == c.with_good);
    CHECK(status_of(web, &foreign, ca) == c.with_foreign);
    if (c.policy == ClientAuth::kRequireAndVerify) CHECK(status_of(web, &wrong_purpose, ca) == 0);
  }
}

TEST_CASE("client certificates, by name") {
  const Certificate ca("CA");
  struct Case {
    std::string san;
    bool allowed;
  };
  for (const Case& c :
       {Case{"DNS:prometheus.example.org", true}, Case{"DNS:other.example.org", false}, Case{"", false},
        Case{"IP:10.1.2.3", true}, Case{"IP:10.1.2.4", false}, Case{"URI:spiffe://a/b", true},
        Case{"URI:spiffe://a", false}, Case{"DNS:10.1.2.3", true}}) {
    Web web;
    web.use(Certificate("server", ca, "DNS:localhost"));
    web.config.tls->client_auth = ClientAuth::kRequireAndVerify;
    web.config.tls->client_ca = ca.pem();
    web.config.tls->client_allowed_sans = {"prometheus.example.org", "10.1.2.3", "spiffe://a/b"};
    must_start(web);
    INFO(c.san);
    const Certificate client("client", ca, c.san, true);
    CHECK(status_of(web, &client, ca) == (c.allowed ? 200 : 0));
  }
}

TEST_CASE("a certificate that cannot be used ends the start, with the reason") {
  const Certificate ca("CA");
  const Certificate other("other");
  struct Case {
    std::function<void(Web&)> spoil;
    std::string message;
  };
  for (const Case& c : {
           Case{[](Web& w) { std::filesystem::remove(w.file("cert.pem")); }, "cannot read cert_file '"},
           Case{[](Web& w) { w.write("key.pem", ""); }, "key_file '"},
           Case{[](Web& w) { w.write("cert.pem", "nonsense"); }, "cannot use the certificate and its key: "},
           Case{[&](Web& w) { w.write("key.pem", other.key_pem()); },
                "cannot use the certificate and its key: The certificate and the given key do not match."},
           Case{[](Web& w) {
                  w.config.tls->client_auth = ClientAuth::kRequireAndVerify;
                  w.config.tls->client_ca = "nothing in here";
                },
                "there is no certificate in the client CA"},
       }) {
    Web web;
    web.use(Certificate("server", ca, "DNS:localhost"));
    c.spoil(web);
    const auto errors = web.start();
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].message.starts_with(c.message));
    CHECK(errors[0].file == web.config.path);
  }
}

TEST_CASE("a new certificate comes into force without a restart, a broken one does not") {
  const Certificate old_ca("old CA");
  const Certificate new_ca("new CA");
  Web web;
  web.use(Certificate("server", old_ca, "DNS:localhost"));
  must_start(web);
  TlsClient kept(web.at(), {&old_ca, nullptr, "NORMAL"});
  CHECK(kept.get("/") == 200);

  const Certificate renewed("server", new_ca, "DNS:localhost");
  web.replace("cert.pem", renewed.pem());  // the key is yet to come
  CHECK(web.next_change() ==
        "cannot use the certificate and its key: The certificate and the given key do not match.");
  CHECK(status_of(web, nullptr, old_ca) == 200);
  web.replace("key.pem", renewed.key_pem());
  CHECK(web.next_change() == "ok");
  CHECK(status_of(web, nullptr, new_ca) == 200);
  CHECK(status_of(web, nullptr, old_ca) == 0);
  CHECK(kept.get("/") == 0);  // it was idle, and has to connect again
  // Told of once, whatever happens meanwhile.
  std::this_thread::sleep_for(1100ms);
  { const Client wakes(web.at()); }
  std::this_thread::sleep_for(100ms);
  CHECK(status_of(web, nullptr, new_ca) == 200);
}

TEST_CASE("TLS is switched on and off by its configuration file") {
  const Certificate ca("CA");
  Web web;
  must_start(web);
  CHECK(get(web.at(), "/").body == "home");
  {
    const std::lock_guard lock(web.mutex);
    web.use(Certificate("server", ca, "DNS:localhost"));
  }
  web.write("web.yml", "# tls\n");
  CHECK(web.next_change() == "ok");
  CHECK(status_of(web, nullptr, ca) == 200);
  CHECK(get(web.at(), "/").status != 200);
  {
    const std::lock_guard lock(web.mutex);
    web.config.tls.reset();
  }
  web.write("web.yml", "");
  CHECK(web.next_change() == "ok");
  CHECK(get(web.at(), "/").body == "home");
}

TEST_CASE("half a handshake delays nobody, and is cut") {
  const Certificate ca("CA");
  Web web;
  web.use(Certificate("server", ca, "DNS:localhost"));
  must_start(web);
  std::vector<Client> half;
  for (int i = 0; i < 300; ++i) {
    half.emplace_back(web.at());
    half.back().send_text(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));
  }
  for (int i = 0; i < 10; ++i) CHECK(status_of(web, nullptr, ca) == 200);
  CHECK(half[0].closed());  // after the 5 s that a head has
}
