// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/guess/guess_tail.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "format/choose/detect.h"
#include "format/choose/formats.h"
#include "route/router.h"
#include "tools/doctor/guess/tail_column.h"

namespace routemeter::doctor {
namespace {

constexpr std::size_t kMaxLines = 50;

constexpr std::string_view kCommon =
    "$remote_addr $remote_logname $remote_user [$time_local] \"$request\" $status $body_bytes_sent";

/// What the line begins with, longest first.
const std::array<std::string, 3> kHeads = {"$server_name:$server_port " + std::string(kCommon),
                                           "$host " + std::string(kCommon), std::string(kCommon)};

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
  for (int i = 2; !used.insert(out).second; ++i) out = name + "_" + std::to_string(i);
  return out;
}

std::string write_tail(const std::vector<TailColumn>& columns) {
  std::set<std::string> used;
  std::string out;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const TailColumn& column = columns[i];
    const std::string name =
        unique(column.name.empty() ? "field_" + std::to_string(i + 1) : column.name, used);
    out += " ";
    if (column.quoted) out += '"';
    out += column.key + "$" + name;
    if (column.quoted) out += '"';
  }
  return out;
}

std::string name_for(const std::vector<TailColumn>& columns) {
  const bool nginx = std::any_of(columns.begin(), columns.end(), [](const TailColumn& column) {
    return column.name == "request_time" || column.name.substr(0, 9) == "upstream_";
  });
  return std::string(nginx ? "a log_format of nginx's, common" : "common") + " with " +
         std::to_string(columns.size()) + " fields behind it";
}

/// The number, from 1, of the first field without a name that is a whole number in all lines; 0 = none.
std::size_t first_whole_number(const std::vector<std::vector<std::string_view>>& rows,
                               const std::vector<TailColumn>& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i].name.empty() || columns[i].quoted || !columns[i].key.empty()) continue;
    const bool all = std::all_of(rows.begin(), rows.end(), [i](const auto& row) {
      return row[i].find_first_not_of("0123456789") == std::string_view::npos;
    });
    if (all) return i + 1;
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
    const auto most = std::max_element(tails.begin(), tails.end(), [](const auto& a, const auto& b) {
      return a.second.size() < b.second.size();
    });
    if (most == tails.end()) continue;
    Candidate candidate;
    const std::vector<TailColumn> columns = name_columns(most->second);
    candidate.name = name_for(columns);
    candidate.spec.text = head + write_tail(columns);
    candidate.remark = "names of the last fields are guessed from what stands in them: look them over";
    // Apache's %D is such a number, and so are sizes and counts: only a person can tell.
    if (const std::size_t number = first_whole_number(most->second, columns); number > 0) {
      candidate.remark += "; if field_" + std::to_string(number) +
                          " is the duration in microseconds, add fields: {duration: {field: field_" +
                          std::to_string(number) + ", unit: us}}";
    }
    out.push_back(std::move(candidate));
  }
  return out;
}

}  // namespace routemeter::doctor
