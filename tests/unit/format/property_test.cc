// SPDX-License-Identifier: Apache-2.0
#include <ctime>
#include <memory>
#include <random>

#include <catch2/catch.hpp>
#include <re2/re2.h>

#include "format/contract/block_index.h"
#include "format/scan/indexed_scanner.h"
#include "format/scan/line_scanner.h"

// The scanner against RE2: the same sequence of literals and fields as one regular expression.

namespace routemeter::format {
namespace {

constexpr unsigned kSeed = 20251010;

struct Part {
  std::string literal;  ///< used when it is not a field
  bool is_field = false;
  FieldClass cls = FieldClass::kToken;
};

Part lit(std::string text) { return {std::move(text), false, FieldClass::kToken}; }
Part field(FieldClass cls) { return {"", true, cls}; }

std::string pattern_of(FieldClass cls, const std::string& next) {
  switch (cls) {
    case FieldClass::kToken:
      return R"(([^ "]*?))";
    case FieldClass::kPort:
      return R"(([^ ":]*?))";
    case FieldClass::kHost:
      // Nothing stands behind it, so it takes what it can.
      return R"(([^ "/\\]*))";
    case FieldClass::kBracket:
      return R"(([^\[\]"]*?))";
    case FieldClass::kText:
      return R"(((?:[^"\\]|\\.)*?))";
    case FieldClass::kAny:
      return "(.*?)";
    case FieldClass::kList:
      break;
  }
  // Where the separator itself follows, a list is like text; else its elements end at what follows.
  if (next.substr(0, 1) == ":" || next.substr(0, 2) == ", " || next.substr(0, 3) == " : ") {
    return R"(((?:[^"\\]|\\.)*?))";
  }
  const std::string element = R"([^ ",)" + (next.empty() ? "" : RE2::QuoteMeta(next.substr(0, 1))) + "]*";
  return "(" + element + "(?:(?:, | : )" + element + ")*)";
}

/// One format, as a scanner and as a regular expression.
class Pair {
 public:
  explicit Pair(const std::vector<Part>& parts) {
    std::string pattern = "(?s)";
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!parts[i].is_field) {
        scanner_.add_literal(parts[i].literal);
        indexed_.add_literal(parts[i].literal);
        pattern += RE2::QuoteMeta(parts[i].literal);
        continue;
      }
      scanner_.add_field(parts[i].cls, static_cast<std::uint8_t>(fields_));
      indexed_.add_field(parts[i].cls, static_cast<std::uint8_t>(fields_++));
      pattern += pattern_of(parts[i].cls, i + 1 < parts.size() ? parts[i + 1].literal : "");
    }
    scanner_.finish();
    indexed_.finish();
    regex_ = std::make_unique<RE2>(pattern, RE2::Latin1);
    REQUIRE(regex_->ok());
  }

  /// True when both say the same, fields included.
  bool agree(const std::string& line, bool& matched) {
    std::vector<std::string_view> mine(fields_ + 1);
    matched = scanner_.scan(line, mine.data(), scratch_);
    std::vector<re2::StringPiece> theirs(fields_ + 1);
    const bool expected =
        regex_->Match(line, 0, line.size(), RE2::ANCHOR_BOTH, theirs.data(), static_cast<int>(theirs.size()));
    if (matched != expected || !indexed_agrees(line, matched, mine)) return false;
    if (!matched) return true;
    bool same = true;
    for (std::size_t i = 0; i < fields_; ++i) {
      same = same && mine[i].data() == theirs[i + 1].data() && mine[i].size() == theirs[i + 1].size();
    }
    return same;
  }

  bool indexed() const { return indexed_.usable(); }
  std::size_t cut_by_number() const { return cut_by_number_; }

 private:
  /// What the quick scanner takes, the scanner takes too and cuts alike. Lines of the same text stand around.
  bool indexed_agrees(const std::string& line, bool matched, const std::vector<std::string_view>& mine) {
    if (!indexed_.usable() || line.find('\n') != std::string::npos) return true;
    const std::string text = line + "\n" + line + "\n" + std::string(BlockIndex::kStep, ' ') +
                             std::string(IndexedScanner::kBehind, ' ');
    REQUIRE(index_.build(BlockIndex::Kind::kText, text.data(), text.size() - IndexedScanner::kBehind));
    for (const std::size_t begin : {std::size_t{0}, line.size() + 1}) {
      std::vector<std::string_view> cut(fields_ + 1);
      const std::uint16_t* places = index_.next(indexed_.places());
      FieldOffsets::Found points;
      const bool taken = places != nullptr && indexed_.scan(text.data(), places, points) &&
                         places[indexed_.places()] == begin + line.size();
      if (taken) indexed_.cut(text.data(), points, cut.data());
      if (taken && !matched) return false;
      for (std::size_t i = 0; taken && i < fields_; ++i) {
        if (static_cast<std::size_t>(cut[i].data() - text.data()) - begin !=
                static_cast<std::size_t>(mine[i].data() - line.data()) ||
            cut[i].size() != mine[i].size()) {
          return false;
        }
      }
      cut_by_number_ += taken ? 1 : 0;
      index_.skip_line();
    }
    index_.clear();
    return true;
  }

  LineScanner scanner_;
  IndexedScanner indexed_;
  BlockIndex index_;
  std::size_t cut_by_number_ = 0;
  LineScanner::Scratch scratch_;
  std::unique_ptr<RE2> regex_;
  std::size_t fields_ = 0;
};

std::vector<std::vector<Part>> formats() {
  using enum FieldClass;
  return {
      // combined with times behind it
      {field(kToken), lit(" - "), field(kText), lit(" ["), field(kBracket), lit("] \""), field(kText),
       lit("\" "), field(kToken), lit(" "), field(kToken), lit(" \""), field(kText), lit("\" \""),
       field(kText), lit("\" "), field(kList), lit(" "), field(kToken)},
      // unquoted text
      {field(kText), lit(" "), field(kText), lit(" \""), field(kText), lit("\" "), field(kToken), lit("ms")},
      {lit("\""), field(kToken), lit(" "), field(kText), lit(" "), field(kText), lit("\"\"")},
      // escape=none
      {lit("\""), field(kAny), lit("\" "), field(kToken), lit(" \""), field(kAny), lit("\" \""), field(kAny),
       lit("\"")},
      {field(kAny), lit(" "), field(kAny), lit("-"), field(kAny), lit(" - "), field(kPort)},
      // hosts, ports, other delimiters
      {field(kToken), lit(":"), field(kPort), lit(" "), field(kToken), lit("://"), field(kHost), field(kText),
       lit(" "), field(kToken)},
      {field(kToken), lit("|"), field(kText), lit("|"), field(kList), lit("|"), field(kToken)},
      // lists that their separator follows
      {field(kList), lit(", "), field(kList), lit(" : "), field(kToken)},
      {lit("["), field(kBracket), lit("] ["), field(kBracket), lit("]"), field(kText)},
      {field(kText), lit("\\"), field(kToken), lit(" \\\""), field(kAny), lit("\\")},
  };
}

/// Text that looks like what fields and delimiters are made of, so that wrong matches are near.
std::string random_text(std::mt19937& random, FieldClass cls) {
  static const std::vector<std::string> kWords = {"-",
                                                  "200",
                                                  "0.031",
                                                  "a",
                                                  "GET / HTTP/1.1",
                                                  "x y",
                                                  "::1",
                                                  "10/Oct/2025",
                                                  "\\\"",
                                                  "\\\\",
                                                  "\\x22",
                                                  ", ",
                                                  " : ",
                                                  ":",
                                                  "/",
                                                  " ",
                                                  "ms",
                                                  "[",
                                                  "]",
                                                  "\"",
                                                  "|",
                                                  "0.1, 0.2",
                                                  "Mozilla/5.0 (X11; Linux x86_64)",
                                                  ""};
  std::string out;
  const auto words = random() % 4;
  for (unsigned i = 0; i < words; ++i) out += kWords[random() % kWords.size()];
  // Mostly what the class allows, or hardly any line would match.
  if (random() % 8 != 0 && cls != FieldClass::kAny && cls != FieldClass::kText) {
    std::erase_if(out, [cls](char c) {
      return c == '"' || c == '[' || c == ']' || (c == ' ' && cls != FieldClass::kList);
    });
  }
  return out;
}

/// What an ordinary line has there.
std::string plain_text(std::mt19937& random, FieldClass cls) {
  if (cls == FieldClass::kBracket) return "24/Nov/2026:06:00:00 +0000";
  std::string out = random_text(random, cls);
  std::erase_if(out, [](char c) { return std::string_view(" \"\\,").find(c) != std::string_view::npos; });
  return out;
}

std::string random_line(std::mt19937& random, const std::vector<Part>& parts) {
  std::string line;
  const auto text = random() % 2 == 0 ? random_text : plain_text;
  for (const Part& part : parts) line += part.is_field ? text(random, part.cls) : part.literal;
  const auto mutations = random() % 3 == 0 ? random() % 4 : 0;
  for (unsigned i = 0; i < mutations && !line.empty(); ++i) {
    const std::size_t at = random() % line.size();
    switch (random() % 3) {
      case 0:
        line.erase(at, 1 + random() % 3);
        break;
      case 1:
        line[at] = " \"\\[]-:,a\n\xFF"[random() % 11];
        break;
      default:
        line.insert(at, line.substr(random() % line.size(), random() % 6));
    }
  }
  return line;
}

TEST_CASE("the scanner finds what a regular expression finds") {
  INFO("seed " << kSeed);
  std::mt19937 random(kSeed);
  std::size_t index = 0;
  std::size_t indexed = 0;
  for (const auto& parts : formats()) {
    Pair pair(parts);
    std::size_t matches = 0;
    constexpr std::size_t kLines = 5000;
    for (std::size_t i = 0; i < kLines; ++i) {
      const std::string line = random_line(random, parts);
      bool matched = false;
      const bool agreed = pair.agree(line, matched);
      matches += matched ? 1 : 0;
      if (!agreed) {
        CAPTURE(index, line);
        FAIL("scanner and RE2 disagree");
      }
    }
    // A test whose lines all match, or none, would say little.
    CAPTURE(index, matches);
    CHECK(matches > kLines / 20);
    CHECK(matches < kLines);
    if (pair.indexed()) CHECK(pair.cut_by_number() > matches / 4);
    indexed += pair.indexed() ? 1 : 0;
    ++index;
  }
  CHECK(indexed == (BlockIndex::available() ? 4 : 0));
}

TEST_CASE("hostile lines cost what their length costs") {
  using enum FieldClass;
  const std::vector<std::vector<Part>> hostile = {
      {field(kAny), lit(" "), field(kAny), lit(" "), field(kAny), lit(" "), field(kAny), lit(" \"x")},
      {field(kText), lit(" "), field(kText), lit(" "), field(kList), lit(" \""), field(kText), lit("\"")},
      {field(kText), lit(" "), field(kText), lit("\"")},
      {field(kText), lit(" "), field(kList), lit("|")},
  };
  for (const auto& parts : hostile) {
    for (const char* unit : {" ", ": ", ", ", "a, ", "\\\" ", "a b"}) {
      LineScanner scanner;
      for (const Part& part : parts) {
        if (part.is_field) {
          scanner.add_field(part.cls, LineScanner::kNoSlot);
        } else {
          scanner.add_literal(part.literal);
        }
      }
      scanner.finish();
      std::string line;
      while (line.size() < 1048576) line += unit;
      LineScanner::Scratch scratch;
      std::string_view captures[1];
      const auto begin = std::clock();
      CHECK_FALSE(scanner.scan(line, captures, scratch));
      // Quadratic work would take minutes; a slow machine and sanitizers take nothing like it.
      CAPTURE(unit);
      CHECK(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC < 60);
    }
  }
}

}  // namespace
}  // namespace routemeter::format
