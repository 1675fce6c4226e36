// SPDX-License-Identifier: Apache-2.0
#include "tools/openapi/document.h"

#include <algorithm>
#include <array>
#include <utility>

#include "model/rule_file.h"
#include "route/probe.h"
#include "util/ascii.h"
#include "util/printable.h"
#include "util/words.h"

namespace routemeter::openapi {
namespace {

constexpr std::string_view kHowTo =
    "an application serves it at a URL: curl -sSf http://localhost:8000/openapi.json -o openapi.json";

util::Diagnostic error(const std::string& name, util::Position at, std::string message,
                       std::string_view hint = kHowTo) {
  return {util::Severity::kError, name, at, std::move(message), "", std::string(hint), ""};
}

bool begins_with(std::string_view text, std::string_view lower) {
  return util::to_lower(text.substr(0, lower.size())) == lower;
}

// The URL from which a page of Swagger UI or ReDoc loads the document; "" when the page has none.
std::string document_url(std::string_view html) {
  for (const std::string_view key : {"spec-url=", "url: ", "\"url\":", "url:"}) {
    const std::size_t found = html.find(key);
    if (found == std::string_view::npos) continue;
    const std::size_t open = html.find_first_not_of(" \t", found + key.size());
    if (open == std::string_view::npos || (html[open] != '\'' && html[open] != '"')) continue;
    const std::size_t close = html.find(html[open], open + 1);
    if (close == std::string_view::npos || close == open + 1) continue;
    return util::printable(html.substr(open + 1, close - open - 1), 200);
  }
  return "";
}

util::Diagnostic html_error(std::string_view text, const std::string& name) {
  const bool is_docs = util::contains(text, "swagger-ui") || util::contains(text, "SwaggerUI") ||
                       util::contains(text, "<redoc");
  if (!is_docs) return error(name, {1, 1}, "this is a web page, not an OpenAPI document");
  std::string url = document_url(text);
  if (url.empty()) url = "/openapi.json";
  const std::string_view host = util::contains(url, "://") ? "" : "http://localhost:8000";
  const std::string_view slash = host.empty() || url.front() == '/' ? "" : "/";
  return error(name, {1, 1}, "this is the documentation page, not the document that it shows",
               fmt::format("fetch what the page loads: curl -sSf {}{}{} -o openapi.json", host, slash, url));
}

// The name of an encoding that is not UTF-8, by its first bytes; null for UTF-8.
const char* encoding_of(std::string_view text) {
  if (text.starts_with("\x1f\x8b")) return "this is a gzip file";
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return "this file is UTF-16, not UTF-8";
  return nullptr;
}

std::string keys_of(const Value& map) {
  std::string out;
  for (const auto& [key, value] : map.entries) {
    if (out.size() > 60) return out + ", ...";
    out += (out.empty() ? "" : ", ") + util::printable(key->text, 30);
  }
  return out;
}

// A readable file that is no OpenAPI document: says what it seems to be.
util::Diagnostic other_document(const Value& root, const std::string& name) {
  if (!root.is_map()) {
    return error(
        name, root.at,
        fmt::format("this is {}, not an OpenAPI document", root.is_list() ? "a list" : "plain text"));
  }
  if (member(&root, "swaggerVersion") != nullptr) {
    return error(name, root.at, "Swagger 1 is not supported", "export OpenAPI 3, or Swagger 2.0");
  }
  if (member(&root, "routes") != nullptr && member(&root, "version") != nullptr) {
    return error(name, root.at, "this is a rule file, not an OpenAPI document",
                 "with --merge or --check the rule file stands behind the option, the document alone");
  }
  if (const std::string_view detail = text_member(&root, "detail"); !detail.empty()) {
    return error(
        name, root.at,
        fmt::format("this is the server's answer {}, not the document", util::quoted(detail, 80)),
        "is the URL right? FastAPI has it at /openapi.json, Spring at /v3/api-docs, Django at /api/schema/");
  }
  return error(name, root.at,
               fmt::format("neither 'openapi' nor 'swagger' is there{}{}",
                           root.entries.empty() ? "" : ", only ", keys_of(root)));
}

util::Result<document::YamlPtr> read_tree(std::string_view text, const std::string& name) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool like_json = first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
  const bool named_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
  auto json = like_json ? read_json(text, name) : util::Result<document::YamlPtr>(util::Diagnostics{});
  if (json || (like_json && !named_yaml)) return json;
  util::SourceText file;  // what read_yaml names in its errors
  file.path = name;
  return document::read_yaml(text, file, kMaxDepth);
}

}  // namespace

util::Result<Document> read_document(std::string_view text, const std::string& name) {
  constexpr std::string_view kBom = "\xEF\xBB\xBF";
  if (text.starts_with(kBom)) text.remove_prefix(kBom.size());
  if (const char* encoding = encoding_of(text)) {
    return error(name, {0, 0}, encoding, "save it with: curl -sSf --compressed URL -o openapi.json");
  }
  const std::size_t first = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  const std::string_view start = text.substr(first);
  if (begins_with(start, "<!doctype html") || begins_with(start, "<html")) return html_error(text, name);
  if (start.starts_with('<')) return error(name, {1, 1}, "this is XML, not an OpenAPI document");
  if (start.empty()) return error(name, {0, 0}, "the document is empty");

  auto tree = read_tree(text, name);
  if (!tree) return tree.errors();
  if (*tree == nullptr) return error(name, {0, 0}, "the document is empty");
  const Value& root = **tree;
  if (member(&root, "openapi") == nullptr && member(&root, "swagger") == nullptr)
    return other_document(root, name);
  return Document{name, *tree};
}

const std::vector<std::pair<document::YamlPtr, document::YamlPtr>>& entries_of(const Value* value) {
  static const Value kNone;
  return (value == nullptr ? kNone : *value).entries;
}

const std::vector<document::YamlPtr>& items_of(const Value* value) {
  static const Value kNone;
  return (value == nullptr ? kNone : *value).items;
}

const Value* member(const Value* map, std::string_view key) {
  const auto& entries = entries_of(map);
  const auto found = std::find_if(entries.rbegin(), entries.rend(), [key](const auto& entry) {
    return entry.first->is_scalar() && entry.first->text == key;
  });
  return found == entries.rend() || found->second->is_null() ? nullptr : found->second.get();
}

std::string_view text_member(const Value* map, std::string_view key) {
  const Value* found = member(map, key);
  return found != nullptr && found->is_scalar() ? std::string_view(found->text) : std::string_view();
}

namespace {

// One step of a JSON pointer (RFC 6901), as it stands in a URL fragment.
std::string pointer_step(std::string_view raw) {
  std::string step = route::decoded_path(fmt::format("/{}", raw)).substr(1);
  for (const auto& [code, character] : {std::pair{"~1", '/'}, std::pair{"~0", '~'}}) {
    for (std::size_t at = step.find(code); at != std::string::npos; at = step.find(code, at + 1))
      step.replace(at, 2, 1, character);
  }
  return step;
}

const Value* pointed_at(const Document& document, std::string_view pointer) {
  const Value* at = document.root.get();
  while (!pointer.empty()) {
    if (pointer[0] != '/') return nullptr;
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    at = member(at, pointer_step(pointer.substr(0, end)));
    if (at == nullptr) return nullptr;
    pointer.remove_prefix(end);
  }
  return at;
}

}  // namespace

const Value* follow(const Document& document, const Value* value) {
  for (int hops = 0; hops < kMaxRefs; ++hops) {
    const std::string_view ref = text_member(value, "$ref");
    if (ref.empty()) return value;
    if (ref[0] != '#') return nullptr;
    value = pointed_at(document, ref.substr(1));
    if (value == nullptr) return nullptr;
  }
  return nullptr;
}

util::Diagnostic warning_at(const Document& document, util::Position at, std::string message,
                            std::string hint) {
  return {util::Severity::kWarning, document.name, at, std::move(message), "", std::move(hint), ""};
}

}  // namespace routemeter::openapi
