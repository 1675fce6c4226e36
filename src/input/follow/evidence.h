// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "input/follow/judge.h"
#include "input/follow/open_file.h"
#include "input/follow/registry.h"
#include "input/look/directory_scanner.h"

// What files hold, for the judge: these functions read and conclude nothing. An error of reading stays with
// the file (OpenFile::error()).

namespace routemeter::input {

/// What an unknown file has to do with one that was read: the facts for claim().
Relation relate(const Found& found, OpenFile& file, KnownFile& known);

/// Whether the content is gzip's, whatever the name says.
bool holds_gzip(FileBytes& bytes);
/// Empty, or NUL as far as one looks: what comes behind it says which file it is.
bool is_blank(OpenFile& file);

/// A known file as if a look had found it, with the facts of now.
Found as_found(const KnownFile& entry);
/// The position where reading goes on after a verdict that is not kSame, in a file that was read to `before`.
Position next_position(OpenFile& file, Verdict verdict, const Position& before);

}  // namespace routemeter::input
