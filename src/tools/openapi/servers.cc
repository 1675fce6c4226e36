// SPDX-License-Identifier: Apache-2.0
#include "tools/openapi/servers.h"

#include <algorithm>
#include <utility>

#include "route/probe.h"
#include "util/printable.h"

namespace routemeter::openapi {
namespace {

struct ServerUrl {
  std::string text;
  bool varies = false;  // a variable in the path has several values, or none that is known
};

// "https://{region}.example.org/{version}" with the defaults of its variables.
ServerUrl with_defaults(const Value& server) {
  std::string_view url = text_member(&server, "url");
  const Value* variables = member(&server, "variables");
  ServerUrl out;
  while (!url.empty()) {
    const std::size_t open = std::min(url.find('{'), url.size());
    const std::size_t close = url.find('}', open);
    out.text += url.substr(0, open);
    if (close == std::string_view::npos) {
      out.text += url.substr(open);
      return out;
    }
    const Value* variable = member(variables, url.substr(open + 1, close - open - 1));
    const Value* values = member(variable, "enum");
    const std::string_view value = text_member(variable, "default");
    const bool in_path =
        out.text.find('/', out.text.find("://") == std::string::npos ? 0 : out.text.find("://") + 3) !=
        std::string::npos;
    out.varies =
        out.varies || (in_path && (value.empty() || (values != nullptr && values->items.size() > 1)));
    out.text += value.empty() ? url.substr(open, close + 1 - open) : value;
    url.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace

std::string clean_prefix(std::string_view text) {
  text = text.substr(0, text.find_first_of("?#"));
  if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) {
    text.remove_prefix(scheme + 1);
  }
  // A variable without a value in front is what stands for the host.
  const bool has_host = text.starts_with("//") || text.starts_with('{');
  if (has_host) text.remove_prefix(std::min(text.find('/', text.starts_with("//") ? 2 : 0), text.size()));
  while (text.starts_with("./")) text.remove_prefix(2);
  if (text == ".") text = "";
  while (!text.empty() && text.back() == '/') text.remove_suffix(1);
  if (text.empty()) return "";
  return route::decoded_path((text[0] == '/' ? "" : "/") + std::string(text));
}

std::optional<std::string> server_prefix(const Document& document, const Value* owner,
                                         util::Diagnostics& warnings) {
  if (owner == document.root.get() && member(owner, "swagger") != nullptr) {
    return clean_prefix(text_member(owner, "basePath"));
  }
  const Value* servers = member(owner, "servers");
  if (servers == nullptr || !servers->is_list() || servers->items.empty()) return std::nullopt;
  std::vector<std::string> prefixes;
  bool varies = false;
  for (const auto& server : servers->items) {
    const ServerUrl url = with_defaults(*server);
    std::string prefix = clean_prefix(url.text);
    if (url.varies && prefixes.empty()) varies = true;
    if (std::find(prefixes.begin(), prefixes.end(), prefix) == prefixes.end())
      prefixes.push_back(std::move(prefix));
  }
  const std::string taken = prefixes[0].empty() ? "'/'" : "'" + util::printable(prefixes[0], 80) + "'";
  constexpr const char* kHint =
      "say it with --prefix: what the URLs in the log begin with; --prefix / for nothing";
  if (prefixes.size() > 1) {
    std::string others;
    for (std::size_t i = 1; i < prefixes.size() && i < 4; ++i)
      others += (i == 1 ? "'" : ", '") + (prefixes[i].empty() ? "/" : util::printable(prefixes[i], 80)) + "'";
    warnings.push_back(warning_at(
        document, servers->at,
        "the servers have different paths: the first one's, " + taken + ", is taken, and not " + others,
        kHint));
  } else if (varies) {
    warnings.push_back(warning_at(document, servers->at,
                                  "the path of the server is variable; " + taken + " is taken", kHint));
  }
  return prefixes[0];
}

}  // namespace routemeter::openapi
