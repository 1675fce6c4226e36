// SPDX-License-Identifier: Apache-2.0
#include "metric/contract/plugin.h"
#include "metric/kinds/factories.h"

namespace routemeter::metric {

const std::vector<Builtin>& builtins() {
  static const std::vector<Builtin> kTable = {
      {"default", make_default_set},         {"latency", make_latency},
      {"requests", make_requests},           {"request_size", make_request_size},
      {"response_size", make_response_size}, {"combined_size", make_combined_size},
      {"inprogress", make_inprogress},
  };
  return kTable;
}

}  // namespace routemeter::metric
