// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <microhttpd.h>

#include "expose/http/http_server.h"
#include "expose/text/gzip.h"

namespace routemeter::expose {

/// Queues a handler's answer, as it is or compressed. `headers` go with every answer, and win over the
/// answer's own of the same name: they are the operator's. The body is shared with the other clients that get
/// it, not copied. For HEAD libmicrohttpd leaves it out.
MHD_Result queue_reply(MHD_Connection* connection, const Response& response, GzipCache& cache, bool gzip,
                       const Headers& headers);

/// Queues a refusal of ours and closes the connection after it, so that what the client still sends,
/// such as a body, is not read.
MHD_Result queue_refusal(MHD_Connection* connection, const Response& response, const Headers& headers);

/// The values of a header that may come in several lines, joined by commas; empty = none.
std::string joined_header(MHD_Connection* connection, const char* name);

}  // namespace routemeter::expose
