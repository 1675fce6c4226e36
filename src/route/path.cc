// SPDX-License-Identifier: Apache-2.0
#include "route/path.h"

#include "route/bytes16.h"
#include "util/utf8.h"

namespace routemeter::route {
namespace {

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_scheme_byte(char c) {
  return is_alpha(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Offset of the authority in "scheme://authority...", or 0 when this is no absolute-form.
std::size_t authority_offset(std::string_view target) {
  if (target.empty() || !is_alpha(target[0])) return 0;
  std::size_t at = 1;
  while (at < target.size() && is_scheme_byte(target[at])) ++at;
  return target.substr(at, 3) == "://" ? at + 3 : 0;
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

RawPath cut_target(std::string_view target, Segments& segments) noexcept {
  std::string_view text = target;
  if (!target.empty() && target[0] != '/') {
    const std::size_t authority = authority_offset(target);
    if (authority != 0) {
      text.remove_prefix(authority);
      const std::size_t end = text.find_first_of("/?#");
      text = end == std::string_view::npos || text[end] != '/' ? "/" : text.substr(end);
    }
  }
  RawPath path{text, true};
  Splitter splitter(segments);
  for_blocks(text, [&](const Bytes16& bytes, std::size_t offset, std::uint32_t valid) {
    const std::uint32_t cut = (bytes.equal('?') | bytes.equal('#')) & valid;
    // What stands before the cut.
    const std::uint32_t ours = cut == 0 ? valid : valid & ((cut & (0U - cut)) - 1);
    if (((bytes.equal('%') | bytes.not_ascii()) & ours) != 0) path.plain = false;
    splitter.add(bytes.equal('/') & ours, offset);
    if (cut != 0) path.text = text.substr(0, offset + static_cast<std::size_t>(__builtin_ctz(cut)));
    return cut == 0;
  });
  splitter.finish(path.text.size());
  return path;
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
