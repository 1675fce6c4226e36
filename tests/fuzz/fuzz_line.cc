// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "format/choose/formats.h"
#include "format/contract/batch.h"

// Lines through every format that has a name, one by one and as batches. Attackers write these.

namespace {

using routemeter::format::BuiltinFormat;
using routemeter::format::FormatPtr;
using routemeter::format::Parser;
using routemeter::model::Field;
using routemeter::model::Reason;
using routemeter::model::Request;

std::vector<FormatPtr> make_formats() {
  std::vector<FormatPtr> out;
  for (const BuiltinFormat& row : routemeter::format::builtin_formats()) {
    routemeter::model::FormatSpec spec;
    spec.text = row.name;
    const auto made = row.make(spec, {});
    if (made) out.push_back(*made);
  }
  return out;
}

std::vector<std::unique_ptr<Parser>> make_parsers(const std::vector<FormatPtr>& formats) {
  std::vector<std::unique_ptr<Parser>> out;
  for (const FormatPtr& format : formats) out.push_back(format->make_parser());
  return out;
}

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const Request& request) {
  require(!request.method.empty() && !request.target.empty());
  require(request.method.find_first_of(" \"\\\n") == std::string_view::npos);
  require(request.status >= 100 && request.status <= 599);
  require((request.duration_ns >> 63) == 0 || !request.known.has(Field::kDuration));
  require((request.response_size >> 63) == 0 || !request.known.has(Field::kResponseSize));
}

/// A batch must say what its lines say.
void check_batch(Parser& parser, Parser& single, std::string_view text) {
  static routemeter::format::Batch batch;
  batch.start(text);
  const char* at = text.data();
  while (batch.has_more()) {
    parser.parse(batch);
    require(batch.begin() != batch.end());
    for (const auto& line : batch) {
      const auto* newline = static_cast<const char*>(
          std::memchr(at, '\n', static_cast<std::size_t>(text.data() + text.size() - at)));
      const char* end = newline == nullptr ? text.data() + text.size() : newline;
      const std::string_view clean = routemeter::format::clean_line({at, static_cast<std::size_t>(end - at)});
      at = end + 1;
      Request request;
      const Reason reason = clean.empty() ? Reason::kEmpty : single.parse(clean, request);
      require(line.text == clean && line.reason == reason);
      if (reason != Reason::kNone) continue;
      check(line.request);
      require(line.request.method == request.method && line.request.target == request.target);
      require(line.request.status == request.status && line.request.known == request.known);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<FormatPtr> kFormats = make_formats();
  static const std::vector<std::unique_ptr<Parser>> kParsers = make_parsers(kFormats);
  // A copy of its own, so that reading past either end of the line is seen.
  const std::string line(reinterpret_cast<const char*>(data), size);
  const std::vector<char> exact(line.begin(), line.end());
  const std::string_view text = routemeter::format::clean_line(std::string_view(exact.data(), exact.size()));
  for (const auto& parser : kParsers) {
    Request request;
    if (parser->parse(text, request) == Reason::kNone) check(request);
  }
  // Twice, so that what was learnt from the first is used for the second, and far enough from the end of the
  // text for the quick ways.
  const std::string again = line + "\n" + line + "\n" + std::string(300, 'x') + "\n";
  static const std::vector<std::unique_ptr<Parser>> kOthers = make_parsers(kFormats);
  for (std::size_t i = 0; i < kParsers.size(); ++i) {
    check_batch(*kParsers[i], *kOthers[i], {exact.data(), exact.size()});
    check_batch(*kParsers[i], *kOthers[i], again);
  }
  for (const FormatPtr& format : kFormats) {
    const auto mismatch = format->explain(text);
    require(!mismatch || (mismatch->at <= mismatch->text.size() && !mismatch->expected.empty()));
  }
  return 0;
}
