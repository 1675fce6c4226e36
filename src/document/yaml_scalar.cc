// SPDX-License-Identifier: Apache-2.0
#include "document/yaml_scalar.h"

#include <algorithm>

#include "util/ascii.h"
#include "util/fmt.h"
#include "util/printable.h"
#include "util/utf8.h"

namespace routemeter::document {
namespace {

// What no reader takes for anything but text in any place of a plain scalar, beside letters and digits.
constexpr std::string_view kPlain = "/_-.~+*@$^()=;!?|<>%&\\";
constexpr std::string_view kWords[] = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"};

bool is_word_of_yaml(std::string_view text) {
  const std::string lower = util::to_lower(text);
  return std::find(std::begin(kWords), std::end(kWords), lower) != std::end(kWords);
}

// Begins with a letter or a slash, so that it is no number, tag, anchor, list or comment.
bool is_plain(std::string_view text, bool flow) {
  if (text.empty() || is_word_of_yaml(text)) return false;
  if (text.front() != '/' && !util::is_alpha(text.front())) return false;
  if (text.back() == ' ') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (flow && c == '?') return false;  // ends a plain scalar for yaml-cpp
    if (util::is_alnum(c) || kPlain.find(c) != std::string_view::npos) continue;
    if (!flow && std::string_view("{}[],").find(c) != std::string_view::npos) continue;
    // Neither `: ` nor ` #` inside, and in a flow no colon at all: readers differ there.
    if (c == ':' && !flow && i + 1 < text.size() && text[i + 1] != ' ') continue;
    if (c == ' ' && text[i + 1] != '#') continue;
    return false;
  }
  return true;
}

std::string double_quoted(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = std::max<std::size_t>(1, util::utf8_length(text.substr(i)));
    const std::string_view character = text.substr(i, length);
    i += length;
    if (character == "\"" || character == "\\") {
      out += '\\';
      out += character;
    } else if (util::printable(character) == character) {
      out += character;
    } else {
      const auto c = static_cast<unsigned>(util::utf8_decode(character));
      out += c <= 0xFF     ? fmt::format("\\x{:02X}", c)
             : c <= 0xFFFF ? fmt::format("\\u{:04X}", c)
                           : fmt::format("\\U{:08X}", c);
    }
  }
  return out + "\"";
}

std::string scalar(std::string_view text, bool flow) {
  if (is_plain(text, flow)) return std::string(text);
  if (util::printable(text) != text) return double_quoted(text);
  return single_quoted(text);
}

}  // namespace

std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

std::string yaml_scalar(std::string_view text) { return scalar(text, false); }
std::string yaml_flow_scalar(std::string_view text) { return scalar(text, true); }

}  // namespace routemeter::document
