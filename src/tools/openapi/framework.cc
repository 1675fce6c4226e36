// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "tools/openapi/import.h"
#include "util/ascii.h"

namespace routemeter::openapi {
namespace {

using Words = std::array<std::string_view, 4>;

constexpr std::string_view kInOrder = "the first route that matches wins, as in the application";
constexpr std::string_view kBest =
    "the application takes the most specific route; here the first that matches wins";

// FastAPI registers its own routes before those of the application, as Starlette routes, which take HEAD.
constexpr Words kFastApiDocs = {"GET,HEAD /openapi.json", "GET,HEAD /docs", "GET,HEAD /docs/oauth2-redirect",
                                "GET,HEAD /redoc"};
constexpr std::array<std::string_view, 2> kFastApiOthers = {"{handler: /static, pattern: '/static/.*'}",
                                                            "GET /metrics"};
constexpr std::array<std::string_view, 3> kDjangoDocs = {"GET /api/schema/", "GET /api/schema/swagger-ui/",
                                                         "GET /api/schema/redoc/"};
constexpr std::array<std::string_view, 2> kDjangoOthers = {"/admin/{page:path}",
                                                           "{handler: /static, pattern: '/static/.*'}"};
constexpr std::array<std::string_view, 5> kSpringDocs = {"GET /v3/api-docs", "GET /v3/api-docs.yaml",
                                                         "GET /v3/api-docs/{group}", "GET /swagger-ui.html",
                                                         "GET /swagger-ui/{file:path}"};
constexpr std::array<std::string_view, 2> kSpringOthers = {"GET /actuator/{endpoint:path}", "/error"};
constexpr std::array<std::string_view, 3> kConnexionDocs = {"GET /openapi.json", "GET /ui/",
                                                            "GET /ui/{file:path}"};
constexpr std::array<std::string_view, 3> kNestDocs = {"GET /api", "GET /api-json", "GET /api-yaml"};
constexpr std::array<std::string_view, 1> kOthers = {"{handler: /static, pattern: '/static/.*'}"};

constexpr std::string_view kStaticFiles = "static files and routes that are kept out of it";

constexpr Framework kFastApi = {"FastAPI", kInOrder, kFastApiDocs,
                                "mounted applications and routes with include_in_schema=False",
                                kFastApiOthers};
constexpr Framework kDjango = {"Django", kInOrder, kDjangoDocs, "the admin, static files and plain views",
                               kDjangoOthers};
constexpr Framework kSpring = {"Spring", kBest, kSpringDocs, "actuator endpoints and @Hidden ones",
                               kSpringOthers};
constexpr Framework kConnexion = {"connexion", kBest, kConnexionDocs, kStaticFiles, kOthers};
constexpr Framework kNest = {"NestJS", kInOrder, kNestDocs, kStaticFiles, kOthers};
constexpr Framework kUnknown = {"", "the first that matches wins", {}, kStaticFiles, kOthers};

// The first operation of the document stands for all of them.
const Value* first_operation(const Document& document) {
  for (const auto& [path, item] : entries_of(member(document.root.get(), "paths"))) {
    for (const auto& [method, operation] : item->entries) {
      if (member(operation.get(), "responses") != nullptr) return operation.get();
    }
  }
  return nullptr;
}

bool has_controller_id(std::string_view id) {
  const std::size_t found = id.find("Controller_");
  return found != std::string_view::npos && found > 0;
}

}  // namespace

const Framework& recognise(const Document& document) {
  const Value* root = document.root.get();
  const Value* components = member(root, "components");
  const Value* operation = first_operation(document);
  const std::string_view id = text_member(operation, "operationId");
  if (member(member(components, "schemas"), "HTTPValidationError") != nullptr) return kFastApi;
  const auto& servers = items_of(member(root, "servers"));
  if (!servers.empty() && text_member(servers[0].get(), "description") == "Generated server url")
    return kSpring;
  if (member(operation, "x-openapi-router-controller") != nullptr ||
      member(operation, "x-swagger-router-controller") != nullptr || util::contains(id, "."))
    return kConnexion;
  if (has_controller_id(id)) return kNest;
  const Value* session = member(member(components, "securitySchemes"), "cookieAuth");
  if (text_member(session, "name") == "sessionid") return kDjango;
  const Value* ok = member(member(operation, "responses"), "200");
  if (text_member(ok, "description") == "Successful Response") return kFastApi;
  return kUnknown;
}

}  // namespace routemeter::openapi
