// SPDX-License-Identifier: Apache-2.0
#include "expose/http/reply.h"

#include <algorithm>
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

bool add_header(const ResponsePtr& response, const char* name, const char* value) {
  return MHD_add_response_header(response.get(), name, value) == MHD_YES;
}

bool add_headers(const ResponsePtr& response, const Headers& headers) {
  return std::all_of(headers.begin(), headers.end(), [&response](const auto& header) {
    return add_header(response, header.first.c_str(), header.second.c_str());
  });
}

// Those of the answer itself that are not in `headers`.
bool add_own_headers(const ResponsePtr& to, const Response& response, const Headers& headers) {
  return std::all_of(response.headers.begin(), response.headers.end(), [&](const auto& own) {
    const bool replaced = std::any_of(headers.begin(), headers.end(), [&own](const auto& header) {
      return strcasecmp(header.first.c_str(), own.first.c_str()) == 0;
    });
    return replaced || add_header(to, own.first.c_str(), own.second.c_str());
  });
}

MHD_Result queue(MHD_Connection* connection, const ResponsePtr& response, int status) {
  return MHD_queue_response(connection, static_cast<unsigned>(status), response.get());
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
  const bool is_packed = packed != nullptr || response.packed;
  const ResponsePtr out =
      wrap(!response.pieces.empty() ? response.pieces : Pieces{packed != nullptr ? packed : response.body});
  const bool ok = out != nullptr &&
                  add_header(out, MHD_HTTP_HEADER_CONTENT_TYPE, response.content_type.c_str()) &&
                  add_header(out, MHD_HTTP_HEADER_VARY, "Accept, Accept-Encoding") &&
                  (!is_packed || add_header(out, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip")) &&
                  add_own_headers(out, response, headers) && add_headers(out, headers);
  return ok ? queue(connection, out, response.status) : MHD_NO;
}

MHD_Result queue_refusal(MHD_Connection* connection, const Response& response, const Headers& headers) {
  const ResponsePtr out = wrap({response.body});
  const bool ok = out != nullptr &&
                  add_header(out, MHD_HTTP_HEADER_CONTENT_TYPE, response.content_type.c_str()) &&
                  add_header(out, MHD_HTTP_HEADER_CONNECTION, "close") && add_headers(out, headers);
  return ok ? queue(connection, out, response.status) : MHD_NO;
}

}  // namespace routemeter::expose
