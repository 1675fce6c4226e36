// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "metric/store/store.h"
#include "util/codec.h"

namespace {

using namespace routemeter;  // NOLINT: a program of three functions

std::unique_ptr<metric::Store> make_store() {
  model::RuleFile file;
  for (const char* kind : {"default", "inprogress"}) file.metrics.emplace_back().kind = kind;
  file.labels = {{"zone", "a"}};
  file.options.verbatim_methods = true;
  file.limits.max_series = 20;
  model::FieldSet available;
  available.add(model::Field::kDuration);
  available.add(model::Field::kResponseSize);
  return std::move(*metric::create_store(file, {"none", "/"}, available));
}

std::string saved(const metric::Store& store) {
  util::Encoder out;
  store.save(out);
  return out.take();
}

}  // namespace

// The counts of a former run, damaged. What is refused leaves no trace; what is taken is saved and restored
// again as it is, and counting goes on.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  util::Decoder in({reinterpret_cast<const char*>(data), size});
  const auto store = make_store();
  if (!store->restore(in)) {
    if (saved(*store) != saved(*make_store())) std::abort();
    return 0;
  }
  const std::string once = saved(*store);
  util::Decoder again(once);
  const auto next = make_store();
  if (!next->restore(again) || again.left() != 0 || saved(*next).size() != once.size()) std::abort();
  model::Request request;
  request.method = "BREW";
  request.status = 200;
  next->observe(next->dynamic_handler("/x"), request);
  next->snapshot();
  return 0;
}
