// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/load/service.h"
#include "format/contract/format.h"
#include "input/read/block.h"
#include "input/read/reader.h"
#include "pipeline/unmatched.h"
#include "pipeline/worker.h"
#include "util/result.h"

namespace routemeter::doctor {

/// A log that is open for one reading, with its first lines read ahead: they tell the format, and are still
/// the first blocks of the reading.
struct OpenLog {
  std::unique_ptr<input::Reader> reader;
  std::vector<input::Block> first;
  bool ended = false;        ///< `first` is all there is
  util::Diagnostics damage;  ///< what ended it early

  /// The first non-empty lines, cleaned, as many as detection looks at; views into `first`.
  std::vector<std::string_view> lines() const;
};

/// Opens a file, a gzip file, or "-", and reads until there are enough lines for detection.
util::Result<OpenLog> open_log(const std::string& path);

/// The numbers of one request, as far as they are known.
struct RequestNumbers {
  model::FieldSet known;
  std::uint64_t duration_ns = 0;
  std::uint64_t time_to_first_byte_ns = 0;
  std::uint64_t request_size = 0;
  std::uint64_t response_size = 0;
  double time = -1;  ///< seconds since the epoch; negative = not readable
};

/// A line that is no request and should be one.
struct OddLine {
  std::uint64_t number = 0;  ///< in the file
  std::string text;
  model::Reason reason = model::Reason::kNone;
};

/// The result of reading a log with a format and the rules of a service.
struct Study {
  pipeline::Source source;               ///< lines by reason, fields seen, last time
  std::optional<OddLine> first_odd;      ///< of a reason that wants repair, before one that does not
  std::vector<RequestNumbers> requests;  ///< the first ones, kKept at most
  bool has_time = false;                 ///< the format has a time in its lines
  pipeline::Unmatched unmatched;
  std::unique_ptr<pipeline::Worker> worker;
  std::size_t half_series = 0;  ///< series when the first half of `requests` was read
  std::uint64_t bytes = 0;      ///< read, decompressed
  bool whole = true;            ///< false: too big, only its beginning and its end were read
  util::Diagnostics damage;     ///< what ended the reading early

  const pipeline::Counters& counters() const { return source.counters; }

  static constexpr std::size_t kKept = 20000;
};

/// The bytes of a log to read, from its beginning and from its end.
struct Bounds {
  std::uint64_t head = std::uint64_t{1} << 30U;  ///< bytes, decompressed
  std::uint64_t tail = std::uint64_t{64} << 20U;
};

/// Reads the log to its end or bounds, as serve would count it. Errors: the metrics do not go with the
/// format.
util::Result<Study> study_log(OpenLog& log, const std::string& path, const format::Format& format,
                              const app::Service& service, const Bounds& bounds);

/// True for reasons that point at the format: neither usual lines nor bad requests of clients.
bool wants_repair(model::Reason reason);

}  // namespace routemeter::doctor
