// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace routemeter::expose {

/// Compresses a part of a text so that other parts can follow: deflate blocks that end on a whole byte and
/// refer to nothing before them. One member of gzip (RFC 1952) is head(), the parts, and tail() of their
/// checks; not one member for each part, since browsers read only the first.
class GzipPart {
 public:
  /// The checksum and size of the text, written at the end of a member.
  struct Check {
    std::uint32_t crc = 0;
    std::uint64_t size = 0;
    void append(const Check& next);
  };

  /// Throws std::bad_alloc, as everything here.
  GzipPart();
  GzipPart(const GzipPart&) = delete;
  GzipPart& operator=(const GzipPart&) = delete;
  ~GzipPart();

  void add(std::string_view text);
  /// The blocks; once.
  std::string finish();
  const Check& check() const { return check_; }

  static std::string head();
  static std::string tail(const Check& all);

 private:
  struct Stream;

  void deflate(std::string_view text, int flush);

  std::unique_ptr<Stream> stream_;
  std::string out_;
  Check check_;
};

/// A shared page body, compressed at most once however many clients want it. Thread-safe; whoever asks
/// for a body that is being compressed waits for it.
class GzipCache {
 public:
  /// `body` as one gzip member; null when there is no memory for it.
  std::shared_ptr<const std::string> get(const std::shared_ptr<const std::string>& body);

 private:
  struct Entry {
    std::weak_ptr<const std::string> plain;  // gone = the entry is, too
    std::shared_ptr<const std::string> packed;
  };
  std::mutex mutex_;
  std::vector<Entry> entries_;
};

}  // namespace routemeter::expose
