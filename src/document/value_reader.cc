// SPDX-License-Identifier: Apache-2.0
#include "document/value_reader.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <utility>

#include "util/fmt.h"
#include "util/words.h"

namespace routemeter::document {
namespace {

// More findings than anybody reads, and a bound on what a hostile file makes us copy.
constexpr std::size_t kMaxErrors = 100;
constexpr std::size_t kMaxSourceBytes = 8U << 20;
constexpr std::size_t kMaxQuoted = 60;

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
  if (node.is_scalar()) return util::quoted(node.text, kMaxQuoted);
  return node.is_list() ? "a list" : node.is_map() ? "a map" : "nothing";
}

std::string_view trim(std::string_view text, std::size_t& offset) {
  const std::size_t first = std::min(text.find_first_not_of(" \t"), text.size());
  offset += first;
  text.remove_prefix(first);
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

void ValueReader::error(util::Position at, std::string message, std::string hint) {
  ++findings_;
  if (errors_.size() >= kMaxErrors || source_bytes_ > kMaxSourceBytes) return;
  errors_.push_back(util::error_at(source_, at, std::move(message), std::move(hint)));
  errors_.back().code = code_;
  source_bytes_ += errors_.back().source_line.size();
}

util::Diagnostics ValueReader::take() {
  util::sort_by_place(errors_);
  // A value that aliases repeat is found wrong each time.
  const auto is_same = [](const util::Diagnostic& a, const util::Diagnostic& b) {
    return a.at == b.at && a.message == b.message;
  };
  errors_.erase(std::unique(errors_.begin(), errors_.end(), is_same), errors_.end());
  return std::exchange(errors_, {});
}

std::string ValueReader::key_hint(std::string_view key, std::string_view where,
                                  std::span<const std::string_view> known) const {
  if (key == "<<") return "merge keys are not supported; aliases of whole values are";
  if (std::string own = own_hint_(key, where, known); !own.empty()) return own;
  const std::string_view near = util::nearest(key, known);
  if (!near.empty()) return fmt::format("did you mean '{}'?", near);
  const std::size_t colon = key.find(':');
  if (colon != std::string_view::npos && contains(known, key.substr(0, colon)))
    return "write a blank after the ':'";
  return "a key here is " + util::one_of(known);
}

std::vector<ValueReader::Entry> ValueReader::entries(const YamlNode& node, std::string_view where,
                                                     std::span<const std::string_view> known) {
  std::vector<Entry> out;
  if (!node.is_map()) {
    wrong_type(node, where, "a map of 'key: value'", where.empty() ? "begin the file with 'version: 1'" : "");
    return out;
  }
  std::unordered_map<std::string_view, int> lines;
  for (const auto& [key, value] : node.entries) {
    if (!key->is_scalar()) {
      error(key->at, fmt::format("a key must be text, not {}", describe(*key)));
    } else if (const auto [first, added] = lines.emplace(key->text, key->at.line); !added) {
      error(key->at,
            fmt::format("key {} is there twice, first in line {}", util::quoted(key->text, kMaxQuoted),
                        first->second),
            "keep one of them");
    } else if (!known.empty() && !contains(known, key->text)) {
      unknown_key(*key, where, known);
    } else {
      out.push_back({key->text, key.get(), value.get()});
    }
  }
  return out;
}

void ValueReader::unknown_key(const YamlNode& key, std::string_view where,
                              std::span<const std::string_view> known) {
  const std::string shown = util::quoted(key.text, kMaxQuoted);
  error(key.at,
        where.empty() ? fmt::format("unknown key {}", shown)
                      : fmt::format("unknown key {} in '{}'", shown, where),
        key_hint(key.text, where, known));
}

const std::vector<YamlPtr>* ValueReader::list(const YamlNode& node, std::string_view what) {
  if (node.is_list()) return &node.items;
  wrong_type(node, what, "a list", "write each entry on its own line with '- ' before it, or [ENTRY, ENTRY]");
  return nullptr;
}

std::optional<std::string> ValueReader::text(const YamlNode& node, std::string_view what) {
  if (node.is_scalar()) return node.text;
  wrong_type(node, what, "text");
  return std::nullopt;
}

std::optional<std::string> ValueReader::non_empty(const YamlNode& node, std::string_view what) {
  std::optional<std::string> out = text(node, what);
  if (out && out->empty()) {
    error(node.at, fmt::format("'{}' is empty", what));
    return std::nullopt;
  }
  return out;
}

std::optional<bool> ValueReader::boolean(const YamlNode& node, std::string_view what) {
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

std::optional<std::uint64_t> ValueReader::integer(const YamlNode& node, std::string_view what,
                                                  std::uint64_t low, std::uint64_t high) {
  if (node.is_scalar() && !node.quoted) {
    std::uint64_t value = 0;
    const char* end = node.text.data() + node.text.size();
    const auto [stop, problem] = std::from_chars(node.text.data(), end, value);
    if (stop == end && problem == std::errc() && value >= low && value <= high) return value;
  }
  wrong_type(node, what, fmt::format("a whole number from {} to {}", low, high));
  return std::nullopt;
}

std::optional<std::size_t> ValueReader::choice(const YamlNode& node, std::string_view what,
                                               std::span<const std::string_view> words) {
  if (node.is_scalar()) {
    const auto found = std::find(words.begin(), words.end(), node.text);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  }
  const std::string_view near = node.is_scalar() ? util::nearest(node.text, words) : std::string_view();
  wrong_type(node, what, util::one_of(words), near.empty() ? "" : fmt::format("did you mean '{}'?", near));
  return std::nullopt;
}

void ValueReader::wrong_type(const YamlNode& node, std::string_view what, std::string_view expected,
                             std::string hint) {
  const std::string subject = what.empty() ? "the file" : fmt::format("'{}'", what);
  if (node.is_null()) {
    error(node.at, subject + " has no value", fmt::format("it takes {}; or remove the key", expected));
    return;
  }
  error(node.at, fmt::format("{} takes {}, not {}", subject, expected, describe(node)), std::move(hint));
}

}  // namespace routemeter::document
