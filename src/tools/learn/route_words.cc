// SPDX-License-Identifier: Apache-2.0
#include "tools/learn/route_words.h"

#include <algorithm>
#include <cstddef>

#include "util/ascii.h"

namespace routemeter::learn {
namespace {

template <std::size_t N>
bool in(const std::string_view (&words)[N], std::string_view word) {
  return std::ranges::find(words, word) != std::end(words);
}

constexpr std::string_view kRouteWords[] = {
    "activate",     "active",  "add",     "all",      "apply",     "approve",  "archive",  "assign",
    "autocomplete", "avatar",  "batch",   "bulk",     "calendar",  "callback", "cancel",   "change",
    "check",        "clone",   "close",   "compare",  "complete",  "config",   "confirm",  "copy",
    "count",        "create",  "current", "default",  "delete",    "details",  "disable",  "download",
    "edit",         "enable",  "events",  "export",   "favorites", "featured", "feed",     "filter",
    "health",       "history", "import",  "index",    "info",      "invite",   "latest",   "list",
    "login",        "logout",  "me",      "metrics",  "mine",      "new",      "overview", "ping",
    "popular",      "preview", "profile", "publish",  "query",     "random",   "recent",   "refresh",
    "register",     "reject",  "reload",  "remove",   "report",    "reset",    "restore",  "retry",
    "run",          "save",    "schema",  "search",   "self",      "send",     "settings", "share",
    "signup",       "start",   "stats",   "status",   "stop",      "stream",   "submit",   "subscribe",
    "suggest",      "summary", "sync",    "test",     "toggle",    "token",    "top",      "trending",
    "unsubscribe",  "update",  "upload",  "validate", "verify",    "version",  "view",     "webhook"};

constexpr std::string_view kSelfWords[] = {"all", "current", "me", "mine", "new", "self"};

constexpr std::string_view kContainers[] = {
    "account",    "accounts",     "admin",    "ajax",    "analytics", "app",         "auth",    "backend",
    "backoffice", "catalog",      "cgi-bin",  "console", "dashboard", "debug",       "dev",     "docs",
    "help",       "integrations", "internal", "legal",   "manage",    "management",  "me",      "metrics",
    "monitoring", "my",           "oauth",    "oauth2",  "ops",       "preferences", "private", "public",
    "reports",    "rpc",          "secure",   "self",    "services",  "settings",    "sso",     "statistics",
    "stats",      "system",       "tools",    "utils",   "webhooks",  "widgets"};

constexpr std::string_view kNotPlural[] = {
    "access", "address", "aws",    "analysis", "business", "bus",     "css",   "dns",      "gas",
    "gps",    "https",   "js",     "ios",      "os",       "news",    "press", "previous", "progress",
    "rss",    "process", "series", "sms",      "status",   "success", "tls",   "ws",       "windows"};
constexpr std::string_view kIrregular[] = {"children", "data", "feet", "media", "men", "people", "women"};

constexpr std::string_view kLanguages[] = {"ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et",
                                           "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it", "ja", "ko",
                                           "lt", "lv", "ms", "nb", "nl", "nn", "no", "pl", "pt", "ro", "ru",
                                           "sk", "sl", "sr", "sv", "th", "tr", "uk", "vi", "zh"};

constexpr std::string_view kScannerWords[] = {
    ".aws",      ".bash_history", ".DS_Store", ".docker", ".env",    ".git",  ".hg", ".htaccess",
    ".htpasswd", ".kube",         ".ssh",      ".svn",    ".vscode", ".idea", "..",  "wp-config.php"};

}  // namespace

bool is_route_word(std::string_view word) { return in(kRouteWords, word); }

bool is_self_word(std::string_view word) { return in(kSelfWords, word); }

bool is_plural(std::string_view word) {
  if (in(kIrregular, word)) return true;
  return word.size() >= 4 && word.back() == 's' && word[word.size() - 2] != 's' && !in(kNotPlural, word) &&
         !in(kContainers, word);
}

bool is_service_prefix(std::string_view word) {
  if (word == "rest" || word == "graphql") return true;
  const bool api = word.starts_with("api");  // api, api3, api-v2
  if (api) word.remove_prefix(word.size() > 3 && word[3] == '-' ? 4 : 3);
  if (word.empty()) return api;
  const bool version = word[0] == 'v';
  if (!api && !version) return false;
  if (version) word.remove_prefix(1);
  return !word.empty() && util::is_digit(word[0]) && word.size() <= 6 &&
         word.find_first_not_of("0123456789._abehlpt") == std::string_view::npos;  // v1, v2.1, v2beta1
}

bool is_container(std::string_view word) { return in(kContainers, word) || is_service_prefix(word); }

bool is_locale(std::string_view word) {
  if (word.size() < 2 || !in(kLanguages, word.substr(0, 2))) return false;
  if (word.size() == 2) return true;
  if (word[2] != '-' && word[2] != '_') return false;
  const std::string_view region = word.substr(3);
  if (region.size() == 4) return region == "Hans" || region == "Hant" || region == "Latn" || region == "Cyrl";
  return region.size() == 2 &&
         (std::ranges::all_of(region, util::is_upper) || std::ranges::all_of(region, util::is_lower));
}

bool looks_like_value(std::string_view word) {
  std::size_t digits = 0, separators = 0, upper = 0, other = 0;
  for (const char c : word) {
    digits += util::is_digit(c);
    separators += c == '-' || c == '_' || c == '+' || c == '.' || c == ',';
    upper += util::is_upper(c);
    other +=
        static_cast<unsigned char>(c) >= 0x80 || c == '@' || c == '~' || c == '(' || c == '\'' || c == '!';
  }
  return (!word.empty() && util::is_digit(word[0])) || separators >= 2 || digits >= 2 || other > 0 ||
         (upper > 0 && (digits > 0 || separators > 0)) || (separators > 0 && digits > 0);
}

bool is_surely_value(std::string_view word) {
  std::size_t separators = 0, other = 0;
  for (const char c : word) {
    separators += c == '-' || c == '_' || c == '+' || c == ',';
    other += static_cast<unsigned char>(c) >= 0x80;
  }
  return separators >= 4 || other * 2 >= word.size();
}

bool is_plain_word(std::string_view word) { return std::ranges::all_of(word, util::is_alpha); }

bool is_scanner_word(std::string_view word) { return in(kScannerWords, word) || word.starts_with(".env."); }

std::string singular_of(std::string_view word) {
  std::string out;
  for (const char c : word) {
    if (util::is_upper(c)) {
      if (!out.empty() && out.back() != '_' && !util::is_upper(word[out.size() - 1])) out += '_';
      out += util::to_lower(c);
    } else {
      out += util::is_lower(c) || util::is_digit(c) ? c : '_';
    }
  }
  out.erase(0, std::min(out.find_first_not_of("_0123456789"), out.size()));
  const auto ends = [&](std::string_view end) { return out.size() > end.size() && out.ends_with(end); };
  if (out == "people") return "person";
  if (out == "children") return "child";
  if (out == "movies" || out == "cookies") return out.substr(0, out.size() - 1);
  if (!is_plural(out)) return out;
  if (ends("ies") && out.size() > 4) {
    out.replace(out.size() - 3, 3, "y");
  } else if (ends("sses") || ends("xes") || ends("ches") || ends("shes") || ends("zes")) {
    out.resize(out.size() - 2);
  } else if (ends("s")) {
    out.pop_back();
  }
  return out;
}

}  // namespace routemeter::learn
