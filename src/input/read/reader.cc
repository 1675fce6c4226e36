// SPDX-License-Identifier: Apache-2.0
#include "input/read/reader.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "input/read/block.h"
#include "input/read/byte_source.h"

namespace routemeter::input {
namespace {

using util::Diagnostic;
using util::Result;
using namespace std::string_view_literals;

class LineReader : public Reader {
 public:
  explicit LineReader(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  Result<bool> next(Block& block) override {
    block.text = {};
    block.too_long = 0;
    for (;;) {
      const Splitter::Room room = splitter_.room(block);
      auto n = source_->read(room.data, std::min(room.size, kReadSize));
      if (!n) return n.errors();
      if (*n == 0) return splitter_.finish(block);
      if (splitter_.add(block, *n)) return true;
    }
  }

  std::uint64_t position() const override { return source_->position(); }
  std::uint64_t size() const override { return source_->size(); }

 private:
  std::unique_ptr<ByteSource> source_;
  Splitter splitter_;
};

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

Result<std::unique_ptr<Reader>> open_reader(const std::string& path) {
  auto file = open_file_source(path);
  if (!file) return file.errors();
  auto head = (*file)->peek();
  if (!head) return head.errors();
  for (const Compression& foreign : kForeign) {
    if (head->substr(0, foreign.magic.size()) != foreign.magic) continue;
    Diagnostic d;
    d.file = (*file)->name();
    d.message = "is compressed with " + std::string(foreign.name) + ", which is not read here";
    d.hint = "decompress it on the way: " + std::string(foreign.command) + " " +
             (path == "-" ? std::string("...") : path) + " | routemeter replay ... -";
    return d;
  }
  const bool gzip = head->substr(0, 2) == "\x1f\x8b"sv;
  std::unique_ptr<ByteSource> source = gzip ? gunzip(std::move(*file)) : std::move(*file);
  return std::unique_ptr<Reader>(std::make_unique<LineReader>(std::move(source)));
}

}  // namespace routemeter::input
