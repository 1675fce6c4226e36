// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "format/contract/log_time.h"
#include "model/request.h"
#include "model/rule_file.h"
#include "model/vocabulary.h"

namespace routemeter::format {

inline constexpr std::size_t kFieldCount = static_cast<std::size_t>(model::Field::kCount);

/// All of them, in order.
inline constexpr auto kFields = [] {
  std::array<model::Field, kFieldCount> fields{};
  for (std::size_t i = 0; i < kFieldCount; ++i) fields[i] = static_cast<model::Field>(i);
  return fields;
}();

/// A value for each Field.
template <typename T>
class ByField {
 public:
  T& operator[](model::Field field) noexcept { return values_[static_cast<std::size_t>(field)]; }
  const T& operator[](model::Field field) const noexcept { return values_[static_cast<std::size_t>(field)]; }

 private:
  std::array<T, kFieldCount> values_{};
};

/// The fields of a Request that are kept as the line has them, "-" as nothing.
struct TextField {
  model::Field field;
  std::string_view model::Request::*out;
};
inline constexpr TextField kTextFields[] = {{model::Field::kHost, &model::Request::host},
                                            {model::Field::kTime, &model::Request::time}};

/// The fields of a Request that are numbers.
struct NumberField {
  model::Field field;
  bool is_duration;
  std::uint64_t model::Request::*out;
};
inline constexpr NumberField kNumberFields[] = {
    {model::Field::kDuration, true, &model::Request::duration_ns},
    {model::Field::kTimeToFirstByte, true, &model::Request::time_to_first_byte_ns},
    {model::Field::kRequestSize, false, &model::Request::request_size},
    {model::Field::kResponseSize, false, &model::Request::response_size}};

/// Null for other fields.
inline const NumberField* number_field(model::Field field) noexcept {
  const auto* const found =
      std::find_if(std::begin(kNumberFields), std::end(kNumberFields),
                   [field](const NumberField& number) { return number.field == field; });
  return found == std::end(kNumberFields) ? nullptr : found;
}

/// The place where a line stops to fit a format, for people.
struct Mismatch {
  std::string text;      ///< what the format looked at: the line without its envelope
  std::size_t at = 0;    ///< first wrong byte of `text`; its size when the line is too short
  std::string expected;  ///< `"] \"" behind $time_local`
};

class Batch;

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
  /// Empties a Request that is used again before its line is read. The numbers stay, as `known` says that
  /// there are none.
  static void clear(model::Request& out) noexcept {
    out.set_method({});
    out.target = {};
    for (const TextField& text : kTextFields) out.*text.out = {};
    out.readable_end = nullptr;
    out.status = 0;
    out.known = {};
    out.present = {};
  }
  /// Parses one line of a batch that has room. False when the next parse() would overwrite what it sees.
  bool parse_next(Batch& batch) noexcept;
};

/// The part of a line that feeds a Field, for people.
struct FieldUse {
  model::Field field = model::Field::kCount;
  std::string name;                          ///< as the format writes it: "$request_time", "%D", "Duration"
  model::Unit unit = model::Unit::kSeconds;  ///< of durations
};

/// The program that writes the lines of a format, as far as the format tells: more fields are set up there.
enum class Writer : std::uint8_t {
  kAny,  ///< several write such lines
  kNginx,
  kApache,
  kGunicorn,
  kUvicorn,
  kTraefik,
  kJson,  ///< the keys tell
  kOther
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
  /// The fields that every line has a place for: all of available() unless open().
  model::FieldSet certain() const { return open_ ? certain_ : available_; }
  /// For people: "combined", "json", "nginx log_format", with the envelope: "combined in docker".
  const std::string& name() const { return name_; }
  TimeKind time_kind() const { return time_kind_; }
  Writer writer() const { return writer_; }
  /// The part of a line that feeds each field; for an open format only those that detect() saw in its sample.
  const std::vector<FieldUse>& uses() const { return uses_; }

  /// The place where the line stops to fit, and what should stand there; nothing when it is a request, or
  /// when there is no place to show. Slow: for one line that a person looks at.
  virtual std::optional<Mismatch> explain(std::string_view line) const = 0;

 protected:
  model::FieldSet available_;
  model::FieldSet certain_;
  bool open_ = false;
  std::string name_;
  TimeKind time_kind_ = TimeKind::kNone;
  Writer writer_ = Writer::kOther;
  std::vector<FieldUse> uses_;
};

using FormatPtr = std::shared_ptr<const Format>;

/// A format whose fields and kind of time stand in the lines, not in its definition (json, regex).
class SampledFormat : public Format {
 public:
  /// The same format with time_kind() and uses() as `lines` (without envelope) have them, or null when they
  /// do not tell.
  virtual FormatPtr fitted(std::span<const std::string_view> lines) const = 0;
};

/// Drops a CR before the newline and a run of NUL before the line.
std::string_view clean_line(std::string_view line);

}  // namespace routemeter::format
