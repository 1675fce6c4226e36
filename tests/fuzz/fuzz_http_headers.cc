// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "expose/header/request_headers.h"

namespace {

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

// Any bytes as Accept, Accept-Encoding and Authorization: nobody gets what was not asked for by name or
// wildcard, and repeating the header changes nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace routemeter::expose;
  const std::string_view header(reinterpret_cast<const char*>(data), size);
  const std::string lower = lowered(header);
  const bool wildcard = lower.find('*') != std::string::npos;
  const auto has = [&lower](const char* word) { return lower.find(word) != std::string::npos; };

  const Choice choice = negotiate(header);
  require(choice.content_type != nullptr);
  const bool openmetrics = choice.dialect == Dialect::kOpenMetrics;
  require(openmetrics ==
          (std::string_view(choice.content_type).find("openmetrics") != std::string_view::npos));
  require(!openmetrics || wildcard || has("openmetrics-text"));

  const Encoding encoding = choose_encoding(header);
  require(encoding != Encoding::kGzip || wildcard || has("gzip"));
  require(encoding != Encoding::kNone || wildcard || has("identity"));
  if (header.find('"') == std::string_view::npos) {
    const std::string twice = std::string(header) + "," + std::string(header);
    require(choose_encoding(twice) == encoding);
    require(negotiate(twice).content_type == choice.content_type);
  }

  const auto credentials = parse_authorization(header);
  require(!credentials || lower.starts_with("basic "));
  require(!credentials || (credentials->user.find(':') == std::string::npos &&
                           credentials->user.size() + credentials->password.size() < size));
  return 0;
}
