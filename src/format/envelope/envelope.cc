// SPDX-License-Identifier: Apache-2.0
#include "format/envelope/envelope.h"

#include "format/json/json_document.h"
#include "format/value/prefix_walk.h"
#include "model/vocabulary.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::format {
namespace {

using model::Envelope;
using model::Reason;

/// Length of an ISO 8601 time with zone ("2025-01-01T00:00:00.123+00:00", "...Z"); 0 = not there.
std::size_t iso_time_length(std::string_view text) noexcept {
  return time_length(text, "dddd-dd-ddTdd:dd:dd", ".d", {"Z", "+dd:dd", "-dd:dd", "+dddd", "-dddd"});
}

/// "<190>"; the value is at most 191.
std::size_t priority_length(std::string_view text) noexcept {
  for (const std::string_view shape : {"<d>", "<dd>", "<ddd>"}) {
    if (has_time_shape(text, shape)) return shape.size();
  }
  return 0;
}

/// "Jul  8 11:07:07"
std::size_t bsd_time_length(std::string_view text) noexcept {
  constexpr std::string_view kMonths = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ";
  constexpr std::string_view kRest = " bd dd:dd:dd";
  if (text.size() < 3 + kRest.size() || kMonths.find(text.substr(0, 4)) % 4 != 0) return 0;
  return has_time_shape(text.substr(3), kRest) ? 3 + kRest.size() : 0;
}

/// "[id name="value" ...][...]"; \" \\ \] are escapes in values.
std::size_t structured_data_length(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size() && text[at] == '[') {
    bool quoted = false;
    for (++at; at < text.size() && (quoted || text[at] != ']'); ++at) {
      if (text[at] == '\\' && quoted)
        ++at;
      else if (text[at] == '"')
        quoted = !quoted;
    }
    if (at >= text.size()) return 0;
    ++at;
  }
  return at;
}

/// Behind "<171>": "1 TIME host app pid id sd message".
bool skip_rfc5424(PrefixWalk& walk) noexcept {
  bool good =
      walk.skip("1 ") && (walk.skip(iso_time_length(walk.rest())) || walk.skip("-")) && walk.skip(" ");
  for (int word = 0; word < 4; ++word) good = good && walk.skip_word();
  good = good && (walk.skip("-") || walk.skip(structured_data_length(walk.rest()))) && walk.skip(" ");
  if (good) walk.skip("\xef\xbb\xbf");  // a byte order mark
  return good;
}

/// Length of a syslog header at the start of `line`, up to the first byte of the message; 0 = not there.
/// RFC 3164 "<190>Jul  8 11:07:07 host nginx[2869]: ", RFC 5424 "<171>1 TIME host app pid id [sd] ", and
/// "2025-01-01T00:00:00.123+00:00 host nginx[1]: "; "<190>" and, before a colon, the host may be absent.
std::size_t syslog_prefix_length(std::string_view line) noexcept {
  PrefixWalk walk(line);
  if (walk.skip(priority_length(line))) {
    PrefixWalk modern = walk;
    if (skip_rfc5424(modern)) return modern.at();
  }
  const std::size_t time = bsd_time_length(walk.rest());
  if (!walk.skip(time != 0 ? time : iso_time_length(walk.rest())) || !walk.skip(" ")) return 0;
  // The tag ends in a colon. What comes before it is the host, at most one word.
  for (int word = 0; word < 2; ++word) {
    const std::size_t from = walk.at();
    if (!walk.skip_word()) return 0;
    if (walk.at() - from > 2 && line[walk.at() - 2] == ':') return walk.at();
  }
  return 0;
}

/// Length of "name-1  | " at the start of `line`, maybe coloured; 0 = not there.
std::size_t compose_prefix_length(std::string_view line) noexcept {
  PrefixWalk walk(line);
  walk.skip_colours();
  const auto is_name = [](char c) { return util::is_alnum(c) || c == '_' || c == '-' || c == '.'; };
  const auto is_blank = [](char c) { return c == ' '; };
  if (!walk.skip_while(is_name) || !walk.skip_while(is_blank) || !walk.skip("|")) return 0;
  walk.skip_colours();
  // One blank; a line that begins with more has them of its own.
  return walk.skip(" ") ? walk.at() : 0;
}

/// Length of "2025-12-31T17:37:40.493035218+01:00 stdout F "; the tag may go on behind a colon.
std::size_t cri_prefix_length(std::string_view line) noexcept {
  PrefixWalk walk(line);
  if (!walk.skip(iso_time_length(line)) || !walk.skip_any({" stdout ", " stderr "})) return 0;
  const std::string_view tag = walk.rest().substr(0, 2);
  return (tag == "F " || tag == "F:") && walk.skip_word() ? walk.at() : 0;
}

/// Of the envelopes that are a prefix of the line.
class PrefixUnwrapper : public Unwrapper {
 public:
  using Length = std::size_t (*)(std::string_view line) noexcept;
  explicit PrefixUnwrapper(Length length) : length_(length) {}

  bool unwrap(std::string_view line, std::string_view& out) noexcept override {
    const std::size_t length = length_(line);
    if (length != 0) out = clean_line(line.substr(length));
    return length != 0;
  }

 private:
  Length length_;
};

/// Docker's json-file driver: {"log":"the line\n","stream":"stdout","time":"..."}, keys in any order, others
/// ignored. Also the prefix of `docker compose logs`.
class DockerUnwrapper final : public PrefixUnwrapper {
 public:
  DockerUnwrapper() : PrefixUnwrapper(&compose_prefix_length) {}

  bool unwrap(std::string_view line, std::string_view& out) noexcept override {
    if (line.empty() || line[0] != '{') return PrefixUnwrapper::unwrap(line, out);
    if (!document_.open(line)) return false;
    simdjson::ondemand::object root = document_.root();
    std::string_view log;
    for (auto item : root) {
      simdjson::ondemand::field field;
      if (std::move(item).get(field) != simdjson::SUCCESS) return false;
      if (!field.key().unsafe_is_equal("log")) continue;
      if (field.value().get_string().get(log) != simdjson::SUCCESS) return false;
    }
    // Without a newline it is a piece of a longer line, or what a process left unfinished.
    if (!document_.at_end() || log.empty() || log.back() != '\n') return false;
    log.remove_suffix(1);
    out = clean_line(log);
    return true;
  }

 private:
  JsonDocument document_;
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
  WrappedFormat(const FormatPtr& inner, Envelope envelope)
      : Format(*inner), inner_(inner), envelope_(envelope) {
    name_ = fmt::format("{} in {}", inner->name(), name_of(envelope));
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
  if (envelope == Envelope::kSyslog) return std::make_unique<PrefixUnwrapper>(&syslog_prefix_length);
  if (envelope == Envelope::kCri) return std::make_unique<PrefixUnwrapper>(&cri_prefix_length);
  if (envelope == Envelope::kDocker) return std::make_unique<DockerUnwrapper>();
  return nullptr;
}

FormatPtr wrap(FormatPtr inner, Envelope envelope) {
  if (envelope == Envelope::kNone || envelope == Envelope::kAuto) return inner;
  return std::make_shared<WrappedFormat>(inner, envelope);
}

}  // namespace routemeter::format
