// SPDX-License-Identifier: Apache-2.0
#include "input/look/rotation_name.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "util/ascii.h"

namespace routemeter::input {
namespace {

// ".1", "-20261123", "-20261123.1", ".2026-11-23T10:00:00+0100", ".old".
bool is_suffix(std::string_view suffix) {
  if (suffix == ".old") return true;
  if (suffix.size() < 2) return false;
  if (suffix[0] != '.' && suffix[0] != '-' && suffix[0] != '_') return false;
  if (!util::is_digit(suffix[1])) return false;
  return std::all_of(suffix.begin() + 1, suffix.end(), [](char c) {
    return util::is_digit(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '+' || c == 'T' ||
           c == 'Z';
  });
}

}  // namespace

Compression compression_of(std::string_view name) {
  if (name.ends_with(".gz")) return Compression::kGzip;
  constexpr std::array<std::string_view, 7> kOthers = {".bz2", ".xz", ".zst", ".lz4", ".lzma", ".Z", ".zip"};
  const bool other =
      std::any_of(kOthers.begin(), kOthers.end(), [name](std::string_view e) { return name.ends_with(e); });
  return other ? Compression::kOther : Compression::kNone;
}

std::string_view without_compression(std::string_view name) {
  return compression_of(name) == Compression::kNone ? name : name.substr(0, name.rfind('.'));
}

RotationName rotation_of(std::string_view base, std::string_view name) {
  RotationName out;
  if (name.size() <= base.size() || !name.starts_with(base)) return out;
  const std::string_view suffix = name.substr(base.size());
  out.compression = compression_of(suffix);
  const std::string_view plain = without_compression(suffix);
  out.rotated = plain.empty() || is_suffix(plain);
  if (!out.rotated) return {};
  if (plain.size() > 1 && plain[0] == '.') {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(plain.data() + 1, plain.data() + plain.size(), number);
    if (error == std::errc() && end == plain.data() + plain.size()) out.number = number;
  }
  return out;
}

}  // namespace routemeter::input
