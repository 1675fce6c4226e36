// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "format/contract/batch.h"
#include "format/contract/mismatch.h"
#include "model/capture_regex.h"
#include "model/reason.h"
#include "model/request.h"
#include "model/rule_file.h"
#include "util/result.h"

namespace routemeter::format {

/// Turns one line into a Request. Owned by one thread; keeps scratch for escapes.
class Parser {
 public:
  virtual ~Parser() = default;
  /// Parses a line without its line end (no CR, no leading NUL: see clean_line). Sets all of `out` (numbers
  /// where `known` has them) and returns Reason::kNone, or returns why not, and then `out` is unspecified.
  /// Allocates nothing once warm.
  virtual model::Reason parse(std::string_view line, model::Request& out) noexcept = 0;

  /// Parses the batch's next lines: as many as may be, one at least when there are more. Their views are
  /// valid until the next parse(). The same as parse() of each line that clean_line() gave.
  virtual void parse(Batch& batch) noexcept;

 protected:
  /// Parses one line of a batch that has room. False when the next parse() would overwrite what it sees.
  bool parse_next(Batch& batch) noexcept;
};

/// How Request::time is written.
enum class TimeKind : std::uint8_t {
  kNone,
  kClf,      ///< 10/Oct/2000:13:55:36 -0700
  kIso8601,  ///< 2024-01-01T00:00:00.123+00:00, also with a blank for the T
  kUnix,     ///< seconds since the epoch, maybe with decimals ($msec, Caddy)
  kUnixMilli,
  kUnixMicro,
  kUnixNano
};

/// Which part of a line feeds a Field, for people.
struct FieldUse {
  model::Field field = model::Field::kCount;
  std::string name;                          ///< as the format writes it: "$request_time", "%D", "Duration"
  model::Unit unit = model::Unit::kSeconds;  ///< of durations
};

/// A compiled format: immutable, shared by threads.
class Format {
 public:
  virtual ~Format() = default;
  virtual std::unique_ptr<Parser> make_parser() const = 0;

  /// Fields that lines of this format can have. A metric whose fields are not here is absent.
  const model::FieldSet& available() const { return available_; }
  /// Whether available() is only what lines may have, as in JSON without a field map: the lines tell.
  bool open() const { return open_; }
  /// What there is a place for in every line; available() unless open().
  model::FieldSet certain() const { return open_ ? certain_ : available_; }
  /// For people: "combined", "json", "nginx log_format", with the envelope: "combined in docker".
  const std::string& name() const { return name_; }
  TimeKind time_kind() const { return time_kind_; }
  /// What feeds what; of an open format only what detect() saw in its sample.
  const std::vector<FieldUse>& uses() const { return uses_; }

  /// Where the line stops to fit and what would have to stand there; nothing when it is a request, or when
  /// there is no place to show. Slow: for one line that a person looks at.
  virtual std::optional<Mismatch> explain(std::string_view line) const = 0;

 protected:
  model::FieldSet available_;
  model::FieldSet certain_;
  bool open_ = false;
  std::string name_;
  TimeKind time_kind_ = TimeKind::kNone;
  std::vector<FieldUse> uses_;
};

using FormatPtr = std::shared_ptr<const Format>;

/// Compiles everything but `auto`. Errors carry spec.origin and a position inside spec.text.
/// `regex` makes the engine for `regex` formats. The envelope kAuto means none here: see detect().
util::Result<FormatPtr> compile(const model::FormatSpec& spec, const model::CaptureRegexFactory& regex);

/// What detect() found out about a sample of lines.
struct Detection {
  FormatPtr format;         ///< null when nothing fits
  model::FormatSpec spec;   ///< what was chosen, without `auto`: compile() makes the same format again
  std::size_t lines = 0;    ///< non-empty lines looked at
  std::size_t fitting = 0;  ///< lines of the chosen (or nearest) format's shape
  std::string nearest;  ///< when nothing fits: the format that came closest, with the reason; may be empty
};

/// The number of non-empty lines that detect() wants to see.
inline constexpr std::size_t kDetectLines = 100;

/// Chooses format (when spec.text is "auto") and envelope (when kAuto) by what parses most of `lines`.
/// With an explicit format only the envelope is open, and `format` is never null.
util::Result<Detection> detect(const model::FormatSpec& spec, std::span<const std::string_view> lines,
                               const model::CaptureRegexFactory& regex);

/// Drops a CR before the newline and a run of NUL before the line.
std::string_view clean_line(std::string_view line);

/// Seconds since the epoch, or a negative number when `text` is no time of that kind.
double parse_time(std::string_view text, TimeKind kind);

/// Names of the presets, for `--help` and "did you mean".
std::vector<std::string> preset_names();

}  // namespace routemeter::format
