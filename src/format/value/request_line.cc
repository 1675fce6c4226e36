// SPDX-License-Identifier: Apache-2.0
#include "format/value/request_line.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "format/value/field_number.h"
#include "util/ascii.h"
#include "util/bytes.h"

namespace routemeter::format {
namespace {

/// tchar of RFC 9110 section 5.6.2.
constexpr std::array<bool, 256> kTokenBytes = [] {
  std::array<bool, 256> table{};
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool is_token_byte(char c) { return kTokenBytes[static_cast<unsigned char>(c)]; }

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_byte);
}

/// "-" is a token, but to every logger it means nothing.
bool is_empty_request(std::string_view method) { return method.size() == 1 && method[0] == '-'; }

/// scheme "://" and something behind it (RFC 3986).
bool is_absolute(std::string_view target) {
  if (target.empty() || !util::is_alpha(target[0])) return false;
  std::size_t at = 1;
  while (at < target.size() &&
         (util::is_alnum(target[at]) || target[at] == '+' || target[at] == '-' || target[at] == '.')) {
    ++at;
  }
  return target.size() > at + 3 && target.substr(at, 3) == "://";
}

/// nginx takes (and logs) requests with several blanks between the words.
std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// host:port of CONNECT; the port may be absent, as scanners write it.
bool is_authority(std::string_view target) {
  const auto ends_it = [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '/' || c == '?' || c == '#' || c == '\\';
  };
  return !target.empty() && target != "-" && std::none_of(target.begin(), target.end(), ends_it);
}

}  // namespace

bool is_method(std::string_view method) noexcept { return is_token(method) && !is_empty_request(method); }

bool take_method(std::string_view method, const char* readable, model::Request& out) noexcept {
  const char* const end = method.data() + method.size();
  out.set_method(method);
  if (method.size() - 1 >= 7 || end - readable < 8) return is_method(method);
  const std::uint64_t bytes = util::load64(end - 8) >> (64 - 8 * method.size());
  const std::uint64_t word = bytes | std::uint64_t{' '} << (8 * method.size());
  const std::uint8_t number = kMethodWords.number_of(word);
  out.set_method(method, number);
  return number != model::kUnknownMethod || is_method(method);
}

bool is_target(std::string_view method, std::string_view target) noexcept {
  if (target.empty()) return false;
  if (target[0] == '/') return true;
  if (target == "*") return true;
  return is_absolute(target) || (method == "CONNECT" && is_authority(target));
}

bool is_protocol(std::string_view protocol) noexcept {
  if (protocol == "HTTP/1.1" || protocol == "HTTP/2.0") return true;  // one comparison of a word each
  if (protocol.size() < 6 || std::memcmp(protocol.data(), "HTTP/", 5) != 0) return false;
  bool dot = false;
  for (std::size_t i = 5; i < protocol.size(); ++i) {
    if (protocol[i] == '.' && !dot && i != 5 && i + 1 != protocol.size()) {
      dot = true;
    } else if (!util::is_digit(protocol[i])) {
      return false;
    }
  }
  return true;
}

model::Reason split_request_line(std::string_view line, model::Request& out) noexcept {
  if (split_fast_request_line(line, out)) return model::Reason::kNone;
  std::size_t at = 0;
  while (at < line.size() && is_token_byte(line[at])) ++at;
  if (at == 0 || at >= line.size() || line[at] != ' ') return model::Reason::kBadRequest;
  out.set_method(line.substr(0, at));
  std::string_view rest = line.substr(at + 1);
  // "HTTP/1.1" is by far the most frequent last word; anything else is looked for.
  if (rest.size() > 9 && std::memcmp(rest.data() + rest.size() - 9, " HTTP/", 6) == 0 &&
      is_protocol(rest.substr(rest.size() - 8))) {
    rest.remove_suffix(9);
  } else {
    rest = trim_blanks(rest);
    const std::size_t blank = rest.rfind(' ');
    if (blank != std::string_view::npos) {
      if (!is_protocol(rest.substr(blank + 1))) return model::Reason::kBadRequest;
      rest = rest.substr(0, blank);
    }
  }
  rest = trim_blanks(rest);
  out.target = rest;
  return is_target(out.method, rest) && !is_empty_request(out.method) ? model::Reason::kNone
                                                                      : model::Reason::kBadRequest;
}

namespace {

model::Reason read_request(const ByField<std::string_view>& texts, model::Request& out) noexcept {
  const auto is_there = [&texts](model::Field field) { return texts[field].data() != nullptr; };
  if (is_there(model::Field::kRequest)) return split_request_line(texts[model::Field::kRequest], out);
  if (!is_there(model::Field::kMethod) || !is_there(model::Field::kTarget)) {
    return model::Reason::kMissingField;
  }
  out.set_method(texts[model::Field::kMethod]);
  out.target = texts[model::Field::kTarget];
  const std::string_view protocol = texts[model::Field::kProtocol];
  return is_method(out.method) && is_target(out.method, out.target) &&
                 (protocol.empty() || is_protocol(protocol))
             ? model::Reason::kNone
             : model::Reason::kBadRequest;
}

}  // namespace

model::Reason read_fields(const ByField<std::string_view>& texts, const ByField<model::Unit>& units,
                          model::Request& out) noexcept {
  if (texts[model::Field::kStatus].data() == nullptr) return model::Reason::kMissingField;
  if (const auto reason = read_request(texts, out); reason != model::Reason::kNone) return reason;
  if (!parse_status(texts[model::Field::kStatus], out.status)) return model::Reason::kBadStatus;
  for (const TextField& field : kTextFields) {
    if (texts[field.field] != "-") out.*field.out = texts[field.field];
  }
  for (const NumberField& number : kNumberFields) {
    const std::string_view text = texts[number.field];
    const Known known = number.is_duration ? read_duration_list_ns(text, units[number.field], out.*number.out)
                                           : read_size(text, out.*number.out);
    if (known == Known::kBad) return model::Reason::kBadNumber;
    out.known.add_if(known == Known::kValue, number.field);
  }
  return model::Reason::kNone;
}

}  // namespace routemeter::format
