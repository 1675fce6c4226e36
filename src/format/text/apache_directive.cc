// SPDX-License-Identifier: Apache-2.0
#include "format/text/apache_directive.h"

#include <string_view>

#include "format/contract/spec_error.h"
#include "util/ascii.h"

namespace routemeter::format {
namespace {

/// The end of what the quote at `at` begins: its unescaped partner, or npos.
std::size_t closing_quote(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      return i;
    }
  }
  return std::string_view::npos;
}

bool begins_with_directive(std::string_view text) {
  constexpr std::string_view kDirective = "logformat";
  if (text.size() <= kDirective.size() || !util::is_space(text[kDirective.size()])) return false;
  for (std::size_t i = 0; i < kDirective.size(); ++i) {
    if ((text[i] | 0x20) != kDirective[i]) return false;
  }
  return true;
}

char unescaped(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    default:
      return c;
  }
}

}  // namespace

util::Result<ApacheString> read_apache_string(const model::FormatSpec& spec) {
  const std::string_view text = spec.text;
  std::size_t begin = 0;
  std::size_t end = text.size();
  while (begin < end && util::is_space(text[begin])) ++begin;
  while (end > begin && (text[end - 1] == '\n' || text[end - 1] == '\r')) --end;
  if (begins_with_directive(text.substr(begin))) {
    begin = text.find_first_of("\"'", begin);
    end = begin == std::string_view::npos ? begin : closing_quote(text, begin);
    if (end == std::string_view::npos) {
      return spec_error(spec, begin == std::string_view::npos ? 0 : begin,
                        "LogFormat without a quoted string",
                        "write it as in httpd.conf: LogFormat \"%h %l ...\" name");
    }
    ++begin;
  } else if (begin < end && text[begin] == '"' && closing_quote(text, begin) == end - 1 &&
             text.substr(begin, end - begin).find("\\\"") != std::string_view::npos) {
    // Pasted with the quotes of the configuration file: inside, every quote of the line is escaped.
    ++begin;
    --end;
  }
  ApacheString out;
  for (std::size_t i = begin; i < end; ++i) {
    out.offsets.push_back(i);
    if (text[i] == '\\' && i + 1 < end) {
      out.text.push_back(unescaped(text[++i]));
    } else {
      out.text.push_back(text[i]);
    }
  }
  return out;
}

}  // namespace routemeter::format
