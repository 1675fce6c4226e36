// SPDX-License-Identifier: Apache-2.0
// Any bytes as a configuration file: refused with positioned findings, or services that are fit to be
// started.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "app/load/config_file.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = routemeter::app::parse_config_file(text, "/etc/fuzz.yaml");
  if (!file) {
    require(!file.errors().empty());
    for (const auto& d : file.errors()) {
      require(d.file == "/etc/fuzz.yaml" && d.at.line >= 1 && d.at.column >= 1 && !d.message.empty());
      for (const char c : routemeter::util::format(d)) {
        require(c == '\n' || c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F));
      }
    }
    return 0;
  }
  require(!file->services.empty());
  std::set<std::string> names;
  for (const auto& service : file->services) {
    require(names.insert(service.name).second);
    require(service.name.find('/') == std::string::npos && service.name[0] != '.');
    require(!service.logs.empty());
    for (const std::string& log : service.logs) require(!log.empty());
    require(!service.rules || service.rules->front() == '/');
  }
  return 0;
}
