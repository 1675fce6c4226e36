// SPDX-License-Identifier: Apache-2.0
#include "tools/learn/segment.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "util/ascii.h"
#include "util/printable.h"

namespace routemeter::learn {
namespace {

// Bytes of a text by class, and how often the class changes from one letter or digit to the next; a capital
// that begins a word is no change of its own.
struct Census {
  std::size_t digits = 0, lower = 0, upper = 0, hex_letters = 0, other = 0, changes = 0;
  bool odd = false;
  bool ascii = true;
};

Census census_of(std::string_view text) {
  Census c;
  int before = 0;
  for (const char byte : text) {
    const int now = util::is_digit(byte) ? 1 : util::is_lower(byte) ? 2 : util::is_upper(byte) ? 3 : 0;
    c.digits += now == 1;
    c.lower += now == 2;
    c.upper += now == 3;
    c.other += now == 0;
    const bool ascii = static_cast<unsigned char>(byte) < 0x80;
    c.ascii = c.ascii && ascii;
    c.odd = c.odd || (now == 0 && ascii && !util::contains("-._~!'(),;=@+&:", {&byte, 1}));
    c.hex_letters += now > 1 && util::is_hex(byte);
    c.changes += now != 0 && before != 0 && now != before && !(before == 3 && now == 2);
    before = now;
  }
  return c;
}

// Digits where the form has '0', hex where it has 'x', itself otherwise.
bool has_form(std::string_view text, std::string_view form) {
  return text.size() == form.size() && std::equal(text.begin(), text.end(), form.begin(), [](char c, char f) {
           return f == '0' ? util::is_digit(c) : f == 'x' ? util::is_hex(c) : c == f;
         });
}

constexpr std::string_view kUuidForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
constexpr std::string_view kDateForm = "0000-00-00";

bool is_date(std::string_view s) {
  if (s.size() > 11 && (s[10] == 'T' || s[10] == '_') && util::is_digit(s[11])) s = s.substr(0, 10);
  return has_form(s, kDateForm) || has_form(s, "0000-00") || has_form(s, "00-00-0000") ||
         has_form(s, "0000.00.00") || has_form(s, "0000_00_00");
}

bool is_email(std::string_view s) {
  const std::size_t at = s.find('@');
  return at != std::string_view::npos && at > 0 && s.find('.', at + 2) != std::string_view::npos &&
         s.find('@', at + 1) == std::string_view::npos;
}

// A digit among the letters: "facade" and "decade" are words. One digit is not enough for a short one.
bool is_hex_id(const Census& c, std::size_t size) {
  return size >= 6 && c.other == 0 && c.hex_letters == c.lower + c.upper && (c.lower == 0 || c.upper == 0) &&
         c.hex_letters > 0 && c.digits >= (size < 16 ? 2U : 1U);
}

bool is_ulid(std::string_view s, const Census& c) {
  return s.size() == 26 && c.digits >= 3 && c.other == 0 && c.lower == 0 && s[0] >= '0' && s[0] <= '7' &&
         s.find_first_of("ILOU") == std::string_view::npos;
}

// Of random base62 text nearly every second letter brings a change; of "getUserById2" every third or fourth.
bool is_token(std::string_view s, const Census& c) {
  if (s.size() > 20 && s.substr(0, 3) == "eyJ" && std::ranges::count(s, '.') == 2) return true;
  const std::size_t padding = s.size() - (s.find_last_not_of('=') + 1);
  const std::size_t dashes =
      static_cast<std::size_t>(std::ranges::count_if(s, [](char b) { return b == '-' || b == '_'; }));
  const std::size_t letters = s.size() - padding - dashes;
  if (c.other != padding + dashes || letters < 10 || dashes * 8 > letters) return false;
  const int classes = (c.digits > 0) + (c.lower > 0) + (c.upper > 0);
  if (classes == 3) return c.changes * 100 >= letters * 32;
  return classes == 2 && c.digits >= 2 && c.changes * 100 >= letters * 28;
}

// "cus_NffrFeUfNV2Hib", "pi_3MtwBwLkdIwHu7ix28a3tqPa": a random id that says what it is of.
bool is_prefixed_token(std::string_view s) {
  const std::size_t line = s.find('_');
  if (line == std::string_view::npos || line < 2 || line > 12) return false;
  if (!std::ranges::all_of(s.substr(0, line), util::is_lower)) return false;
  const std::string_view id = s.substr(line + 1);
  const Census c = census_of(id);
  if (id.size() < 8 || c.other > 0 || c.digits == 0) return false;
  return (c.upper > 0 && c.lower > 0) || c.changes * 5 >= id.size();
}

bool says_itself(std::string_view s, const Census& c) {
  if (c.odd || s.front() == ':' || util::contains(s, ".+")) return false;
  // U+2028, U+2029 and U+FEFF are line ends or nothing to some readers of YAML; U+FFFD stands for a bad byte.
  for (const std::string_view bad : {"\xe2\x80\xa8", "\xe2\x80\xa9", "\xef\xbb\xbf", "\xef\xbf\xbd"}) {
    if (!c.ascii && util::contains(s, bad)) return false;
  }
  return s.size() <= 100 && (c.ascii || util::printable(s) == s);
}

// Files that pages load; other files that are sent as they are; output of programs.
constexpr std::string_view kAssets[] = {"avif", "bmp",  "css",         "cur",  "eot",  "gif",   "ico", "jpeg",
                                        "jpg",  "js",   "m3u8",        "map",  "mjs",  "mp3",   "mp4", "ogg",
                                        "otf",  "png",  "svg",         "swf",  "tif",  "tiff",  "ttf", "wasm",
                                        "wav",  "webm", "webmanifest", "webp", "woff", "woff2", "xbm"};
constexpr std::string_view kDocuments[] = {
    "avi",   "bz2", "c",   "conf", "cpp", "csv", "deb",   "diff", "doc",  "docx", "exe", "gem",
    "gz",    "h",   "htm", "html", "ics", "jar", "log",   "md",   "mov",  "mpeg", "mpg", "msi",
    "patch", "pdf", "ppt", "pptx", "ps",  "py",  "rar",   "rb",   "rpm",  "rtf",  "sh",  "shtml",
    "spec",  "sql", "tar", "tex",  "tgz", "txt", "xhtml", "xls",  "xlsx", "xz",   "zip"};
constexpr std::string_view kPrograms[] = {"ashx", "asmx", "asp", "aspx", "atom", "cfm", "cgi", "do",   "fcgi",
                                          "json", "jsp",  "php", "pl",   "rss",  "svc", "xml", "yaml", "yml"};

// Extensions in any case.
template <std::size_t N>
bool is_one_of(const std::string_view (&words)[N], std::string_view word) {
  return std::ranges::any_of(words, [&](std::string_view known) {
    return std::equal(word.begin(), word.end(), known.begin(), known.end(),
                      [](char a, char b) { return util::to_lower(a) == b; });
  });
}

bool is_delimiter(char c) { return !util::is_alnum(c) && static_cast<unsigned char>(c) < 0x80; }

// The value that begins a part of a composite, and its length; kWord when the part is a word.
std::pair<Kind, std::size_t> leading_value(std::string_view rest) {
  const auto ends_at = [&](std::size_t n) {
    return rest.size() == n || (rest.size() > n && is_delimiter(rest[n]));
  };
  const auto begins = [&](std::string_view form) {
    return ends_at(form.size()) && has_form(rest.substr(0, form.size()), form);
  };
  if (begins(kUuidForm)) return {Kind::kUuid, kUuidForm.size()};
  if (begins(kDateForm)) return {Kind::kDate, kDateForm.size()};
  std::size_t length = 0;
  while (length < rest.size() && !is_delimiter(rest[length])) ++length;
  const std::string_view part = rest.substr(0, length);
  const Census c = census_of(part);
  if (c.digits == part.size()) {
    while (length + 1 < rest.size() && rest[length] == '.' && util::is_digit(rest[length + 1])) {
      const std::size_t end = std::min(rest.find_first_not_of("0123456789", length + 1), rest.size());
      if (!ends_at(end)) break;
      length = end;
    }
    return {length > part.size() ? Kind::kNumber : Kind::kInt, length};
  }
  const bool hex = part.size() >= 6 && c.other == 0 && c.hex_letters == c.lower + c.upper && c.digits > 0;
  return {hex || (c.ascii && is_token(part, c)) ? Kind::kHex : Kind::kWord, length};
}

}  // namespace

Kind kind_of(std::string_view s) {
  if (s.empty()) return Kind::kWord;
  const Census c = census_of(s);
  if (c.digits == s.size() && s.size() <= 100) return Kind::kInt;
  if (c.digits > 0) {
    if (is_hex_id(c, s.size())) return Kind::kHex;
    if (has_form(s, kUuidForm)) return Kind::kUuid;
    if (is_date(s)) return Kind::kDate;
    if (is_ulid(s, c)) return Kind::kUlid;
  }
  if (is_token(s, c) || (c.digits > 0 && is_prefixed_token(s))) return Kind::kToken;
  if (!says_itself(s, c)) return Kind::kOdd;
  return is_email(s) ? Kind::kEmail : Kind::kWord;
}

std::string edge_of(Kind kind) { return {kMark, static_cast<char>(kind)}; }

Kind whole_kind(std::string_view edge) {
  return edge.size() == 2 && edge[0] == kMark ? static_cast<Kind>(edge[1]) : Kind::kWord;
}

std::string composite_of(std::string_view word) {
  if (std::ranges::none_of(word, util::is_digit)) return "";
  std::string out;
  bool marked = false;
  bool words = false;
  for (std::size_t i = 0; i < word.size();) {
    if (is_delimiter(word[i])) {
      out += word[i++];
      continue;
    }
    const auto [kind, length] = leading_value(word.substr(i));
    marked |= kind != Kind::kWord;
    words |= kind == Kind::kWord;
    out += kind == Kind::kWord ? std::string(word.substr(i, length)) : edge_of(kind);
    i += length;
  }
  if (!marked) return "";
  // Several numbers that are one thing, but for those of a list: 52.52,13.40.
  return words || out.find_first_of(",;~@") != std::string::npos ? out : edge_of(Kind::kNumber);
}

std::string form_of(std::string_view composite) {
  std::string out(composite);
  for (std::size_t i = 0; i + 1 < out.size(); ++i) {
    if (out[i] == kMark) out[++i] = static_cast<char>(Kind::kText);
  }
  return out;
}

std::string handle_of(std::string_view word) {
  if (word.size() < 2 || (word[0] != '@' && word[0] != '~')) return "";
  return word[0] + edge_of(Kind::kText);
}

std::string any_file_of(std::string_view word) {
  const std::string_view extension = extension_of(word);
  return extension.empty() ? "" : edge_of(Kind::kText) + "." + std::string(extension);
}

std::string_view extension_of(std::string_view word) {
  const std::size_t dot = word.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return "";
  const std::string_view extension = word.substr(dot + 1);
  const bool known =
      is_asset(extension) || is_one_of(kDocuments, extension) || is_one_of(kPrograms, extension);
  return known ? extension : "";
}

bool is_asset(std::string_view extension) { return is_one_of(kAssets, extension); }

bool is_static_file(std::string_view word) {
  const std::string_view extension = extension_of(word);
  return !extension.empty() && !is_one_of(kPrograms, extension);
}

}  // namespace routemeter::learn
