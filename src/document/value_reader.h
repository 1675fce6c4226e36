// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "document/yaml_reader.h"
#include "util/diagnostic.h"

namespace routemeter::document {

/// `node.at` moved to byte `offset` of its text, where the source shows the text as it is.
util::Position inside(const YamlNode& node, std::size_t offset);

/// "a list", "a map", "nothing" or the scalar in quotes, shortened.
std::string describe(const YamlNode& node);

/// `text` without blanks around it; `offset` grows by what was cut in front.
std::string_view trim(std::string_view text, std::size_t& offset);

/// Tells what to do about a `key` that is not `known` in `where`, when the reader's own hints (a similar
/// word, the known keys) are not the best; else "".
using KeyHint = std::string (*)(std::string_view key, std::string_view where,
                                std::span<const std::string_view> known);

/// Typed reading of the values of one file, and the findings about them.
/// Readers return nothing after they have reported why; `what` is the key's name for the message.
class ValueReader {
 public:
  ValueReader(const util::SourceText& source, KeyHint hint) : source_(source), own_hint_(hint) {}

  void error(util::Position at, std::string message, std::string hint = "");
  /// The Diagnostic::code of the errors from here on.
  void set_code(std::string code) { code_ = std::move(code); }
  /// Grows with every finding: tells whether a step had any.
  std::size_t findings() const { return findings_; }
  /// All findings in file order, none twice.
  util::Diagnostics take();

  struct Entry {
    std::string_view key;
    const YamlNode* key_node = nullptr;
    const YamlNode* value = nullptr;
  };
  /// The entries of a map. Reports and leaves out keys that are no text, are there twice, or are not `known`
  /// (no `known` at all: any key). A value that is no map is reported too. `where` is "" for the whole file.
  std::vector<Entry> entries(const YamlNode& node, std::string_view where,
                             std::span<const std::string_view> known);
  /// The items of a list, or null.
  const std::vector<YamlPtr>* list(const YamlNode& node, std::string_view what);

  /// Any scalar, as its text.
  std::optional<std::string> text(const YamlNode& node, std::string_view what);
  std::optional<std::string> non_empty(const YamlNode& node, std::string_view what);
  std::optional<bool> boolean(const YamlNode& node, std::string_view what);
  std::optional<std::uint64_t> integer(const YamlNode& node, std::string_view what, std::uint64_t low,
                                       std::uint64_t high);
  /// The index of the word in `words`.
  std::optional<std::size_t> choice(const YamlNode& node, std::string_view what,
                                    std::span<const std::string_view> words);

  void wrong_type(const YamlNode& node, std::string_view what, std::string_view expected,
                  std::string hint = "");

 private:
  void unknown_key(const YamlNode& key, std::string_view where, std::span<const std::string_view> known);
  std::string key_hint(std::string_view key, std::string_view where,
                       std::span<const std::string_view> known) const;

  const util::SourceText& source_;
  KeyHint own_hint_;
  std::string code_;
  util::Diagnostics errors_;
  std::size_t findings_ = 0;
  std::size_t source_bytes_ = 0;  // copied into errors_
};

}  // namespace routemeter::document
