// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "format/choose/detect.h"
#include "format/choose/formats.h"
#include "route/router.h"
#include "tools/doctor/guess/candidate.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::doctor {
namespace {

using util::contains;

/// A field that a log has behind the usual ones.
struct TailColumn {
  bool quoted = false;
  std::string key;   ///< "rt=" where every line has it
  std::string name;  ///< nginx's variable, by what the values look like; empty = nothing says
};
using Values = std::vector<std::string_view>;

/// nginx writes seconds with three decimals.
bool is_seconds(std::string_view text) {
  const std::size_t dot = text.find('.');
  return dot != std::string_view::npos && is_whole_number(text.substr(0, dot)) && text.size() == dot + 4 &&
         is_whole_number(text.substr(dot + 1));
}

bool is_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  return colon != std::string_view::npos && is_whole_number(text.substr(colon + 1)) &&
         text.find_first_not_of("0123456789abcdef.:[]") == std::string_view::npos;
}

bool is_url(std::string_view text) { return contains(text, "://"); }
bool is_agent(std::string_view text) { return contains(text, "/") && !is_url(text.substr(0, 10)); }

bool is_host(std::string_view text) {
  return contains(text, ".") && std::ranges::all_of(text, [](char c) {
           return util::is_alnum(c) || contains(".:-_", std::string_view(&c, 1));
         });
}

/// True when all values but "-" pass, most of them exist, and there is one.
template <typename Check>
bool most(const Values& values, Check check) {
  const auto unknown =
      std::ranges::count_if(values, [](std::string_view v) { return v.empty() || v == "-"; });
  const auto good = std::ranges::count_if(values, check);
  return good > 0 && static_cast<std::size_t>(good + unknown) * 10 >= values.size() * 9;
}

bool always_there(const Values& values) { return std::ranges::count(values, "-") == 0; }

/// "rt=0.003" in every line: "rt=".
std::string_view common_key(const Values& values) {
  const std::size_t equals = values.front().find('=');
  if (equals == std::string_view::npos || equals == 0) return {};
  const std::string_view key = values.front().substr(0, equals + 1);
  const bool everywhere =
      std::ranges::all_of(values, [key](std::string_view v) { return v.starts_with(key); });
  return everywhere ? key : std::string_view{};
}

/// Names that people give to nginx's variables.
std::string_view name_of_key(std::string_view key) {
  static constexpr std::pair<std::string_view, std::string_view> kKeys[] = {
      {"rt=", "request_time"},          {"request_time=", "request_time"},
      {"uht=", "upstream_header_time"}, {"urt=", "upstream_response_time"},
      {"ua=", "upstream_addr"},         {"uct=", "upstream_connect_time"},
      {"us=", "upstream_status"},       {"ucl=", "upstream_http_content_length"},
      {"cl=", "content_length"},        {"cs=", "upstream_cache_status"},
      {"rl=", "request_length"},        {"host=", "host"}};
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
  if (most(values, is_status)) return "upstream_status";
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

/// Names for the words of lines that all have the same shape; quoted words with their quotes.
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

constexpr std::size_t kMaxLines = 50;

constexpr std::string_view kCommon =
    "$remote_addr $remote_logname $remote_user [$time_local] \"$request\" $status $body_bytes_sent";

/// The beginnings of a line that are tried, longest first.
const std::array<std::string, 3> kHeads = {fmt::format("$server_name:$server_port {}", kCommon),
                                           fmt::format("$host {}", kCommon), std::string(kCommon)};

/// The words behind the head: quoted ones with their quotes.
std::vector<std::string_view> words_of(std::string_view rest) {
  std::vector<std::string_view> out;
  while (!rest.empty()) {
    if (rest[0] == ' ') {
      rest.remove_prefix(1);
      continue;
    }
    std::size_t end = rest.find(' ');
    if (rest[0] == '"') {
      end = 1;
      while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
      ++end;
    }
    end = std::min(end, rest.size());
    out.push_back(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  return out;
}

/// The shape of a tail: one letter a word.
std::string shape_of(const std::vector<std::string_view>& words) {
  std::string out;
  for (const std::string_view word : words) out += word[0] == '"' ? 'q' : 'w';
  return out;
}

std::string unique(const std::string& name, std::set<std::string>& used) {
  std::string out = name;
  for (int i = 2; !used.insert(out).second; ++i) out = fmt::format("{}_{}", name, i);
  return out;
}

std::string write_tail(const std::vector<TailColumn>& columns) {
  std::set<std::string> used;
  std::string out;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const TailColumn& column = columns[i];
    const std::string name = unique(column.name.empty() ? fmt::format("field_{}", i + 1) : column.name, used);
    const std::string_view quote = column.quoted ? "\"" : "";
    out += fmt::format(" {0}{1}${2}{0}", quote, column.key, name);
  }
  return out;
}

std::string name_for(const std::vector<TailColumn>& columns) {
  const bool nginx = std::ranges::any_of(columns, [](const TailColumn& column) {
    return column.name == "request_time" || column.name.starts_with("upstream_");
  });
  return fmt::format("{} with {} fields behind it", nginx ? "a log_format of nginx's, common" : "common",
                     columns.size());
}

/// The number, from 1, of the first field without a name that is a whole number in all lines; 0 = none.
std::size_t first_whole_number(const std::vector<std::vector<std::string_view>>& rows,
                               const std::vector<TailColumn>& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i].name.empty() || columns[i].quoted || !columns[i].key.empty()) continue;
    if (std::ranges::all_of(rows, [i](const auto& row) { return is_whole_number(row[i]); })) return i + 1;
  }
  return 0;
}

}  // namespace

std::vector<Candidate> guess_tail(const std::vector<std::string_view>& lines) {
  std::vector<Candidate> out;
  for (const std::string& head : kHeads) {
    model::FormatSpec spec;
    spec.text = head;
    spec.envelope = model::Envelope::kNone;
    const auto format = format::compile(spec, route::compile_capture_regex);
    if (!format) continue;
    std::map<std::string, std::vector<std::vector<std::string_view>>> tails;
    for (std::size_t i = 0; i < lines.size() && i < kMaxLines; ++i) {
      const auto fit = format::longest_prefix(std::array{*format}, lines[i]);
      if (!fit) continue;
      const auto words = words_of(lines[i].substr(fit->length));
      if (!words.empty()) tails[shape_of(words)].push_back(words);
    }
    const auto most = std::ranges::max_element(
        tails, [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
    if (most == tails.end()) continue;
    Candidate candidate;
    const std::vector<TailColumn> columns = name_columns(most->second);
    candidate.name = name_for(columns);
    candidate.spec.text = head + write_tail(columns);
    candidate.remark = "names of the last fields are guessed from what stands in them: look them over";
    // Apache's %D is such a number, and so are sizes and counts: only a person can tell.
    if (const std::size_t number = first_whole_number(most->second, columns); number > 0) {
      candidate.remark += fmt::format(
          "; if field_{0} is the duration in microseconds, add fields: {{duration: {{field: field_{0}, unit: "
          "us}}}}",
          number);
    }
    out.push_back(std::move(candidate));
  }
  return out;
}

}  // namespace routemeter::doctor
