// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "app/client_queue.h"
#include "app/serve.h"
#include "app/status_page.h"
#include "expose/http_server.h"
#include "expose/text.h"
#include "model/snapshot.h"

namespace routemeter::app {

/// The HTTP paths of `serve`. What needs the pipeline thread goes through `clients`.
std::vector<expose::Route> make_routes(const ServeOptions& options, ClientQueue& clients,
                                       const std::atomic<bool>& ready);

/// The pages for clients that are answered together: each is rendered once.
class Pages {
 public:
  std::shared_ptr<const std::string> metrics(const model::Snapshot& snapshot, expose::Dialect dialect);
  std::shared_ptr<const std::string> status(const Status& status);

 private:
  std::array<std::shared_ptr<const std::string>, expose::kDialects> metrics_;
  std::shared_ptr<const std::string> status_;
};

/// What goes with the status page, so that nothing in it can run or load anything.
expose::Headers status_headers();

/// The answer to POST /-/reload: 200, or 500 with what is wrong.
expose::Response reload_response(const util::Diagnostics& errors);

}  // namespace routemeter::app
