// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "tools/doctor/guess/candidate.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::doctor {
namespace {

using model::Field;
using model::Unit;

/// A W3C field and our field. Of several names for one of ours, the first in the log is taken.
struct Known {
  std::string_view w3c;
  Field field = Field::kCount;
};
constexpr std::array kKnown = {Known{"cs-method", Field::kMethod},
                               Known{"cs-uri-stem", Field::kTarget},
                               Known{"cs-uri", Field::kTarget},
                               Known{"sc-status", Field::kStatus},
                               Known{"c-status", Field::kStatus},
                               Known{"cs(Host)", Field::kHost},
                               Known{"cs-host", Field::kHost},
                               Known{"time-taken", Field::kDuration},
                               Known{"cs-bytes", Field::kRequestSize},
                               Known{"sc-bytes", Field::kResponseSize},
                               Known{"time-to-first-byte", Field::kTimeToFirstByte}};

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
  return std::ranges::any_of(lines, [column](std::string_view line) {
    const std::vector<std::string_view> words = fields_of(line);
    return !line.starts_with('#') && column < words.size() && util::contains(words[column], ".");
  });
}

std::string log_name(const Header& header) {
  if (std::ranges::count(header.fields, "x-edge-location") > 0) return "AWS CloudFront (W3C extended log)";
  const bool iis = util::contains(header.software, "Internet Information");
  return iis ? "IIS (W3C extended log)" : "W3C extended log";
}

}  // namespace

std::vector<Candidate> guess_w3c(const std::vector<std::string_view>& lines) {
  const Header header = read_header(lines);
  if (header.fields.empty()) return {};
  const bool tabs = std::ranges::any_of(
      lines, [](std::string_view line) { return !line.starts_with('#') && util::contains(line, "\t"); });
  const std::string value = tabs ? R"([^\t]*)" : R"((?:"[^"]*"|\S+))";
  Candidate out;
  out.name = log_name(header);
  std::string regex;
  std::set<Field> taken;
  for (std::size_t i = 0; i < header.fields.size(); ++i) {
    const std::string_view field = header.fields[i];
    if (i > 0) regex += tabs ? R"(\t)" : " ";
    if (!tabs && field == "date" && i + 1 < header.fields.size() && header.fields[i + 1] == "time") {
      regex += R"((?P<time>\S+ \S+))";
      ++i;
      continue;
    }
    const auto known = std::ranges::find(kKnown, field, &Known::w3c);
    if (known == kKnown.end() || !taken.insert(known->field).second) {
      regex += value;
      continue;
    }
    const std::string group(model::name_of(known->field));
    regex += fmt::format("(?P<{}>{})", group, tabs ? R"([^\t]*)" : R"(\S+)");
    if (known->field != Field::kDuration && known->field != Field::kTimeToFirstByte) continue;
    const bool ms = !has_fraction(lines, i) && util::contains(header.software, "Microsoft");
    map_field(out.spec, known->field, group, ms ? Unit::kMilliseconds : Unit::kSeconds);
  }
  out.spec.text = regex;
  out.remark = "made from the #Fields line; its sizes include the headers";
  return {out};
}

}  // namespace routemeter::doctor
