// SPDX-License-Identifier: Apache-2.0
#include "input/read/reader.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "util/fmt.h"

namespace routemeter::input {
namespace {

using util::Result;
using namespace std::string_view_literals;

// Formats that we do not decompress ourselves, by their first bytes.
struct Compression {
  std::string_view magic;
  std::string_view name;
  std::string_view command;
};
constexpr Compression kForeign[] = {
    {"\x28\xb5\x2f\xfd"sv, "zstd", "zstdcat"},
    {"\xfd"
     "7zXZ\0"sv,
     "xz", "xzcat"},
    {"BZh91AY&SY"sv, "bzip2", "bzcat"},
    {"\x04\x22\x4d\x18"sv, "lz4", "lz4cat"},
};

}  // namespace

Result<bool> Reader::next(Block& block) {
  block.clear();
  for (;;) {
    const Splitter::Room room = splitter_.room(block);
    auto n = source_->read(room.data, std::min(room.size, kReadSize));
    if (!n) return n.errors();
    if (*n == 0) return splitter_.finish(block);
    if (splitter_.add(block, *n)) return true;
  }
}

Result<std::unique_ptr<Reader>> open_reader(const std::string& path) {
  auto file = FileSource::open(path);
  if (!file) return file.errors();
  auto head = (*file)->peek();
  if (!head) return head.errors();
  for (const Compression& foreign : kForeign) {
    if (!head->starts_with(foreign.magic)) continue;
    return util::error_about((*file)->name(),
                             fmt::format("is compressed with {}, which is not read here", foreign.name),
                             fmt::format("decompress it on the way: {} {} | routemeter replay ... -",
                                         foreign.command, path == "-" ? "..." : path));
  }
  if (head->starts_with("\x1f\x8b"sv)) return std::make_unique<Reader>(gunzip(std::move(*file)));
  return std::make_unique<Reader>(std::move(*file));
}

}  // namespace routemeter::input
