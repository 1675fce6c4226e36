// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "tools/doctor/guess/candidate.h"
#include "util/fmt.h"

namespace routemeter::doctor {
namespace {

using model::Field;
using model::Unit;

/// A W3C field and our field. Of several names for one of ours, the first in the log is taken.
struct Known {
  std::string_view w3c;
  std::string_view group;
};
constexpr std::array kKnown = {Known{"cs-method", "method"},
                               Known{"cs-uri-stem", "target"},
                               Known{"cs-uri", "target"},
                               Known{"sc-status", "status"},
                               Known{"c-status", "status"},
                               Known{"cs(Host)", "host"},
                               Known{"cs-host", "host"},
                               Known{"time-taken", "duration"},
                               Known{"time-to-first-byte", "time_to_first_byte"},
                               Known{"cs-bytes", "request_size"},
                               Known{"sc-bytes", "response_size"}};

struct Header {
  std::vector<std::string_view> fields;
  std::string_view software;
};

std::vector<std::string_view> fields_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
    if (end > 0) out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

Header read_header(const std::vector<std::string_view>& lines) {
  Header out;
  for (const std::string_view line : lines) {
    constexpr std::string_view kFields = "#Fields:";
    constexpr std::string_view kSoftware = "#Software:";
    if (line.starts_with(kFields)) out.fields = fields_of(line.substr(kFields.size()));
    if (line.starts_with(kSoftware)) out.software = line.substr(kSoftware.size());
  }
  return out;
}

/// True if a value in that column has a fraction.
bool has_fraction(const std::vector<std::string_view>& lines, std::size_t column) {
  for (const std::string_view line : lines) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string_view> words = fields_of(line);
    if (column < words.size() && words[column].find('.') != std::string_view::npos) return true;
  }
  return false;
}

std::string log_name(const Header& header) {
  const auto& fields = header.fields;
  if (std::find(fields.begin(), fields.end(), "x-edge-location") != fields.end()) {
    return "AWS CloudFront (W3C extended log)";
  }
  const bool iis = header.software.find("Internet Information") != std::string_view::npos;
  return iis ? "IIS (W3C extended log)" : "W3C extended log";
}

}  // namespace

std::vector<Candidate> guess_w3c(const std::vector<std::string_view>& lines) {
  const Header header = read_header(lines);
  if (header.fields.empty()) return {};
  const bool tabs = std::any_of(lines.begin(), lines.end(), [](std::string_view line) {
    return !line.empty() && line[0] != '#' && line.find('\t') != std::string_view::npos;
  });
  const std::string value = tabs ? R"([^\t]*)" : R"((?:"[^"]*"|\S+))";
  Candidate out;
  out.name = log_name(header);
  std::string regex;
  std::set<std::string_view> taken;
  for (std::size_t i = 0; i < header.fields.size(); ++i) {
    const std::string_view field = header.fields[i];
    if (i > 0) regex += tabs ? R"(\t)" : " ";
    if (!tabs && field == "date" && i + 1 < header.fields.size() && header.fields[i + 1] == "time") {
      regex += R"((?P<time>\S+ \S+))";
      ++i;
      continue;
    }
    const auto known =
        std::find_if(kKnown.begin(), kKnown.end(), [field](const Known& k) { return k.w3c == field; });
    if (known == kKnown.end() || !taken.insert(known->group).second) {
      regex += value;
      continue;
    }
    regex += fmt::format("(?P<{}>{})", known->group, tabs ? R"([^\t]*)" : R"(\S+)");
    if (known->group != "duration" && known->group != "time_to_first_byte") continue;
    const bool ms = !has_fraction(lines, i) && header.software.find("Microsoft") != std::string_view::npos;
    const Field timed = known->group == "duration" ? Field::kDuration : Field::kTimeToFirstByte;
    map_field(out.spec, timed, std::string(known->group), ms ? Unit::kMilliseconds : Unit::kSeconds);
  }
  out.spec.text = regex;
  out.remark = "made from the #Fields line; its sizes include the headers";
  return {out};
}

}  // namespace routemeter::doctor
