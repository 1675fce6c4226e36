// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "expose/text/page_values.h"
#include "expose/text/parse.h"

// Any bytes as a page: they parse or they do not. What parses equals itself, and still does after it was
// written out again from what was understood.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace routemeter::expose;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto samples = parse_text(input, "fuzz");
  const auto same = compare(input, "fuzz", input);
  if (!samples) {
    if (same || samples.errors().empty()) std::abort();
    return 0;
  }
  if (!same || !same->equal()) std::abort();
  std::string again;
  bool valid = true;  // UTF-8: written out, other bytes become U+FFFD, and labels may clash
  for (const ParsedSample& sample : *samples) {
    again += identity_text(sample) + " " + sample.value_text + "\n";
    for (const auto& label : sample.labels) {
      std::string repaired;
      append_label_value(repaired, label.second);
      valid = valid && repaired.find("\xEF\xBF\xBD") == std::string::npos;
    }
  }
  if (!valid) return 0;
  const auto round_trip = compare(input, "fuzz", again);
  if (!round_trip || !round_trip->equal()) std::abort();
  return 0;
}
