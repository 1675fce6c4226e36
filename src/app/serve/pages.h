// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "app/page/page_thread.h"
#include "app/serve/serve_options.h"
#include "app/status/status_page.h"
#include "expose/http/http_server.h"

namespace routemeter::app {

/// The HTTP paths of `serve`. What needs the pipeline thread goes through `clients`.
std::vector<expose::Route> make_routes(const ServeOptions& options, ClientQueue& clients,
                                       const std::atomic<bool>& ready);

/// The status page as an answer.
expose::Response status_response(const Status& status);

/// The answer to POST /-/reload: 200, or 500 with what is wrong.
expose::Response reload_response(const util::Diagnostics& errors);

}  // namespace routemeter::app
