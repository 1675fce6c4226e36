// SPDX-License-Identifier: Apache-2.0
#include "tools/openapi/path_template.h"

#include <algorithm>
#include <array>
#include <utility>

#include "route/path/path.h"
#include "route/probe.h"
#include "route/router.h"
#include "route/template/template.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::openapi {
namespace {

constexpr std::string_view kSegment = "[^/]+";
constexpr std::string_view kSpanning = route::row_of(route::Converter::kPath).sample;

bool begins_name(char c) { return util::is_alpha(c) || c == '_'; }

bool is_converter(std::string_view word) { return route::converter_of(word).has_value(); }

bool compiles(const model::Rule& rule) {
  model::RuleFile file;
  file.routes.push_back(rule);
  return static_cast<bool>(route::compile(file));
}

std::string regex_quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (util::contains("\\.+*?()|[]{}^$", {&c, 1})) out += '\\';
    out += c;
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

// The end of the braces that open at `open`: those of a regex may be inside. npos: they do not close.
std::size_t closing_brace(std::string_view text, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == '{') ++depth;
    if (text[i] == '}' && --depth == 0) return i;
  }
  return std::string_view::npos;
}

// Braces that hold neither a name nor a name with one of our converters.
void read_special(std::string_view inside, PathPiece& piece) {
  const char first = inside.empty() ? '\0' : inside.front();
  const char last = inside.empty() ? '\0' : inside.back();
  const auto read = [&](std::string_view name, std::string regex) {
    piece.name = trimmed(name);
    piece.regex = std::move(regex);
  };
  const std::string_view behind = inside.substr(inside.empty() ? 0 : 1);
  const std::string_view before = inside.substr(0, inside.size() - (inside.empty() ? 0 : 1));
  if (const std::size_t colon = inside.find(':'); colon != std::string_view::npos && colon > 0) {
    // JAX-RS and Spring: {name: REGEX}
    read(inside.substr(0, colon), fmt::format("(?:{})", trimmed(inside.substr(colon + 1))));
    piece.own_regex = true;
  } else if (first == '*' || last == '*') {  // Spring's {*name}, RFC 6570's {name*}
    read(first == '*' ? behind : before, ".*");
    piece.spans = true;
  } else if (first == '+' || last == '+') {  // RFC 6570's {+name}, AWS's {name+}
    read(first == '+' ? behind : before, ".+");
    piece.spans = true;
  } else if (first == '?' || first == '&' || first == '#') {  // the query or the fragment
    piece.is_parameter = false;
    piece.source.clear();
  } else if (first == ';' || first == '.' || first == '/') {
    read(behind, fmt::format("(?:{}{}[^/]*)?", first == '.' ? "\\" : "", first));
    piece.lead = first;
  } else if (last == '?') {  // optional
    read(before, "[^/]*");
  } else {
    read(inside, std::string(kSegment));
  }
}

class Splitter {
 public:
  Splitter(std::string_view path, const Converters& converters) : path_(path), converters_(converters) {}

  std::vector<PathPiece> run() {
    while (pos_ < path_.size()) {
      if (path_[pos_] == '{' && closing_brace(path_, pos_) != std::string_view::npos) {
        braces();
      } else if (path_[pos_] == '<' && path_.find('>', pos_) < path_.find('/', pos_)) {
        angles();
      } else if (path_[pos_] == ':' && pos_ > 0 && path_[pos_ - 1] == '/' && begins_name(at(pos_ + 1))) {
        colon();
      } else {
        text();
      }
    }
    return std::move(pieces_);
  }

 private:
  char at(std::size_t offset) const { return offset < path_.size() ? path_[offset] : '\0'; }

  PathPiece& parameter(std::size_t end) {
    PathPiece& piece = pieces_.emplace_back();
    piece.is_parameter = true;
    piece.source = path_.substr(pos_, end - pos_);
    pos_ = end;
    return piece;
  }

  void text() {
    if (pieces_.empty() || pieces_.back().is_parameter) pieces_.emplace_back();
    pieces_.back().source += path_[pos_++];
  }

  void braces() {
    const std::size_t open = pos_;
    const std::size_t end = closing_brace(path_, open) + 1;
    const std::string_view inside = trimmed(path_.substr(open + 1, end - open - 2));
    PathPiece& piece = parameter(end);
    const std::size_t colon = std::min(inside.find(':'), inside.size());
    const std::string_view name = inside.substr(0, colon);
    const std::string_view converter = inside.substr(std::min(colon + 1, inside.size()));
    const bool known = colon == inside.size() || is_converter(converter);
    if (known && route::parse_template(fmt::format("/{{{}}}", name))) {
      piece.name = name;
      const auto told = converters_.find(name);
      piece.converter = told != converters_.end() ? told->second : std::string(converter);
      piece.spans = piece.converter == "path";
      if (inside.size() + 2 == piece.source.size() && told == converters_.end()) return;
      piece.source =
          fmt::format("{{{}{}{}}}", piece.name, piece.converter.empty() ? "" : ":", piece.converter);
      return;
    }
    read_special(inside, piece);
    if (inside.ends_with('?')) take_slash();
  }

  // An optional segment takes its slash with it: /items/{id?} is /items too.
  void take_slash() {
    if (pieces_.size() < 2 || (pos_ < path_.size() && path_[pos_] != '/')) return;
    PathPiece& before = pieces_[pieces_.size() - 2];
    if (before.is_parameter || before.source.size() < 2 || !before.source.ends_with('/')) return;
    before.source.pop_back();
    PathPiece& piece = pieces_.back();
    piece.source.insert(0, 1, '/');
    piece.lead = "/";
    piece.regex = "(?:/[^/]+)?";
  }

  // Flask's <name>, <int:name> and Django's <path:name>, where a tool let them through.
  void angles() {
    const std::size_t end = path_.find('>', pos_) + 1;
    const std::string_view inside = path_.substr(pos_ + 1, end - pos_ - 2);
    PathPiece& piece = parameter(end);
    const std::size_t colon = inside.find(':');
    piece.name = colon == std::string_view::npos ? inside : inside.substr(colon + 1);
    piece.spans = inside.starts_with("path:");
    piece.regex = piece.spans ? ".+" : kSegment;
  }

  // Express's :name.
  void colon() {
    std::size_t end = pos_ + 1;
    while (begins_name(at(end)) || util::is_digit(at(end))) ++end;
    PathPiece& piece = parameter(end);
    piece.name = piece.source.substr(1);
    piece.regex = kSegment;
  }

  std::string_view path_;
  const Converters& converters_;
  std::size_t pos_ = 0;
  std::vector<PathPiece> pieces_;
};

// Text between parameters, its escapes undone.
std::string decoded_text(std::string_view source) {
  return route::decoded_path(fmt::format("/{}", source)).substr(1);
}

// Text of a pattern: escapes undone, since paths are matched decoded; ** and * are Spring's and Ant's.
std::string text_regex(std::string_view source) {
  std::string out;
  const std::string text = decoded_text(source);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool two = text.substr(i, 2) == "**";
    out += text[i] != '*' ? regex_quoted(text.substr(i, 1)) : two ? ".*" : "[^/]*";
    if (two) ++i;
  }
  return out;
}

// `own_regexes`: those that the document has; RE2 may not take them.
std::string pattern_of(const std::vector<PathPiece>& pieces, bool own_regexes) {
  std::string out;
  for (const PathPiece& piece : pieces) {
    if (!piece.is_parameter) {
      out += text_regex(piece.source);
    } else if (piece.regex.empty()) {
      const auto parts = route::parse_template("/" + piece.source);
      out += parts ? route::regex_of({parts->back()}) : std::string(kSegment);
    } else {
      out += piece.own_regex && !own_regexes ? std::string(kSegment) : piece.regex;
    }
  }
  return out;
}

// For a parameter of which nothing is known: one of a word, a number and a UUID passes.
const std::array<std::string, 6> kPlainSamples = {
    "abc", "1", std::string(route::row_of(route::Converter::kUuid).sample), "1.5", "a-b", "x1"};

// A path that ** and *, encoded by now, stand for.
std::string without_stars(std::string text) {
  constexpr std::pair<std::string_view, std::string_view> kStars[] = {{"%2A%2A", kSpanning}, {"%2A", "abc"}};
  for (const auto& [stars, sample] : kStars) {
    for (std::size_t at = text.find(stars); at != std::string::npos; at = text.find(stars, at))
      text.replace(at, stars.size(), sample);
  }
  return text;
}

}  // namespace

std::vector<PathPiece> split_path(std::string_view path, const Converters& converters) {
  return Splitter(path, converters).run();
}

std::optional<model::Rule> make_rule(const std::vector<PathPiece>& pieces) {
  model::Rule rule;
  for (const PathPiece& piece : pieces) rule.handler += piece.source;
  if (!rule.handler.starts_with('/')) rule.handler.insert(0, 1, '/');
  rule.pattern = rule.handler;
  if (route::parse_template(rule.pattern)) return rule;
  rule.kind = model::Rule::Kind::kPattern;
  for (const bool own_regexes : {true, false}) {
    rule.pattern = pattern_of(pieces, own_regexes);
    if (!rule.pattern.empty() && compiles(rule)) return rule;
  }
  return std::nullopt;
}

std::string fill(const std::vector<PathPiece>& pieces, const Samples& samples, std::size_t variant) {
  std::string out;
  for (const PathPiece& piece : pieces) {
    if (!piece.is_parameter) {
      out += without_stars(route::encode_path(decoded_text(piece.source), ":@/"));
      continue;
    }
    std::vector<std::string> values;
    if (piece.spans) values.emplace_back(kSpanning);
    if (piece.converter == "int" || piece.converter == "float") values.emplace_back("1");
    for (const auto& [name, own] : samples) {
      if (name == piece.name) values.insert(values.begin(), own.begin(), own.end());
    }
    values.insert(values.end(), kPlainSamples.begin(), kPlainSamples.end());
    out += piece.lead +
           route::encode_path(values[std::min(variant, values.size() - 1)], piece.spans ? ":@/" : ":@");
  }
  return out;
}

std::string without_converters(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = std::min(text.find('{'), text.size());
    const std::size_t close = text.find('}', open);
    out += text.substr(0, open);
    if (close == std::string_view::npos) return out.append(text.substr(open));
    const std::string_view inside = text.substr(open + 1, close - open - 1);
    const std::size_t colon = inside.find(':');
    const bool known = colon != std::string_view::npos && is_converter(inside.substr(colon + 1));
    out += fmt::format("{{{}}}", known ? inside.substr(0, colon) : inside);
    text.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace routemeter::openapi
