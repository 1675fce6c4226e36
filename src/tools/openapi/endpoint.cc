// SPDX-License-Identifier: Apache-2.0
#include "tools/openapi/endpoint.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "route/probe.h"
#include "rules/load_context.h"
#include "tools/openapi/document.h"
#include "util/ascii.h"
#include "util/printable.h"
#include "util/words.h"

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
    const std::size_t scheme = out.text.find("://");
    const std::size_t host = scheme == std::string::npos ? 0 : scheme + 3;
    const bool in_path = util::contains(std::string_view(out.text).substr(host), "/");
    out.varies = out.varies || (in_path && (value.empty() || items_of(values).size() > 1));
    out.text += value.empty() ? url.substr(open, close + 1 - open) : value;
    url.remove_prefix(close + 1);
  }
  return out;
}

// The operations of a path item, in the order in which rules have them. Its other keys (parameters, summary,
// servers, x-...) are no methods.
constexpr std::array<std::string_view, 9> kMethods = {"GET",    "HEAD",    "POST",  "PUT",  "PATCH",
                                                      "DELETE", "OPTIONS", "TRACE", "QUERY"};

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = util::is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

std::string shown(std::string_view path) { return util::quoted(path, 100); }

struct Operation {
  std::string method;
  const Value* value = nullptr;
};

// The operations of `item` itself, of what its YAML merge keys stand for, and OpenAPI 3.2's further ones.
void collect_operations(const Value& item, int depth, std::vector<Operation>& out) {
  if (!item.is_map() || depth > kMaxRefs) return;
  const auto add = [&out](std::string method, const Value& value) {
    if (value.is_map() && std::ranges::count(out, method, &Operation::method) == 0)
      out.push_back({std::move(method), &value});
  };
  for (const auto& [key, value] : item.entries) {
    std::string word = upper(key->text);
    if (std::ranges::find(kMethods, word) != kMethods.end()) {
      add(std::move(word), *value);
    } else if (key->text == "additionalOperations") {
      for (const auto& [method, operation] : value->entries) {
        if (rules::is_token(method->text)) add(upper(method->text), *operation);
      }
    } else if (key->text == "<<") {
      collect_operations(*value, depth + 1, out);
      for (const auto& part : value->items) collect_operations(*part, depth + 1, out);
    }
  }
}

void collect_samples(const Document& document, const Value* parameters, Samples& out) {
  for (const auto& item : items_of(parameters)) {
    const Value* parameter = follow(document, item.get());
    const std::string_view name = text_member(parameter, "name");
    if (text_member(parameter, "in") == "path" && std::ranges::count(out, name, &Sample::first) == 0)
      out.emplace_back(name, sample_values(document, *parameter));
  }
}

// `path` without its query and fragment, which some documents keep operations apart by. Braces may hold a
// '?'.
std::string_view without_query(std::string_view path) {
  int depth = 0;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '{') ++depth;
    if (path[i] == '}') --depth;
    if (depth <= 0 && (path[i] == '?' || path[i] == '#')) return path.substr(0, i);
  }
  return path;
}

// Sorts methods as people write them. Documents have them in no order that means anything, and FastAPI's even
// change it from run to run.
void order_methods(std::vector<std::string>& methods) {
  std::ranges::sort(methods, {}, [](const std::string& method) {
    return std::pair(std::ranges::find(kMethods, method), method);
  });
}

class Reader {
 public:
  Reader(const Document& document, const ImportOptions& options, util::Diagnostics& warnings)
      : document_(document), options_(options), warnings_(warnings) {}

  std::vector<Endpoint> run() {
    prefix_ = prefix_of(document_.root.get()).value_or("");
    for (const auto& [key, item] : entries_of(member(document_.root.get(), "paths"))) {
      if (key->is_scalar() && !key->text.starts_with("x-")) read_path(*key, *item);
    }
    for (Endpoint& endpoint : endpoints_) order_methods(endpoint.methods);
    return std::move(endpoints_);
  }

 private:
  void warn(util::Position at, std::string message, std::string hint = "") {
    warnings_.push_back(warning_at(document_, at, std::move(message), std::move(hint)));
  }

  // The path that the servers of `owner` (the document, a path or an operation) put before paths, or the
  // basePath of Swagger 2: "/api/v1", or "" when requests have the paths as they are. Absent: `owner` has
  // neither. Servers that disagree are a warning; the first one is taken.
  std::optional<std::string> prefix_of(const Value* owner) {
    if (options_.prefix) return std::string();
    if (owner == document_.root.get() && member(owner, "swagger") != nullptr)
      return clean_prefix(text_member(owner, "basePath"));
    const Value* servers = member(owner, "servers");
    if (items_of(servers).empty()) return std::nullopt;
    std::vector<std::string> prefixes;  // each once
    for (const auto& server : servers->items) {
      std::string prefix = clean_prefix(with_defaults(*server).text);
      if (std::ranges::count(prefixes, prefix) == 0) prefixes.push_back(std::move(prefix));
    }
    const auto as_path = [](const std::string& prefix) {
      return util::quoted(prefix.empty() ? "/" : prefix, 80);
    };
    constexpr const char* kHint =
        "say it with --prefix: what the URLs in the log begin with; --prefix / for nothing";
    const std::string taken = as_path(prefixes[0]);
    if (prefixes.size() > 1) {
      std::vector<std::string> others;
      for (std::size_t i = 1; i < prefixes.size() && i < 4; ++i) others.push_back(as_path(prefixes[i]));
      warn(servers->at,
           fmt::format("the servers have different paths: the first one's, {}, is taken, and not {}", taken,
                       util::joined(others)),
           kHint);
    } else if (with_defaults(*servers->items[0]).varies) {
      warn(servers->at, fmt::format("the path of the server is variable; {} is taken", taken), kHint);
    }
    return prefixes[0];
  }

  void warn_path(util::Position at, std::string_view path, std::string_view what) {
    warn(at, fmt::format("the path {} {}", shown(path), what));
  }

  void read_path(const Value& key, const Value& item) {
    std::string path(without_query(key.text));
    if (util::printable(path) != path || path.size() > kMaxPath)
      return warn_path(key.at, path, "is left out: it is too long, or has control characters");
    if (path.size() != key.text.size())
      warn(key.at, fmt::format("the query of {} is left out: paths are matched without it", shown(key.text)));
    if (!path.starts_with('/')) {
      warn_path(key.at, path, "does not begin with '/': '/' is put before it");
      path.insert(0, 1, '/');
    }
    if (!seen_.insert(path).second)
      warn_path(key.at, path, "is there more than once: its operations are joined");
    const Value* target = follow(document_, &item);
    std::vector<Operation> operations;
    collect_operations(item, 0, operations);
    if (target != nullptr && target != &item) collect_operations(*target, 0, operations);
    if (target == nullptr && operations.empty()) {
      warn(key.at,
           fmt::format("the operations of {} are not in this document: the rule takes any method",
                       shown(path)),
           "bundle the document into one file, and import that");
      add(path, prefix_, key.at);
      return;
    }
    if (target == nullptr) target = &item;
    if (operations.empty()) return warn_path(key.at, path, "is left out: it has no operations");
    const std::string of_path = prefix_of(target).value_or(prefix_);
    for (const Operation& operation : operations) {
      Endpoint& endpoint = add(path, prefix_of(operation.value).value_or(of_path), key.at);
      if (std::ranges::count(endpoint.methods, operation.method) == 0)
        endpoint.methods.push_back(operation.method);
      collect_samples(document_, member(operation.value, "parameters"), endpoint.samples);
      collect_samples(document_, member(target, "parameters"), endpoint.samples);
    }
  }

  // The endpoint of a path, which is made when it is not there yet.
  Endpoint& add(const std::string& own, const std::string& server, util::Position at) {
    std::string path = server + own;
    if (!options_.strip_prefix.empty()) path = stripped(path, at);
    path = options_.prefix.value_or("") + path;
    const auto [found, added] = index_.try_emplace(path, endpoints_.size());
    if (added) endpoints_.push_back({own, path, at, {}, {}, {}});
    return endpoints_[found->second];
  }

  std::string stripped(const std::string& path, util::Position at) {
    const std::string& strip = options_.strip_prefix;
    if (path.starts_with(strip) && (path.size() == strip.size() || path[strip.size()] == '/')) {
      const std::string rest = path.substr(strip.size());
      return rest.empty() ? "/" : rest;
    }
    if (std::exchange(unstripped_, path) != path)
      warn_path(at, path, fmt::format("does not begin with {}: it is kept as it is", shown(strip)));
    return path;
  }

  const Document& document_;
  const ImportOptions& options_;
  util::Diagnostics& warnings_;
  std::string prefix_;
  std::vector<Endpoint> endpoints_;
  std::unordered_map<std::string, std::size_t> index_;
  std::unordered_set<std::string> seen_;
  std::string unstripped_;  // the last one warned about: it comes once for each method
};

}  // namespace

std::string clean_prefix(std::string_view text) {
  text = text.substr(0, text.find_first_of("?#"));
  if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos)
    text.remove_prefix(scheme + 1);
  // A variable without a value in front is what stands for the host.
  const bool has_host = text.starts_with("//") || text.starts_with('{');
  if (has_host) text.remove_prefix(std::min(text.find('/', text.starts_with("//") ? 2 : 0), text.size()));
  while (text.starts_with("./")) text.remove_prefix(2);
  if (text == ".") text = "";
  while (!text.empty() && text.back() == '/') text.remove_suffix(1);
  if (text.empty()) return "";
  return route::decoded_path((text[0] == '/' ? "" : "/") + std::string(text));
}

std::vector<Endpoint> read_endpoints(const Document& document, const ImportOptions& options,
                                     util::Diagnostics& warnings) {
  return Reader(document, options, warnings).run();
}

}  // namespace routemeter::openapi
