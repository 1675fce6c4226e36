// SPDX-License-Identifier: Apache-2.0
#include "format/uvicorn/uvicorn.h"

#include "format/contract/spec_error.h"
#include "format/uvicorn/uvicorn_parser.h"
#include "format/uvicorn/uvicorn_prefix.h"

namespace routemeter::format {
namespace {

using model::Reason;

class UvicornFormat final : public Format {
 public:
  UvicornFormat() {
    name_ = "uvicorn";
    for (const auto field : {model::Field::kRequest, model::Field::kMethod, model::Field::kTarget,
                             model::Field::kProtocol, model::Field::kStatus}) {
      available_.add(field);
    }
  }
  std::unique_ptr<Parser> make_parser() const override { return std::make_unique<UvicornParser>(); }

  std::optional<Mismatch> explain(std::string_view line) const override {
    model::Request request;
    const Reason reason = UvicornParser().parse(line, request);
    if (reason == Reason::kNone) return std::nullopt;
    const std::size_t first = line.find(kAfterClient);
    const std::size_t last = line.rfind('"');
    if (first == std::string_view::npos || last < first + kAfterClient.size()) {
      return Mismatch{std::string(line), uvicorn_prefix_length(line),
                      "an access line: 127.0.0.1:5000 - \"GET / HTTP/1.1\" 200"};
    }
    if (reason == Reason::kBadRequest) {
      return Mismatch{std::string(line), first + kAfterClient.size(), "a request such as GET / HTTP/1.1"};
    }
    return Mismatch{std::string(line), last + 1, "a blank and the status, maybe with its phrase"};
  }
};

}  // namespace

util::Result<FormatPtr> make_uvicorn(const model::FormatSpec& spec,
                                     const model::CaptureRegexFactory& /*regex*/) {
  util::Diagnostics errors;
  for (const auto& [field, source] : spec.fields) {
    errors.push_back(field_error(spec, source, "format uvicorn has no field '" + source.name + "'",
                                 "uvicorn logs the request line and the status only; for durations and sizes "
                                 "log JSON, or read the log of the proxy in front"));
  }
  if (!errors.empty()) return errors;
  return FormatPtr(std::make_shared<UvicornFormat>());
}

bool is_uvicorn_message(std::string_view line) noexcept {
  const std::string_view message = line.substr(uvicorn_prefix_length(line));
  for (const std::string_view known :
       {"Started server process [", "Started reloader process [", "Started parent process [",
        "Waiting for application startup.", "Application startup complete.", "Uvicorn running on ",
        "Starting gunicorn ", "Booting worker with pid", "Will watch for changes in these directories"}) {
    if (message.substr(0, known.size()) == known) return true;
  }
  return false;
}

}  // namespace routemeter::format
