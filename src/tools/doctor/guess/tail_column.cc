// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/guess/tail_column.h"

#include <algorithm>
#include <array>
#include <utility>

namespace routemeter::doctor {
namespace {

using Values = std::vector<std::string_view>;

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// nginx writes seconds with three decimals.
bool is_seconds(std::string_view text) {
  const std::size_t dot = text.find('.');
  return dot != std::string_view::npos && is_digits(text.substr(0, dot)) && text.size() == dot + 4 &&
         is_digits(text.substr(dot + 1));
}

bool is_status_text(std::string_view text) {
  return text.size() == 3 && is_digits(text) && text[0] >= '1' && text[0] <= '5';
}

bool is_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  return colon != std::string_view::npos && is_digits(text.substr(colon + 1)) &&
         text.find_first_not_of("0123456789abcdef.:[]") == std::string_view::npos;
}

bool is_url(std::string_view text) { return text.find("://") != std::string_view::npos; }
bool is_agent(std::string_view text) {
  return text.find('/') != std::string_view::npos && !is_url(text.substr(0, 10));
}

bool is_host(std::string_view text) {
  return text.find('.') != std::string_view::npos &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:-_") ==
             std::string_view::npos;
}

/// True when all values but "-" pass, most of them exist, and there is one.
template <typename Check>
bool most(const Values& values, Check check) {
  const auto unknown =
      std::count_if(values.begin(), values.end(), [](std::string_view v) { return v.empty() || v == "-"; });
  const auto good = std::count_if(values.begin(), values.end(), check);
  return good > 0 && static_cast<std::size_t>(good + unknown) * 10 >= values.size() * 9;
}

bool always_there(const Values& values) {
  return std::none_of(values.begin(), values.end(), [](std::string_view v) { return v == "-"; });
}

/// "rt=0.003" in every line: "rt=".
std::string_view common_key(const Values& values) {
  const std::size_t equals = values.front().find('=');
  if (equals == std::string_view::npos || equals == 0) return {};
  const std::string_view key = values.front().substr(0, equals + 1);
  const bool everywhere = std::all_of(values.begin(), values.end(),
                                      [key](std::string_view v) { return v.substr(0, key.size()) == key; });
  return everywhere ? key : std::string_view{};
}

/// Names that people give to nginx's variables.
std::string_view name_of_key(std::string_view key) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kKeys = {{
      {"rt=", "request_time"},
      {"request_time=", "request_time"},
      {"urt=", "upstream_response_time"},
      {"uht=", "upstream_header_time"},
      {"uct=", "upstream_connect_time"},
      {"ua=", "upstream_addr"},
      {"us=", "upstream_status"},
      {"cl=", "content_length"},
      {"ucl=", "upstream_http_content_length"},
      {"cs=", "upstream_cache_status"},
      {"host=", "host"},
      {"rl=", "request_length"},
  }};
  for (const auto& [known, name] : kKeys) {
    if (known == key) return name;
  }
  return {};
}

std::string_view column_name(const Values& values, bool quoted) {
  if (quoted) {
    if (most(values, is_url)) return "http_referer";
    if (most(values, is_agent)) return "http_user_agent";
    if (most(values, is_host)) return "host";
    return {};
  }
  if (most(values, is_address)) return "upstream_addr";
  if (most(values, is_status_text)) return "upstream_status";
  return {};
}

/// Of columns with seconds the one that every line has is the request's: the upstream's is "-" where none was
/// asked. Of equals the last, as most write it.
void name_seconds(const std::vector<Values>& columns, std::vector<TailColumn>& out) {
  std::vector<std::size_t> seconds;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (out[i].name.empty() && most(columns[i], is_seconds)) seconds.push_back(i);
  }
  if (seconds.empty()) return;
  std::size_t request = seconds.back();
  for (const std::size_t i : seconds) {
    if (always_there(columns[i]) && !always_there(columns[request])) request = i;
  }
  for (const std::size_t i : seconds) out[i].name = i == request ? "request_time" : "upstream_response_time";
}

}  // namespace

std::vector<TailColumn> name_columns(const std::vector<std::vector<std::string_view>>& rows) {
  std::vector<Values> columns(rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) columns[i].push_back(row[i]);
  }
  std::vector<TailColumn> out(columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    TailColumn& column = out[i];
    column.quoted = columns[i].front()[0] == '"';
    for (std::string_view& value : columns[i]) {
      if (column.quoted) value = value.size() < 2 ? value.substr(1) : value.substr(1, value.size() - 2);
    }
    column.key = common_key(columns[i]);
    if (column.key.empty()) {
      column.name = column_name(columns[i], column.quoted);
    } else {
      column.name = name_of_key(column.key);
      for (std::string_view& value : columns[i]) value.remove_prefix(column.key.size());
    }
  }
  name_seconds(columns, out);
  return out;
}

}  // namespace routemeter::doctor
