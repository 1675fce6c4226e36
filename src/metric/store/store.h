// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/request.h"
#include "model/rule_file.h"
#include "model/snapshot.h"
#include "util/codec.h"
#include "util/result.h"

namespace routemeter::metric {

class Plugin;

/// A request and its handler: an index of the labels given to create_store(), or what dynamic_handler() gave.
struct Counted {
  const model::Request* request = nullptr;
  std::uint32_t handler = 0;
};

/// All series and their counts. Owned by one thread; merge() brings the threads' stores together.
///
/// Hot path per request: handler id + request -> observe_all(). Inside, the numbers of its labels
/// give a dense SeriesId with which each plugin finds its cells by indexing. Strings are made only when a
/// series is new.
class Store {
 public:
  virtual ~Store() = default;

  /// Counts requests in their order. Several at once are cheaper: the memory that they need is asked for
  /// before the first is counted. dynamic_handler() sees only what was counted before it, so where the order
  /// of labels matters, call it for one request only when those before have been counted.
  virtual void observe_all(std::span<const Counted> requests) noexcept = 0;
  void observe(std::uint32_t handler, const model::Request& request) noexcept {
    const Counted one{&request, handler};
    observe_all({&one, 1});
  }

  /// An id for a handler label that is not in the rule file (group_untemplated: false). Makes it valid
  /// UTF-8 and at most 128 bytes; beyond max_series the id of "other", and overflowed() turns true.
  virtual std::uint32_t dynamic_handler(std::string_view label) = 0;

  /// Series at 0 for the counters: route x its listed methods x 2xx, 4xx, 5xx (serve only), but for the
  /// handler labels in `excluded`, which no request will ever count for.
  virtual void precreate(const std::vector<std::string>& excluded = {}) = 0;

  /// Adds the counts of a store made by create_store() from the same rule file, handlers and fields, and
  /// never restored. It may go away afterwards.
  virtual void merge(const Store& other) = 0;

  /// Families in the order of the rule file's metrics.
  virtual model::Snapshot snapshot() const = 0;
  /// The same with Family::source in place of samples: only numbers are copied, and any thread can make the
  /// samples of them while this store counts on. It must outlive them.
  virtual model::Snapshot freeze() const = 0;

  /// True when some label's values are those that clients write: they are capped in the order of the log, so
  /// its lines have to stay on one thread.
  virtual bool needs_log_order() const = 0;
  /// True when a limit made a label "other".
  virtual bool overflowed() const = 0;
  virtual std::size_t series_count() const = 0;
  /// For each family that has a label which may become "other": its name, and how many requests it counted
  /// under such a label (series_overflow_total).
  virtual std::vector<std::pair<std::string, std::uint64_t>> overflow_counts() const = 0;

  /// Writes all counts as integers by label texts, and which labels have their series: what restore() needs
  /// to go on under the same rules or others.
  virtual void save(util::Encoder& out) const = 0;
  /// Takes over what save() wrote, before the first request; precreate() may come before or after. Counts go
  /// on where family name, type, label names, static labels and buckets are the same, also for handlers that
  /// are in no rule any more: what was exposed must not vanish and come back lower. Labels that had their
  /// series have it still, whatever max_series is now. False, and nothing changed, when the bytes make no
  /// sense.
  virtual bool restore(util::Decoder& in) = 0;
};

/// Makes the metrics of a rule file. `handlers` are route::Router::labels(). Errors: unknown options,
/// clashing family names, bad buckets or label names, exclude_streaming_duration without the field.
/// `absent` gets the families that this format cannot have.
util::Result<std::unique_ptr<Store>> create_store(const model::RuleFile& file,
                                                  const std::vector<std::string>& handlers,
                                                  model::FieldSet available,
                                                  model::AbsentFamilies* absent = nullptr);

/// A store of these plugins, whose options have been checked.
std::unique_ptr<Store> make_store(const model::RuleFile& file, const std::vector<std::string>& handlers,
                                  std::vector<std::unique_ptr<Plugin>> plugins);

}  // namespace routemeter::metric
