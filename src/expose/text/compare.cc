// SPDX-License-Identifier: Apache-2.0
#include "expose/text/compare.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "expose/text/parse.h"

namespace routemeter::expose {
namespace {

constexpr double kTolerance = 1e-9;  // relative: the library adds doubles, we add integers
constexpr std::string_view kCreated = "_created";

bool same_number(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (a == b) return true;
  if (std::isinf(a) || std::isinf(b)) return false;
  return std::abs(a - b) <= kTolerance * std::max(std::abs(a), std::abs(b));
}

// When a child of the Python client was created is different in every run and nothing that a log knows.
bool is_created(const ParsedSample& sample) {
  const std::string& name = sample.name;
  return name.size() > kCreated.size() &&
         name.compare(name.size() - kCreated.size(), kCreated.size(), kCreated) == 0;
}

util::Result<std::vector<ParsedSample>> load(std::string_view text, const std::string& file) {
  auto samples = parse_text(text, file);
  if (samples) {
    samples->erase(std::remove_if(samples->begin(), samples->end(), is_created), samples->end());
  }
  return samples;
}

std::string line(char mark, const ParsedSample& sample) {
  return std::string(1, mark) + ' ' + identity_text(sample) + ' ' + sample.value_text;
}

}  // namespace

util::Result<Comparison> compare(std::string_view expected, const std::string& expected_name,
                                 std::string_view actual) {
  const auto wanted = load(expected, expected_name);
  if (!wanted) return wanted.errors();
  const auto found = load(actual, "(output)");
  if (!found) return found.errors();
  Comparison out;
  auto want = wanted->begin();
  auto have = found->begin();
  while (want != wanted->end() || have != found->end()) {
    const int order = want == wanted->end() ? 1 : have == found->end() ? -1 : compare_identity(*want, *have);
    if (order < 0) {
      out.removed.push_back(line('-', *want++));
    } else if (order > 0) {
      out.added.push_back(line('+', *have++));
    } else {
      if (!same_number(want->value, have->value)) {
        out.changed.push_back(line('~', *want) + " -> " + have->value_text);
      }
      ++want;
      ++have;
    }
  }
  return out;
}

}  // namespace routemeter::expose
