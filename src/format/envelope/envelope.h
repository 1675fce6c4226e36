// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "format/contract/format.h"
#include "model/rule_file.h"

namespace routemeter::format {

/// Takes a line out of the wrapping that a log collector put around it. Owned by one thread.
class Unwrapper {
 public:
  virtual ~Unwrapper() = default;
  /// Sets `out` to the line inside, cleaned (clean_line); it lives as long as `line` and until the next
  /// call. False when the wrapping is not there.
  virtual bool unwrap(std::string_view line, std::string_view& out) noexcept = 0;
};

/// kSyslog: RFC 3164, RFC 5424, or an ISO 8601 time as rsyslog and journalctl write it; the priority may be
/// absent, and the host (nginx's `nohostname`).
/// kDocker: json-file lines, or the "name  | " of `docker compose logs`. Docker cuts lines at 16 KiB; a piece
/// without a newline at its end is refused, the last piece cannot be told from a whole line and then fits no
/// end-anchored format.
/// kCri: "TIME stdout F line"; partial lines (P) are refused in the same way.
/// Null for kNone and kAuto.
std::unique_ptr<Unwrapper> make_unwrapper(model::Envelope envelope);

/// `inner` for lines in that envelope; `inner` itself for kNone and kAuto. What has no such wrapping has the
/// reason kBadEnvelope.
FormatPtr wrap(FormatPtr inner, model::Envelope envelope);

}  // namespace routemeter::format
