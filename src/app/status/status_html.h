// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// The pieces that the status page is made of. Whatever comes from outside (logs, rule files, paths) reaches
// the page through html() or html_lines() only.

namespace routemeter::app {

/// `raw` as HTML text, good between tags and in quoted attributes: markup escaped; control bytes and bytes
/// that are no UTF-8 shown as \xNN; characters that reorder or hide their neighbours (Unicode bidi controls,
/// zero-width ones, line separators) as \u{...}. Cut with "..." after `limit` bytes.
std::string html(std::string_view raw, std::size_t limit = 1024);

/// The same for a text of several lines, which it keeps; each cut on its own.
std::string html_lines(std::string_view raw);

/// "0 bytes", "1,023 bytes", "1.5 MiB".
std::string byte_size(std::uint64_t bytes);

/// A length of time in at most two units: "0 s", "59 s", "3 min", "2 h 5 min", "3 d 4 h".
std::string duration_text(double seconds);

/// A <time> element that says how long ago `when` was, the full UTC time as its tooltip. Seconds since the
/// epoch; a negative `when`, or one outside the years 1970-9999, is `never` in words.
std::string ago(double when, double now, std::string_view never);

/// "2026-11-01 12:00:05 UTC"; empty outside the years 1970-9999.
std::string utc(double when);

}  // namespace routemeter::app
