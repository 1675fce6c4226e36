// SPDX-License-Identifier: Apache-2.0
#include "route/path/path.h"

#include "util/ascii.h"
#include "util/utf8.h"

namespace routemeter::route {
namespace {

bool is_scheme_byte(char c) {
  return util::is_alpha(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// "scheme://authority/path" from its path on, empty when it has none; anything else as it is.
std::string_view without_authority(std::string_view target) {
  if (!util::is_alpha(target[0])) return target;
  std::size_t at = 1;
  while (at < target.size() && is_scheme_byte(target[at])) ++at;
  if (target.substr(at, 3) != "://") return target;
  target.remove_prefix(at + 3);
  const std::size_t end = target.find_first_of("/?#");
  return end == std::string_view::npos || target[end] != '/' ? std::string_view() : target.substr(end);
}

void percent_decode(std::string_view raw, std::string& out) {
  out.clear();
  std::size_t at = 0;
  while (at < raw.size()) {
    const std::size_t percent = raw.find('%', at);
    if (percent == std::string_view::npos) break;
    out.append(raw, at, percent - at);
    at = percent + 1;
    const int high = at < raw.size() ? hex_value(raw[at]) : -1;
    const int low = at + 1 < raw.size() ? hex_value(raw[at + 1]) : -1;
    if (high < 0 || low < 0) {
      out += '%';
    } else {
      out += static_cast<char>(high * 16 + low);
      at += 2;
    }
  }
  if (at < raw.size()) out.append(raw, at);
}

}  // namespace

RawPath cut_other_target(std::string_view target, const char* readable_end) noexcept {
  if (!target.empty()) {
    target = without_authority(target);
    if (target.empty()) {
      target = "/";
      readable_end = nullptr;
    }
  }
  const PathEnd end = PathFinder::find(target, readable_end);
  return {{target.data(), end.size}, readable_end, end.ends, end.plain};
}

std::string_view decode_path(const RawPath& raw, std::string& scratch) {
  if (raw.plain) return raw.text;
  percent_decode(raw.text, scratch);
  if (util::utf8_valid(scratch)) return scratch;
  std::string repaired;  // rare: nobody but an attacker sends this
  util::append_utf8_repaired(repaired, scratch);
  scratch = std::move(repaired);
  return scratch;
}

std::string encode_path(std::string_view path, std::string_view kept) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    if (util::is_alnum(c) || std::string_view("-._~").find(c) != std::string_view::npos ||
        kept.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
  }
  return out;
}

std::string_view untemplated_label(std::string_view path, std::string& scratch) {
  path = path.substr(0, path.find_first_of("?#"));
  if (!path.empty() && path[0] == '/' && path.find_first_of("\r\n\t") == std::string_view::npos) return path;
  scratch.clear();
  for (const char c : path) {
    if (c == '\r' || c == '\n' || c == '\t') continue;
    if (scratch.empty() && c != '/') scratch += '/';
    scratch += c;
  }
  if (scratch.empty()) scratch += '/';
  return scratch;
}

}  // namespace routemeter::route
