// SPDX-License-Identifier: Apache-2.0
#include "rules/load_context.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "rules/rule_keys.h"
#include "util/ascii.h"
#include "util/printable.h"
#include "util/suggest.h"

namespace routemeter::route {
namespace {

// More findings than anybody reads, and a bound on what a hostile file makes us copy.
constexpr std::size_t kMaxErrors = 100;
constexpr std::size_t kMaxSourceBytes = 8U << 20;
constexpr std::size_t kMaxQuoted = 60;

// What prometheus-fastapi-instrumentator calls it, and what it is called here.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kLibraryNames = {
    {{"excluded_handlers", "exclude"},
     {"metric_namespace", "namespace"},
     {"metric_subsystem", "subsystem"},
     {"custom_labels", "labels"},
     {"metric_name", "name"},
     {"metric_doc", "help"},
     {"latency_highr_buckets", "highr_buckets"},
     {"latency_lowr_buckets", "lowr_buckets"},
     {"should_only_respect_2xx_for_highr", "only_2xx_for_highr"}}};

std::string quoted(std::string_view text) { return "'" + util::printable(text, kMaxQuoted) + "'"; }

bool contains(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

util::Position inside(const YamlNode& node, std::size_t offset) {
  util::Position at = node.at;
  if (node.verbatim && node.text.find('\n') == std::string::npos) at.column += static_cast<int>(offset);
  return at;
}

std::string describe(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kList:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
    case YamlNode::Kind::kScalar:
      break;
  }
  return quoted(node.text);
}

bool is_name(std::string_view text) {
  return !text.empty() && !util::is_digit(text[0]) && std::all_of(text.begin(), text.end(), [](char c) {
    return util::is_alpha(c) || util::is_digit(c) || c == '_';
  });
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return util::is_alpha(c) || util::is_digit(c) ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

std::string_view trim(std::string_view text, std::size_t& offset) {
  const std::size_t first = std::min(text.find_first_not_of(" \t"), text.size());
  offset += first;
  text.remove_prefix(first);
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

std::string rule_place_hint(std::string_view key, std::string_view where) {
  if (!where.empty() && contains(kFileKeys, key))
    return "'" + std::string(key) + "' belongs at the top level of the file";
  if (where.empty() && contains(kOptionKeys, key))
    return "'" + std::string(key) + "' belongs under 'options:'";
  return "";
}

void LoadContext::error(util::Position at, std::string message, std::string hint) {
  ++findings_;
  if (errors_.size() >= kMaxErrors || source_bytes_ > kMaxSourceBytes) return;
  errors_.push_back(model::error_at(file, at, std::move(message), std::move(hint)));
  errors_.back().code = code_;
  source_bytes_ += errors_.back().source_line.size();
}

util::Diagnostics LoadContext::take() {
  const auto place = [](const util::Diagnostic& d) { return std::tie(d.at.line, d.at.column); };
  std::stable_sort(errors_.begin(), errors_.end(),
                   [&](const util::Diagnostic& a, const util::Diagnostic& b) { return place(a) < place(b); });
  // A value that aliases repeat is found wrong each time.
  errors_.erase(std::unique(errors_.begin(), errors_.end(),
                            [&](const util::Diagnostic& a, const util::Diagnostic& b) {
                              return place(a) == place(b) && a.message == b.message;
                            }),
                errors_.end());
  return std::exchange(errors_, {});
}

std::string LoadContext::key_hint(std::string_view key, std::string_view where,
                                  std::span<const std::string_view> known) const {
  for (const auto& [theirs, ours] : kLibraryNames) {
    if (key == theirs && contains(known, ours)) return "it is called '" + std::string(ours) + "' here";
  }
  if (key == "<<") return "merge keys are not supported; aliases of whole values are";
  if (std::string place = place_hint_(key, where); !place.empty()) return place;
  const std::string_view near = util::nearest(key, known);
  if (!near.empty()) return "did you mean '" + std::string(near) + "'?";
  const std::size_t colon = key.find(':');
  if (colon != std::string_view::npos && contains(known, key.substr(0, colon)))
    return "write a blank after the ':'";
  return "a key here is " + util::one_of(known);
}

std::vector<LoadContext::Entry> LoadContext::entries(const YamlNode& node, std::string_view where,
                                                     std::span<const std::string_view> known) {
  std::vector<Entry> out;
  if (!node.is_map()) {
    wrong_type(node, where, "a map of 'key: value'", where.empty() ? "begin the file with 'version: 1'" : "");
    return out;
  }
  std::unordered_map<std::string_view, int> lines;
  for (const auto& [key, value] : node.entries) {
    if (!key->is_scalar()) {
      error(key->at, "a key must be text, not " + describe(*key));
    } else if (const auto [first, added] = lines.emplace(key->text, key->at.line); !added) {
      error(key->at,
            "key " + quoted(key->text) + " is there twice, first in line " + std::to_string(first->second),
            "keep one of them");
    } else if (!known.empty() && !contains(known, key->text)) {
      unknown_key(*key, where, known);
    } else {
      out.push_back({key->text, key.get(), value.get()});
    }
  }
  return out;
}

void LoadContext::unknown_key(const YamlNode& key, std::string_view where,
                              std::span<const std::string_view> known) {
  std::string message = "unknown key " + quoted(key.text);
  if (!where.empty()) message += " in '" + std::string(where) + "'";
  error(key.at, std::move(message), key_hint(key.text, where, known));
}

const std::vector<YamlPtr>* LoadContext::list(const YamlNode& node, std::string_view what) {
  if (node.is_list()) return &node.items;
  wrong_type(node, what, "a list", "write each entry on its own line with '- ' before it, or [ENTRY, ENTRY]");
  return nullptr;
}

std::optional<std::string> LoadContext::text(const YamlNode& node, std::string_view what) {
  if (node.is_scalar()) return node.text;
  wrong_type(node, what, "text");
  return std::nullopt;
}

std::optional<std::string> LoadContext::non_empty(const YamlNode& node, std::string_view what) {
  std::optional<std::string> out = text(node, what);
  if (out && out->empty()) {
    error(node.at, "'" + std::string(what) + "' is empty");
    return std::nullopt;
  }
  return out;
}

std::optional<bool> LoadContext::boolean(const YamlNode& node, std::string_view what) {
  if (node.is_scalar() && !node.quoted) {
    if (node.text == "true") return true;
    if (node.text == "false") return false;
  }
  wrong_type(node, what, "true or false",
             node.quoted        ? "write it without quotes"
             : node.is_scalar() ? "YAML 1.2 has no other words for them"
                                : "");
  return std::nullopt;
}

std::optional<std::uint64_t> LoadContext::integer(const YamlNode& node, std::string_view what,
                                                  std::uint64_t low, std::uint64_t high) {
  if (node.is_scalar() && !node.quoted) {
    std::uint64_t value = 0;
    const char* end = node.text.data() + node.text.size();
    const auto [stop, problem] = std::from_chars(node.text.data(), end, value);
    if (stop == end && problem == std::errc() && value >= low && value <= high) return value;
  }
  wrong_type(node, what, "a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  return std::nullopt;
}

std::optional<std::size_t> LoadContext::choice(const YamlNode& node, std::string_view what,
                                               std::span<const std::string_view> words) {
  if (node.is_scalar()) {
    const auto found = std::find(words.begin(), words.end(), node.text);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  }
  const std::string_view near = node.is_scalar() ? util::nearest(node.text, words) : std::string_view();
  wrong_type(node, what, util::one_of(words),
             near.empty() ? "" : "did you mean '" + std::string(near) + "'?");
  return std::nullopt;
}

void LoadContext::wrong_type(const YamlNode& node, std::string_view what, std::string_view expected,
                             std::string hint) {
  const std::string subject = what.empty() ? "the file" : "'" + std::string(what) + "'";
  if (node.is_null()) {
    error(node.at, subject + " has no value", "it takes " + std::string(expected) + "; or remove the key");
    return;
  }
  error(node.at, subject + " takes " + std::string(expected) + ", not " + describe(node), std::move(hint));
}

}  // namespace routemeter::route
