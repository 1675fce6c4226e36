// SPDX-License-Identifier: Apache-2.0
#include "expose/http/reply.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <strings.h>

namespace routemeter::expose {
namespace {

using Body = std::shared_ptr<const std::string>;
using ResponsePtr = std::unique_ptr<MHD_Response, decltype(&MHD_destroy_response)>;

void release_pieces(void* owner) { delete static_cast<Pieces*>(owner); }

// A response that keeps `pieces` alive until the last byte is out.
ResponsePtr wrap(Pieces pieces) {
  auto owner = std::make_unique<Pieces>(std::move(pieces));
  std::vector<MHD_IoVec> parts;
  for (const Body& piece : *owner) {
    if (piece != nullptr) parts.push_back({piece->data(), piece->size()});
  }
  ResponsePtr out(MHD_create_response_from_iovec(parts.data(), static_cast<unsigned>(parts.size()),
                                                 &release_pieces, owner.get()),
                  &MHD_destroy_response);
  if (out != nullptr) static_cast<void>(owner.release());
  return out;
}

MHD_Result send(MHD_Connection* connection, int status, Pieces pieces, const Headers& headers) {
  const ResponsePtr out = wrap(std::move(pieces));
  const bool ok =
      out != nullptr && std::all_of(headers.begin(), headers.end(), [&out](const auto& header) {
        return MHD_add_response_header(out.get(), header.first.c_str(), header.second.c_str()) == MHD_YES;
      });
  return ok ? MHD_queue_response(connection, static_cast<unsigned>(status), out.get()) : MHD_NO;
}

bool has_header(const Headers& headers, const std::string& name) {
  return std::any_of(headers.begin(), headers.end(), [&name](const auto& header) {
    return strcasecmp(header.first.c_str(), name.c_str()) == 0;
  });
}

struct Joined {
  const char* name;
  std::string values;
};

MHD_Result append_value(void* to, MHD_ValueKind, const char* name, const char* value) {
  auto& joined = *static_cast<Joined*>(to);
  if (value == nullptr || strcasecmp(name, joined.name) != 0) return MHD_YES;
  if (!joined.values.empty()) joined.values += ',';
  joined.values += value;
  return MHD_YES;
}

}  // namespace

// MHD_lookup_connection_value gives only the first line.
std::string joined_header(MHD_Connection* connection, const char* name) {
  Joined joined{name, {}};
  MHD_get_connection_values(connection, MHD_HEADER_KIND, &append_value, &joined);
  return std::move(joined.values);
}

MHD_Result queue_reply(MHD_Connection* connection, const Response& response, GzipCache& cache, bool gzip,
                       const Headers& headers) {
  Body packed;
  if (gzip && response.body != nullptr && !response.body->empty()) packed = cache.get(response.body);
  Headers all = {{MHD_HTTP_HEADER_CONTENT_TYPE, response.content_type},
                 {MHD_HTTP_HEADER_VARY, "Accept, Accept-Encoding"}};
  if (packed != nullptr || response.packed) all.emplace_back(MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
  std::copy_if(response.headers.begin(), response.headers.end(), std::back_inserter(all),
               [&headers](const auto& own) { return !has_header(headers, own.first); });
  all.insert(all.end(), headers.begin(), headers.end());
  return send(connection, response.status,
              !response.pieces.empty() ? response.pieces : Pieces{packed != nullptr ? packed : response.body},
              all);
}

MHD_Result queue_refusal(MHD_Connection* connection, const Response& response, const Headers& headers) {
  Headers all = {{MHD_HTTP_HEADER_CONTENT_TYPE, response.content_type},
                 {MHD_HTTP_HEADER_CONNECTION, "close"}};
  all.insert(all.end(), headers.begin(), headers.end());
  return send(connection, response.status, {response.body}, all);
}

}  // namespace routemeter::expose
