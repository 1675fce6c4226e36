// SPDX-License-Identifier: Apache-2.0
#include "format/envelope/envelope.h"

#include "format/envelope/docker_line.h"
#include "format/envelope/syslog_prefix.h"

namespace routemeter::format {
namespace {

using model::Envelope;
using model::Reason;

class SyslogUnwrapper final : public Unwrapper {
 public:
  bool unwrap(std::string_view line, std::string_view& out) noexcept override {
    const std::size_t length = syslog_prefix_length(line);
    if (length == 0) return false;
    out = clean_line(line.substr(length));
    return true;
  }
};

/// "2025-12-31T17:37:40.493035218+01:00 stdout F line"; the tag may go on behind a colon.
class CriUnwrapper final : public Unwrapper {
 public:
  bool unwrap(std::string_view line, std::string_view& out) noexcept override {
    std::size_t at = iso_time_length(line);
    if (at == 0) return false;
    const std::string_view stream = line.substr(at, 8);
    if (stream != " stdout " && stream != " stderr ") return false;
    at += stream.size();
    const std::size_t blank = line.find(' ', at);
    if (blank == std::string_view::npos || line[at] != 'F') return false;
    if (blank != at + 1 && line[at + 1] != ':') return false;
    out = clean_line(line.substr(blank + 1));
    return true;
  }
};

class WrappedParser final : public Parser {
 public:
  WrappedParser(std::unique_ptr<Unwrapper> unwrapper, std::unique_ptr<Parser> inner)
      : unwrapper_(std::move(unwrapper)), inner_(std::move(inner)) {}

  Reason parse(std::string_view line, model::Request& out) noexcept override {
    if (line.empty()) return Reason::kEmpty;
    std::string_view inside;
    if (!unwrapper_->unwrap(line, inside)) return Reason::kBadEnvelope;
    return inner_->parse(inside, out);
  }

 private:
  std::unique_ptr<Unwrapper> unwrapper_;
  std::unique_ptr<Parser> inner_;
};

class WrappedFormat final : public Format {
 public:
  WrappedFormat(FormatPtr inner, Envelope envelope) : inner_(std::move(inner)), envelope_(envelope) {
    available_ = inner_->available();
    open_ = inner_->open();
    certain_ = inner_->certain();
    time_kind_ = inner_->time_kind();
    uses_ = inner_->uses();
    name_ = inner_->name() + " in ";
    name_ += envelope_name(envelope);
  }
  std::unique_ptr<Parser> make_parser() const override {
    return std::make_unique<WrappedParser>(make_unwrapper(envelope_), inner_->make_parser());
  }

  std::optional<Mismatch> explain(std::string_view line) const override {
    std::string_view inside;
    const auto unwrapper = make_unwrapper(envelope_);
    if (unwrapper->unwrap(line, inside)) return inner_->explain(inside);
    return Mismatch{std::string(line), 0,
                    "the wrapping that the other lines have: " + std::string(envelope_name(envelope_))};
  }

 private:
  FormatPtr inner_;
  Envelope envelope_;
};

}  // namespace

std::unique_ptr<Unwrapper> make_unwrapper(Envelope envelope) {
  switch (envelope) {
    case Envelope::kSyslog:
      return std::make_unique<SyslogUnwrapper>();
    case Envelope::kDocker:
      return std::make_unique<DockerUnwrapper>();
    case Envelope::kCri:
      return std::make_unique<CriUnwrapper>();
    case Envelope::kAuto:
    case Envelope::kNone:
      break;
  }
  return nullptr;
}

FormatPtr wrap(FormatPtr inner, Envelope envelope) {
  if (envelope == Envelope::kNone || envelope == Envelope::kAuto) return inner;
  return std::make_shared<WrappedFormat>(std::move(inner), envelope);
}

std::string_view envelope_name(Envelope envelope) {
  switch (envelope) {
    case Envelope::kSyslog:
      return "syslog";
    case Envelope::kDocker:
      return "docker";
    case Envelope::kCri:
      return "cri";
    case Envelope::kAuto:
    case Envelope::kNone:
      break;
  }
  return "";
}

}  // namespace routemeter::format
