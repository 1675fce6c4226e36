// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace routemeter::learn {

/// The kind of a path segment by its form alone: values that no route has as a fixed word.
enum class Kind : char {
  kWord = 0,    ///< may be a word of the route, or a value that looks like one
  kInt = 'i',   ///< 42
  kUuid = 'u',  ///< as RFC 9562 writes it
  kHex = 'x',   ///< 3f2a9c01: digits and letters to f
  kUlid = 'l',
  kDate = 'd',    ///< 2026-11-24, also with a time behind
  kToken = 't',   ///< random letters of both cases and digits, JWT
  kEmail = 'e',   ///< user@example.org
  kNumber = 'n',  ///< several that are one: 1.2.3, 10.0.0.1
  kOdd = 'o',     ///< has bytes that a template cannot say, such as blanks and braces
  // Made by merging only:
  kText = 'w',  ///< words
  kPath = 'p'   ///< several segments
};

Kind kind_of(std::string_view segment);

/// Edges of the trie are texts: a word stands for itself, a value is kMark and its Kind, and a composite such
/// as "report-42.pdf" has marked values between its words.
inline constexpr char kMark = '\x01';

std::string edge_of(Kind kind);
inline bool is_literal(std::string_view edge) { return edge.find(kMark) == std::string_view::npos; }
/// The kind of an edge that is one value as a whole, else kWord.
Kind whole_kind(std::string_view edge);

/// "report-42.pdf" with its numbers, hashes, UUIDs and dates marked; empty when it has none. Numbers
/// only ("1.2.3") are the edge of kNumber.
std::string composite_of(std::string_view word);
/// A composite edge with all kinds of values made the same: those with the same form match the same texts.
std::string form_of(std::string_view composite);
/// "@anna" and "~anna" as any name behind that sign; empty for all others.
std::string handle_of(std::string_view word);
/// ".png" edges for files with a known extension: any name with it; empty for all others.
std::string any_file_of(std::string_view word);

/// "png" for "a/logo.png" when it is an extension that web servers know, else empty.
std::string_view extension_of(std::string_view word);
/// Of a file that pages load: scripts, styles, images, fonts.
bool is_asset(std::string_view extension);
/// Has an extension that no program answers to: a page, a document, an image.
bool is_static_file(std::string_view word);

}  // namespace routemeter::learn
