// SPDX-License-Identifier: Apache-2.0
#include "format/choose/detect.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "format/envelope/envelope.h"
#include "model/vocabulary.h"
#include "util/words.h"

namespace routemeter::format {
namespace {

using model::Envelope;
using model::Reason;

using Lines = std::vector<std::string_view>;

bool has_line_shape(Reason reason) {
  return reason == Reason::kNone || reason == Reason::kBadRequest || reason == Reason::kBadStatus ||
         reason == Reason::kBadNumber;
}

/// The sample as it looks inside one envelope; owns what an envelope had to unescape.
struct Inside {
  Envelope envelope = Envelope::kNone;
  std::vector<std::string> texts;
  Lines lines;
};

Inside look_inside(Envelope envelope, std::span<const std::string_view> lines) {
  Inside out;
  out.envelope = envelope;
  const auto unwrapper = make_unwrapper(envelope);
  if (unwrapper == nullptr) {
    out.lines.assign(lines.begin(), lines.end());
    return out;
  }
  for (const std::string_view line : lines) {
    std::string_view inside;
    if (unwrapper->unwrap(line, inside)) out.texts.emplace_back(inside);
  }
  for (const std::string& text : out.texts) out.lines.emplace_back(text);
  return out;
}

/// A format that was tried, and the envelope in which it does best.
struct Candidate {
  FormatPtr format;
  std::string_view name;  // the preset; empty for the format that the spec names
  const Inside* inside = nullptr;
  Score score;

  bool wrapped() const { return inside->envelope != Envelope::kNone; }
};

/// True when `b` is the better explanation of the sample. An envelope is strict and the first fields of a
/// text format are loose enough to take it for a user name, so of equals the one with the envelope is meant.
bool better(const Candidate& a, const Candidate& b) {
  if (a.score < b.score) return true;
  return !(b.score < a.score) && b.score.fitting() > 0 && b.wrapped() && !a.wrapped();
}

/// The better of what we have and `format` in each envelope; equals leave the earlier.
void consider(const FormatPtr& format, std::string_view name, const std::vector<Inside>& insides,
              Candidate& best) {
  for (const Inside& inside : insides) {
    Candidate now{format, name, &inside, score(*format, inside.lines)};
    if (best.format == nullptr || better(best, now)) best = std::move(now);
  }
}

/// The candidate with what its sample tells about fields, in its envelope.
FormatPtr finish(const Candidate& candidate) {
  FormatPtr format = candidate.format;
  if (const auto* sampled = dynamic_cast<const SampledFormat*>(format.get())) {
    if (FormatPtr fitted = sampled->fitted(candidate.inside->lines)) format = std::move(fitted);
  }
  return wrap(std::move(format), candidate.inside->envelope);
}

std::vector<Inside> look_inside_all(const model::FormatSpec& spec, const Lines& lines) {
  std::vector<Inside> insides;
  for (const Envelope envelope :
       spec.envelope == Envelope::kAuto ? plausible_envelopes(lines) : std::vector{spec.envelope}) {
    insides.push_back(look_inside(envelope, lines));
  }
  return insides;
}

/// The result of `auto`: the best candidate, which may fit no line, and the errors of formats that do fit but
/// lack a field that the rule file asks for.
struct Search {
  Candidate best;
  std::vector<FormatPtr> formats;  ///< all that were tried
  util::Diagnostics errors;
};

Search search_builtins(const model::FormatSpec& spec, const model::CaptureRegexFactory& regex,
                       const std::vector<Inside>& insides) {
  Search out;
  Candidate refused;
  for (const BuiltinFormat& row : builtin_formats()) {
    if (!row.in_auto) continue;
    model::FormatSpec own = spec;
    own.text = row.name;
    own.envelope = Envelope::kNone;
    if (const auto format = row.make(own, regex)) {
      consider(*format, row.name, insides, out.best);
      out.formats.push_back(*format);
    } else {
      own.fields.clear();
      const auto plain = row.make(own, regex);
      if (!plain) continue;
      const Score before = refused.score;
      consider(*plain, row.name, insides, refused);
      if (before < refused.score || out.errors.empty()) out.errors = format.errors();
    }
  }
  // A format without the field that does better than all that have it is the log's, and the field is wrong.
  const bool refused_wins = refused.format != nullptr && refused.score.fitting() > 0 &&
                            (out.best.format == nullptr || better(out.best, refused));
  if (!refused_wins) out.errors.clear();
  return out;
}

util::Result<Detection> detect_auto(const model::FormatSpec& spec, const Lines& lines,
                                    const model::CaptureRegexFactory& regex) {
  Detection out;
  out.spec = spec;
  out.lines = lines.size();
  if (lines.empty()) return out;
  const std::vector<Inside> insides = look_inside_all(spec, lines);
  const Search search = search_builtins(spec, regex, insides);
  if (!search.errors.empty()) return search.errors;
  const Candidate& best = search.best;
  if (best.format == nullptr) return out;
  const auto choose = [&out](FormatPtr format, std::string_view name, Envelope envelope) {
    out.format = std::move(format);
    out.spec.text = name;
    out.spec.envelope = envelope;
    return out;
  };
  out.fitting = best.score.fitting();
  if (out.fitting > 0) return choose(finish(best), best.name, best.inside->envelope);
  // Messages of a server are all that stands in its log before the first request.
  for (const Inside& inside : insides) {
    for (const BuiltinFormat& row : builtin_formats()) {
      if (row.is_message == nullptr ||
          std::none_of(inside.lines.begin(), inside.lines.end(), row.is_message)) {
        continue;
      }
      auto format = row.make(spec, regex);
      if (!format) return format.errors();
      return choose(wrap(*format, inside.envelope), row.name, inside.envelope);
    }
  }
  out.nearest = best.inside->lines.empty()
                    ? fmt::format("no line has the envelope {}", name_of(best.inside->envelope))
                    : describe_nearest(search.formats, best.inside->lines);
  return out;
}

util::Result<Detection> detect_envelope(const model::FormatSpec& spec, const Lines& lines,
                                        const model::CaptureRegexFactory& regex) {
  model::FormatSpec bare = spec;
  bare.envelope = Envelope::kNone;
  auto format = compile(bare, regex);
  if (!format) return format.errors();
  Detection out;
  out.spec = spec;
  out.lines = lines.size();
  Candidate best;
  const std::vector<Inside> insides = look_inside_all(spec, lines);
  consider(*format, "", insides, best);
  out.fitting = best.score.fitting();
  out.format = finish(best);
  out.spec.envelope = best.inside->envelope;
  return out;
}

}  // namespace

bool Score::operator<(const Score& other) const {
  return std::make_tuple(fitting(), parsed, familiar) <
         std::make_tuple(other.fitting(), other.parsed, other.familiar);
}

Score score(const Format& format, std::span<const std::string_view> lines) {
  Score out;
  const auto parser = format.make_parser();
  for (const std::string_view line : lines) {
    model::Request request;
    const Reason reason = parser->parse(line, request);
    if (reason == Reason::kNone) {
      ++out.parsed;
    } else if (has_line_shape(reason) || reason == Reason::kWebsocket) {
      ++out.shaped;
    } else if (reason == Reason::kMissingField || reason == Reason::kComment) {
      ++out.familiar;
    }
  }
  return out;
}

std::vector<Envelope> plausible_envelopes(std::span<const std::string_view> lines) {
  std::vector<Envelope> out = {Envelope::kNone};
  for (const Envelope envelope : {Envelope::kSyslog, Envelope::kDocker, Envelope::kCri}) {
    const std::size_t wrapped = look_inside(envelope, lines).lines.size();
    if (wrapped * 2 >= lines.size() && wrapped > 0) out.push_back(envelope);
  }
  return out;
}

util::Result<Detection> detect(const model::FormatSpec& spec, std::span<const std::string_view> lines,
                               const model::CaptureRegexFactory& regex) {
  Lines sample;
  for (const std::string_view line : lines) {
    const std::string_view clean = clean_line(line);
    if (!clean.empty() && sample.size() < kDetectLines) sample.push_back(clean);
  }
  return spec.text == "auto" ? detect_auto(spec, sample, regex) : detect_envelope(spec, sample, regex);
}

namespace {

/// Bounds the work on a hostile line: cuts times formats times length.
constexpr std::size_t kMaxPrefix = 4096;
constexpr int kMaxCuts = 100;

/// The name of the first format that gives this reason for the line, or "".
std::string format_that_says(Reason reason, std::span<const FormatPtr> formats, std::string_view line) {
  for (const FormatPtr& format : formats) {
    model::Request request;
    if (format->make_parser()->parse(line, request) == reason) return format->name();
  }
  return "";
}

}  // namespace

std::optional<PrefixFit> longest_prefix(std::span<const FormatPtr> formats, std::string_view line) {
  std::optional<PrefixFit> best;
  for (const FormatPtr& format : formats) {
    const auto parser = format->make_parser();
    std::size_t end = line.substr(0, kMaxPrefix).rfind(' ');
    for (int cuts = 0; cuts < kMaxCuts && end != std::string_view::npos && end > 0; ++cuts) {
      if (best && end <= best->length) break;
      model::Request request;
      if (has_line_shape(parser->parse(line.substr(0, end), request))) {
        best = PrefixFit{format, end};
        break;
      }
      end = line.rfind(' ', end - 1);
    }
  }
  return best;
}

std::string describe_nearest(std::span<const FormatPtr> formats, std::span<const std::string_view> lines) {
  if (lines.empty()) return "";
  for (const std::string_view line : lines) {
    if (line[0] == '#') continue;
    if (const std::string name = format_that_says(Reason::kMissingField, formats, line); !name.empty()) {
      return fmt::format(
          "{}: none of {} has a method, a target and a status under a name that is known; map them with "
          "'fields'",
          name, util::counted(lines.size(), "line"));
    }
    if (const auto fit = longest_prefix(formats, line)) {
      return fmt::format("{0}: none of {1} fits; the first goes on at column {2}, where {0} ends",
                         fit->format->name(), util::counted(lines.size(), "line"), fit->length + 2);
    }
    break;
  }
  if (lines[0][0] == '#') return "the lines begin with '#' as W3C logs do, a format that is not known";
  return "";
}

std::optional<Misfit> farthest_misfit(std::string_view line, const model::CaptureRegexFactory& regex) {
  const auto rows = builtin_formats();
  const bool marked = std::any_of(rows.begin(), rows.end(), [line](const BuiltinFormat& row) {
    return row.first_byte != '\0' && row.first_byte == line.front();
  });
  std::optional<Misfit> best;
  for (const BuiltinFormat& row : rows) {
    // A log with messages has lines of any kind, so it says little how far one of them fits.
    if (!row.in_auto || row.is_message != nullptr) continue;
    if (row.first_byte != (marked ? line.front() : '\0')) continue;
    model::FormatSpec spec;
    spec.text = row.name;
    const auto format = row.make(spec, regex);
    if (!format) continue;
    auto mismatch = (*format)->explain(line);
    if (!mismatch || (best && mismatch->at <= best->mismatch.at)) continue;
    best = Misfit{std::string(row.name), std::move(*mismatch)};
  }
  return best;
}

}  // namespace routemeter::format
