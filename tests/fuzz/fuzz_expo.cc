// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "expose/text/parse.h"
#include "expose/text/text.h"
#include "util/utf8.h"

namespace {

using routemeter::expose::ParsedSample;
using routemeter::model::Family;
using routemeter::model::MetricType;
using routemeter::model::Sample;

void require(bool holds) {
  if (!holds) std::abort();
}

// Cuts the part before the next 0xFF byte, which no text of a page has.
std::string_view cut(std::string_view& input) {
  const std::size_t length = std::min(input.find('\xFF'), input.size());
  const std::string_view part = input.substr(0, length);
  input.remove_prefix(std::min(length + 1, input.size()));
  return part;
}

std::string repaired(std::string_view text) {
  std::string out;
  routemeter::util::append_utf8_repaired(out, text);
  return out;
}

}  // namespace

// Any bytes as help and label values: the page parses in both dialects, every line is one, and each value
// comes back as it was.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace routemeter::expose;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  Family family;
  family.name = "m_total";
  family.help = cut(input);
  family.label_names = {"a", "b"};
  std::set<std::vector<std::string>>
      seen;  // as the page shows them: a store keeps series apart, and so do we
  while (!input.empty()) {
    Sample sample;
    sample.label_values = {std::string(cut(input)), std::string(cut(input))};
    sample.count = seen.size();
    const std::vector<std::string> shown = {repaired(sample.label_values[0]),
                                            repaired(sample.label_values[1])};
    if (shown[0].find("\xEF\xBF\xBD") != std::string::npos ||
        shown[1].find("\xEF\xBF\xBD") != std::string::npos) {
      // How many U+FFFD a broken sequence gives is the writer's business: it has to be valid, no more.
      require(routemeter::util::utf8_valid(to_page({family})));
      continue;
    }
    if (!seen.insert(shown).second) continue;
    family.samples.push_back(std::move(sample));
  }
  for (const Dialect dialect : {Dialect::kText, Dialect::kOpenMetrics}) {
    const std::string page = to_page({family}, dialect);
    require(routemeter::util::utf8_valid(page));
    const auto lines = static_cast<std::size_t>(std::count(page.begin(), page.end(), '\n'));
    const std::size_t metadata =
        (family.help.empty() ? 1U : 2U) + (dialect == Dialect::kOpenMetrics ? 1U : 0U);
    require(lines == family.samples.size() + metadata);
    const auto samples = parse_text(page, "page");
    require(static_cast<bool>(samples) && samples->size() == family.samples.size());
    for (const Sample& sample : family.samples) {
      const auto same = [&sample](const ParsedSample& parsed) {
        return parsed.labels.size() == 2 && parsed.labels[0].second == sample.label_values[0] &&
               parsed.labels[1].second == sample.label_values[1] &&
               parsed.value == static_cast<double>(sample.count);
      };
      require(std::any_of(samples->begin(), samples->end(), same));
    }
  }
  return 0;
}
