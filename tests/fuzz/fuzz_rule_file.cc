// SPDX-License-Identifier: Apache-2.0
// Any bytes as a rule file: refused with positioned findings, or loaded and compiled.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "route/router.h"
#include "rules/rule_loader.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const routemeter::util::Diagnostics& findings) {
  require(!findings.empty());
  for (const auto& d : findings) {
    require(d.file == "fuzz.yaml");
    require(d.at.line >= 1 && d.at.column >= 1);
    require(!d.message.empty());
    for (const char c : routemeter::util::format(d)) {
      require(c == '\n' || c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = routemeter::rules::parse_rule_file(text, "fuzz.yaml");
  if (!file) {
    check(file.errors());
    return 0;
  }
  require(!file->metrics.empty());
  const auto router = routemeter::route::compile(*file);
  if (!router) check(router.errors());
  return 0;
}
