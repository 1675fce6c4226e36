// SPDX-License-Identifier: Apache-2.0
#include "format/envelope/envelope.h"

#include "format/json/json_document.h"
#include "format/value/log_escape.h"
#include "model/vocabulary.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::format {
namespace {

using model::Envelope;
using model::Reason;

/// Length of an ISO 8601 time with zone ("2025-01-01T00:00:00.123+00:00", "...Z"); 0 = not there.
std::size_t iso_time_length(std::string_view text) noexcept {
  constexpr std::string_view kSeconds = "dddd-dd-ddTdd:dd:dd";
  if (!has_time_shape(text, kSeconds)) return 0;
  std::size_t at = kSeconds.size();
  if (has_time_shape(text.substr(at), ".d")) {
    for (++at; at < text.size() && util::is_digit(text[at]);) ++at;
  }
  const std::string_view zone = text.substr(at);
  if (has_time_shape(zone, "Z")) return at + 1;
  for (const std::string_view shape : {"+dd:dd", "-dd:dd", "+dddd", "-dddd"}) {
    if (has_time_shape(zone, shape)) return at + shape.size();
  }
  return 0;
}

/// "<190>"; the value is at most 191.
std::size_t priority_length(std::string_view text) {
  if (text.empty() || text[0] != '<') return 0;
  std::size_t at = 1;
  while (at < text.size() && util::is_digit(text[at])) ++at;
  return at > 1 && at <= 4 && at < text.size() && text[at] == '>' ? at + 1 : 0;
}

/// "Jul  8 11:07:07"
std::size_t bsd_time_length(std::string_view text) {
  constexpr std::string_view kMonths = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ";
  constexpr std::string_view kRest = " bd dd:dd:dd";
  if (text.size() < 3 + kRest.size() || text[3] != ' ') return 0;
  if (kMonths.find(text.substr(0, 4)) % 4 != 0) return 0;
  return has_time_shape(text.substr(3), kRest) ? 3 + kRest.size() : 0;
}

/// Skips a word and the blank behind it. False at the end of the line.
bool skip_word(std::string_view line, std::size_t& at) {
  const std::size_t blank = line.find(' ', at);
  if (blank == std::string_view::npos || blank == at) return false;
  at = blank + 1;
  return true;
}

/// "[id name="value" ...][...]" or "-"; \" \\ \] are escapes in values.
bool skip_structured_data(std::string_view line, std::size_t& at) {
  if (at < line.size() && line[at] == '-') {
    ++at;
    return true;
  }
  const std::size_t from = at;
  while (at < line.size() && line[at] == '[') {
    bool quoted = false;
    for (++at; at < line.size() && (quoted || line[at] != ']'); ++at) {
      if (line[at] == '\\' && quoted)
        ++at;
      else if (line[at] == '"')
        quoted = !quoted;
    }
    if (at >= line.size()) return false;
    ++at;
  }
  return at != from;
}

/// Behind "<171>": "1 TIME host app pid id sd message".
std::size_t rfc5424_length(std::string_view line, std::size_t at) {
  if (line.substr(at, 2) != "1 ") return 0;
  at += 2;
  const std::size_t time = iso_time_length(line.substr(at));
  if (time == 0 && line.substr(at, 1) != "-") return 0;
  at += time == 0 ? 1 : time;
  if (line.substr(at, 1) != " ") return 0;
  ++at;
  for (int word = 0; word < 4; ++word) {
    if (!skip_word(line, at)) return 0;
  }
  if (!skip_structured_data(line, at) || line.substr(at, 1) != " ") return 0;
  ++at;
  constexpr std::string_view kBom = "\xef\xbb\xbf";
  return line.substr(at, kBom.size()) == kBom ? at + kBom.size() : at;
}

/// Length of a syslog header at the start of `line`, up to the first byte of the message; 0 = not there.
/// RFC 3164 "<190>Jul  8 11:07:07 host nginx[2869]: ", RFC 5424 "<171>1 TIME host app pid id [sd] ", and
/// "2025-01-01T00:00:00.123+00:00 host nginx[1]: "; "<190>" and, before a colon, the host may be absent.
std::size_t syslog_prefix_length(std::string_view line) noexcept {
  std::size_t at = priority_length(line);
  if (at != 0) {
    if (const std::size_t modern = rfc5424_length(line, at); modern != 0) return modern;
  }
  std::size_t time = bsd_time_length(line.substr(at));
  if (time == 0) time = iso_time_length(line.substr(at));
  if (time == 0 || line.substr(at + time, 1) != " ") return 0;
  at += time + 1;
  // The tag ends in a colon. What comes before it is the host, at most one word.
  for (int word = 0; word < 2; ++word) {
    const std::size_t from = at;
    if (!skip_word(line, at)) return 0;
    if (at - from > 2 && line[at - 2] == ':') return at;
  }
  return 0;
}

/// Length of "name-1  | " at the start of `line`, 0 = not there.
std::size_t compose_prefix_length(std::string_view line) noexcept {
  std::size_t at = ansi_colour_length(line);
  const std::size_t from = at;
  const auto is_name = [](char c) { return util::is_alnum(c) || c == '_' || c == '-' || c == '.'; };
  while (at < line.size() && is_name(line[at])) ++at;
  if (at == from) return 0;
  const std::size_t blanks = at;
  while (at < line.size() && line[at] == ' ') ++at;
  if (at == blanks || at == line.size() || line[at] != '|') return 0;
  ++at;
  at += ansi_colour_length(line.substr(at));
  // One blank; a line that begins with more has them of its own.
  return at < line.size() && line[at] == ' ' ? at + 1 : 0;
}

/// Docker's json-file driver: {"log":"the line\n","stream":"stdout","time":"..."}, keys in any order, others
/// ignored. Also the prefix of `docker compose logs`: "name-1  | the line", maybe coloured.
class DockerUnwrapper final : public Unwrapper {
 public:
  bool unwrap(std::string_view line, std::string_view& out) noexcept override;

 private:
  bool unwrap_json(std::string_view line, std::string_view& out) noexcept;

  JsonDocument document_;
};

bool DockerUnwrapper::unwrap(std::string_view line, std::string_view& out) noexcept {
  if (!line.empty() && line[0] == '{') return unwrap_json(line, out);
  const std::size_t prefix = compose_prefix_length(line);
  if (prefix == 0) return false;
  out = clean_line(line.substr(prefix));
  return true;
}

bool DockerUnwrapper::unwrap_json(std::string_view line, std::string_view& out) noexcept {
  if (!document_.open(line)) return false;
  simdjson::ondemand::object root = document_.root();
  std::string_view log;
  bool found = false;
  for (auto item : root) {
    simdjson::ondemand::field field;
    if (std::move(item).get(field) != simdjson::SUCCESS) return false;
    if (!field.key().unsafe_is_equal("log")) continue;
    if (field.value().get_string().get(log) != simdjson::SUCCESS) return false;
    found = true;
  }
  if (!found || !document_.at_end()) return false;
  // Without a newline it is a piece of a longer line, or what a process left unfinished.
  if (log.empty() || log.back() != '\n') return false;
  log.remove_suffix(1);
  out = clean_line(log);
  return true;
}

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
    writer_ = inner_->writer();
    uses_ = inner_->uses();
    name_ = fmt::format("{} in {}", inner_->name(), name_of(envelope));
  }
  std::unique_ptr<Parser> make_parser() const override {
    return std::make_unique<WrappedParser>(make_unwrapper(envelope_), inner_->make_parser());
  }

  std::optional<Mismatch> explain(std::string_view line) const override {
    std::string_view inside;
    const auto unwrapper = make_unwrapper(envelope_);
    if (unwrapper->unwrap(line, inside)) return inner_->explain(inside);
    return Mismatch{std::string(line), 0,
                    fmt::format("the wrapping that the other lines have: {}", name_of(envelope_))};
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

}  // namespace routemeter::format
