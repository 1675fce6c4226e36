// SPDX-License-Identifier: Apache-2.0
#include "expose/web_config/web_config.h"

#include <algorithm>
#include <span>
#include <utility>

#include "document/read_file.h"
#include "document/value_reader.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::expose {
namespace {

using document::describe;
using document::ValueReader;
using document::YamlNode;
using document::YamlPtr;

constexpr std::array<std::string_view, 4> kWebKeys = {"tls_server_config", "http_server_config",
                                                      "basic_auth_users", "rate_limit"};
constexpr std::array<std::string_view, 13> kTlsKeys = {"cert",
                                                       "cert_file",
                                                       "key",
                                                       "key_file",
                                                       "client_ca",
                                                       "client_ca_file",
                                                       "min_version",
                                                       "max_version",
                                                       "client_auth_type",
                                                       "client_allowed_sans",
                                                       "cipher_suites",
                                                       "curve_preferences",
                                                       "prefer_server_cipher_suites"};
constexpr std::array<std::string_view, 2> kHttpKeys = {"http2", "headers"};
constexpr std::array<std::string_view, 2> kRateKeys = {"interval", "burst"};
constexpr std::array<std::string_view, 5> kHeaders = {"Content-Security-Policy", "X-Frame-Options",
                                                      "X-Content-Type-Options", "X-XSS-Protection",
                                                      "Strict-Transport-Security"};
constexpr std::array<std::string_view, 2> kFrameOptions = {"deny", "sameorigin"};
constexpr std::array<std::string_view, 1> kContentTypeOptions = {"nosniff"};
constexpr std::array<std::string_view, 4> kVersions = {"TLS10", "TLS11", "TLS12", "TLS13"};
// In the order of ClientAuth; the last one is an old name of the third.
constexpr std::array<std::string_view, 6> kClientAuths = {"NoClientCert",
                                                          "RequestClientCert",
                                                          "RequireAnyClientCert",
                                                          "VerifyClientCertIfGiven",
                                                          "RequireAndVerifyClientCert",
                                                          "RequireClientCert"};
constexpr std::size_t kRequireClientCert = kClientAuths.size() - 1;

// A hash takes 2^cost rounds: with this one a first scrape waits for seconds, with the next ones for minutes.
constexpr std::uint32_t kMostCost = 16;
constexpr std::size_t kMostUsers = 1000;
constexpr std::uint64_t kMostBurst = 1'000'000;

constexpr double kYear = 366.0 * 86400 * 1e9;
constexpr std::size_t kBcryptLength = 60;
constexpr std::size_t kBcryptPrefix = 7;

struct DurationUnit {
  std::string_view name;
  double nanoseconds;
};
// A unit that begins like another one comes first.
constexpr DurationUnit kDurationUnits[] = {{"ns", 1},   {"us", 1e3}, {"µs", 1e3}, {"μs", 1e3},
                                           {"ms", 1e6}, {"s", 1e9},  {"m", 6e10}, {"h", 3.6e12}};

bool is_web_key(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string web_key_hint(std::string_view key, std::string_view where,
                         std::span<const std::string_view> /*known*/) {
  const auto belongs = [key](const char* to) { return fmt::format("'{}' belongs under '{}:'", key, to); };
  if (is_web_key(kHeaders, key)) return belongs("http_server_config: headers");
  if (where != "tls_server_config" && is_web_key(kTlsKeys, key)) return belongs("tls_server_config");
  if (where != "http_server_config" && is_web_key(kHttpKeys, key)) return belongs("http_server_config");
  return "";
}

class WebConfigLoader {
 public:
  WebConfigLoader(ValueReader& reader, const std::string& path) : reader_(reader) { config_.path = path; }

  WebConfig load(const YamlNode& root) {
    if (!root.is_map()) {
      reader_.wrong_type(root, "", "a map of 'key: value'");
      return config_;
    }
    for (const ValueReader::Entry& entry : reader_.entries(root, "", kWebKeys)) {
      if (entry.value->is_null()) continue;  // as in exporter-toolkit: a section with nothing in it
      if (entry.key == "tls_server_config") {
        load_tls(*entry.value);
      } else if (entry.key == "http_server_config") {
        load_http(*entry.value);
      } else if (entry.key == "basic_auth_users") {
        load_users(*entry.value);
      } else {
        load_rate_limit(*entry.value);
      }
    }
    return std::move(config_);
  }

 private:
  void load_tls(const YamlNode& node);
  void load_tls_key(const ValueReader::Entry& entry, TlsConfig& tls);
  void check_tls(const YamlNode& node, const TlsConfig& tls);
  void load_http(const YamlNode& node);
  void load_headers(const YamlNode& node);
  void load_users(const YamlNode& node);
  void load_rate_limit(const YamlNode& node);
  void load_words(const ValueReader::Entry& entry, std::span<const std::string_view> known,
                  std::vector<std::string_view>& out);

  ValueReader& reader_;
  WebConfig config_;
};

// What was read goes there; nothing was, when it is wrong.
template <typename Value>
void set(Value& out, std::optional<Value> value) {
  if (value) out = std::move(*value);
}

void WebConfigLoader::load_words(const ValueReader::Entry& entry, std::span<const std::string_view> known,
                                 std::vector<std::string_view>& out) {
  const std::vector<YamlPtr>* const items = reader_.list(*entry.value, entry.key);
  if (items == nullptr) return;
  for (const YamlPtr& item : *items) {
    const auto word = reader_.choice(*item, entry.key, known);
    if (word) out.push_back(known[*word]);
  }
}

void WebConfigLoader::load_tls_key(const ValueReader::Entry& entry, TlsConfig& tls) {
  const auto load_pem = [&](std::string& out) { set(out, reader_.non_empty(*entry.value, entry.key)); };
  const auto load_path = [&](std::string& out) {
    if (const auto path = reader_.non_empty(*entry.value, entry.key))
      out = document::beside(config_.path, *path);
  };
  const auto load_version = [&](TlsVersion& out) {
    const auto word = reader_.choice(*entry.value, entry.key, kVersions);
    if (word) out = static_cast<TlsVersion>(*word);
  };
  if (entry.key == "cert") return load_pem(tls.cert);
  if (entry.key == "key") return load_pem(tls.key);
  if (entry.key == "client_ca") return load_pem(tls.client_ca);
  if (entry.key == "cert_file") return load_path(tls.cert_file);
  if (entry.key == "key_file") return load_path(tls.key_file);
  if (entry.key == "client_ca_file") return load_path(tls.client_ca_file);
  if (entry.key == "min_version") return load_version(tls.min_version);
  if (entry.key == "max_version") return load_version(tls.max_version);
  if (entry.key == "cipher_suites") return load_words(entry, kCipherSuites, tls.cipher_suites);
  if (entry.key == "curve_preferences") return load_words(entry, kTlsCurves, tls.curves);
  if (entry.key == "client_auth_type") {
    const auto word = reader_.choice(*entry.value, entry.key, kClientAuths);
    if (word)
      tls.client_auth = *word < kRequireClientCert ? static_cast<ClientAuth>(*word) : ClientAuth::kRequireAny;
  } else if (entry.key == "client_allowed_sans") {
    const std::vector<YamlPtr>* const items = reader_.list(*entry.value, entry.key);
    if (items == nullptr) return;
    tls.client_allowed_sans.emplace();
    for (const YamlPtr& item : *items) {
      if (auto san = reader_.non_empty(*item, entry.key)) tls.client_allowed_sans->push_back(std::move(*san));
    }
  } else {
    set(tls.prefer_server_ciphers, reader_.boolean(*entry.value, entry.key));
  }
}

void WebConfigLoader::load_tls(const YamlNode& node) {
  TlsConfig tls;
  const std::size_t before = reader_.findings();
  for (const ValueReader::Entry& entry : reader_.entries(node, "tls_server_config", kTlsKeys)) {
    load_tls_key(entry, tls);
  }
  if (reader_.findings() == before) check_tls(node, tls);
  config_.tls = std::move(tls);
}

void WebConfigLoader::check_tls(const YamlNode& node, const TlsConfig& tls) {
  const auto check_pair = [&](const char* name, const std::string& text, const std::string& file,
                              bool needed) {
    const std::string both = fmt::format("'{0}' or '{0}_file'", name);
    if (needed && text.empty() && file.empty()) {
      reader_.error(node.at, fmt::format("TLS needs {}", both), fmt::format("write {}_file: FILE", name));
    }
    if (!text.empty() && !file.empty()) reader_.error(node.at, fmt::format("give either {}, not both", both));
  };
  check_pair("cert", tls.cert, tls.cert_file, true);
  check_pair("key", tls.key, tls.key_file, true);
  check_pair("client_ca", tls.client_ca, tls.client_ca_file, false);
  if (tls.min_version > tls.max_version) {
    reader_.error(node.at, "'min_version' is newer than 'max_version'");
  }
  const bool has_ca = !tls.client_ca.empty() || !tls.client_ca_file.empty();
  if (has_ca && tls.client_auth == ClientAuth::kNone) {
    reader_.error(node.at, "a client CA is given, but clients are not asked for certificates",
                  "write client_auth_type: RequireAndVerifyClientCert");
  }
  if (tls.client_allowed_sans && tls.client_auth != ClientAuth::kRequireAny &&
      tls.client_auth != ClientAuth::kRequireAndVerify) {
    reader_.error(node.at, "'client_allowed_sans' is given, but clients need no certificate",
                  "write client_auth_type: RequireAndVerifyClientCert");
  }
}

void WebConfigLoader::load_http(const YamlNode& node) {
  for (const ValueReader::Entry& entry : reader_.entries(node, "http_server_config", kHttpKeys)) {
    if (entry.key == "headers") {
      if (!entry.value->is_null()) load_headers(*entry.value);
    } else {
      reader_.boolean(*entry.value, entry.key);  // checked only: this server speaks HTTP/1.1
    }
  }
}

void WebConfigLoader::load_headers(const YamlNode& node) {
  for (const ValueReader::Entry& entry : reader_.entries(node, "headers", kHeaders)) {
    if (entry.key == "X-Frame-Options" || entry.key == "X-Content-Type-Options") {
      const std::span<const std::string_view> words = entry.key == "X-Frame-Options"
                                                          ? std::span<const std::string_view>(kFrameOptions)
                                                          : kContentTypeOptions;
      const auto word = reader_.choice(*entry.value, entry.key, words);
      if (word) config_.headers.emplace_back(entry.key, words[*word]);
      continue;
    }
    auto value = reader_.text(*entry.value, entry.key);
    if (!value || value->empty()) continue;
    if (std::any_of(value->begin(), value->end(),
                    [](char c) { return (c >= 0 && c < ' ') || c == '\x7F'; })) {
      reader_.error(entry.value->at, fmt::format("a control character in the header '{}'", entry.key),
                    "write the value in one line");
      continue;
    }
    config_.headers.emplace_back(entry.key, std::move(*value));
  }
}

void WebConfigLoader::load_users(const YamlNode& node) {
  const std::string hint = "make one with: htpasswd -nBC 10 NAME";
  for (const ValueReader::Entry& entry : reader_.entries(node, "basic_auth_users", {})) {
    const std::string user = fmt::format("the user '{}'", entry.key);
    if (entry.key.find(':') != std::string_view::npos) {
      reader_.error(entry.key_node->at, "a user name cannot have a ':'");
      continue;
    }
    const auto cost = entry.value->is_scalar() ? bcrypt_cost(entry.value->text) : std::nullopt;
    if (!cost) {
      reader_.error(entry.key_node->at, fmt::format("{} has no bcrypt hash", user), hint);
    } else if (*cost < 4 || *cost > kMostCost) {
      reader_.error(entry.key_node->at,
                    fmt::format("{} has a bcrypt hash of cost {}, not 4 to {}", user, *cost, kMostCost),
                    hint);
    } else {
      config_.users.emplace(entry.key, entry.value->text);
    }
  }
  if (config_.users.size() > kMostUsers) {
    reader_.error(node.at, fmt::format("more than {} users", kMostUsers));
  }
}

void WebConfigLoader::load_rate_limit(const YamlNode& node) {
  const std::size_t before = reader_.findings();
  for (const ValueReader::Entry& entry : reader_.entries(node, "rate_limit", kRateKeys)) {
    if (entry.key == "burst") {
      set(config_.rate_limit.burst, reader_.integer(*entry.value, entry.key, 0, kMostBurst));
      continue;
    }
    const auto text = reader_.text(*entry.value, entry.key);
    const auto interval = text ? parse_duration(*text) : std::nullopt;
    if (interval) config_.rate_limit.interval = *interval;
    if (text && !interval) {
      reader_.error(entry.value->at, fmt::format("{} is no duration", describe(*entry.value)),
                    "write 1s, 100ms or 1m30s");
    }
  }
  if (reader_.findings() == before && config_.rate_limit.interval.count() > 0 &&
      config_.rate_limit.burst == 0) {
    reader_.error(node.at, "a rate limit with 'burst: 0' lets no request pass", "write burst: 1 or more");
  }
}

// Findings show the line they are in; they go to logs, where a hash has no business.
util::Diagnostics without_hashes(util::Diagnostics findings) {
  for (util::Diagnostic& finding : findings) {
    std::string& line = finding.source_line;
    const std::size_t hash = line.find("$2");
    if (hash != std::string::npos) line.replace(hash, std::string::npos, "...");
  }
  return findings;
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  if (text == "0") return std::chrono::nanoseconds(0);
  double total = 0;
  bool any = false;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find_first_not_of("0123456789."), text.size());
    const auto number = util::to_number<double>(text.substr(0, length));
    if (!number) return std::nullopt;
    text.remove_prefix(length);
    const auto* const unit = std::find_if(std::begin(kDurationUnits), std::end(kDurationUnits),
                                          [text](const DurationUnit& u) { return text.starts_with(u.name); });
    if (unit == std::end(kDurationUnits)) return std::nullopt;
    text.remove_prefix(unit->name.size());
    total += *number * unit->nanoseconds;
    any = true;
  }
  if (!any || total > kYear) return std::nullopt;
  return std::chrono::nanoseconds(static_cast<std::int64_t>(total));
}

std::optional<std::uint32_t> bcrypt_cost(std::string_view hash) {
  if (hash.size() != kBcryptLength || !hash.starts_with("$2") || hash[3] != '$' || hash[6] != '$' ||
      std::string_view("aby").find(hash[2]) == std::string_view::npos || !util::is_digit(hash[4]) ||
      !util::is_digit(hash[5])) {
    return std::nullopt;
  }
  const std::string_view rest = hash.substr(kBcryptPrefix);
  const bool clean =
      std::all_of(rest.begin(), rest.end(), [](char c) { return util::is_alnum(c) || c == '.' || c == '/'; });
  if (!clean) return std::nullopt;
  return static_cast<std::uint32_t>((hash[4] - '0') * 10 + (hash[5] - '0'));
}

util::Result<WebConfig> parse_web_config(std::string_view text, const std::string& path) {
  util::SourceText source{path, {}};
  const auto tree = document::read_yaml(text, source);
  if (!tree) return without_hashes(tree.errors());
  if (*tree == nullptr) return WebConfig{path, {}, {}, {}, {}};
  ValueReader reader(source, web_key_hint);
  WebConfig out = WebConfigLoader(reader, path).load(**tree);
  util::Diagnostics errors = reader.take();
  if (!errors.empty()) return without_hashes(std::move(errors));
  return out;
}

util::Result<WebConfig> load_web_config(const std::string& path) {
  const auto text = document::read_file(path, "web configuration file");
  if (!text) return text.errors();
  return parse_web_config(*text, path);
}

}  // namespace routemeter::expose
