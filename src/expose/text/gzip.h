// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace routemeter::expose {

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
