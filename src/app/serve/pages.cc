// SPDX-License-Identifier: Apache-2.0
#include "app/serve/pages.h"

#include <utility>

#include "expose/header/request_headers.h"
#include "util/diagnostic.h"

namespace routemeter::app {
namespace {

constexpr const char* kPlain = "text/plain; charset=utf-8";

std::shared_ptr<const std::string> shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

}  // namespace

std::vector<expose::Route> make_routes(const ServeOptions& options, ClientQueue& clients,
                                       const std::atomic<bool>& ready) {
  using expose::HttpRequest;
  using expose::Respond;
  std::vector<expose::Route> routes;
  routes.push_back({options.telemetry_path, [&clients](const HttpRequest& request, Respond respond) {
                      clients.add({WaitingClient::Wants::kMetrics, expose::negotiate(request.accept),
                                   request.gzip, std::move(respond)});
                    }});
  routes.push_back(
      {"/-/healthy", [page = shared("routemeter is healthy.\n")](const HttpRequest&, const Respond& respond) {
         respond({200, kPlain, page, {}});
       }});
  routes.push_back({"/-/ready", [&ready, yes = shared("routemeter is ready.\n"),
                                 no = shared("routemeter is catching up with its logs.\n")](
                                    const HttpRequest&, const Respond& respond) {
                      ready ? respond({200, kPlain, yes, {}}) : respond({503, kPlain, no, {}});
                    }});
  if (options.enable_lifecycle) {
    routes.push_back({"/-/reload",
                      [&clients](const HttpRequest&, Respond respond) {
                        clients.add({WaitingClient::Wants::kReload, {}, false, std::move(respond)});
                      },
                      {"POST", "PUT"}});
  }
  if (options.telemetry_path != "/") {
    routes.push_back({"/", [&clients](const HttpRequest&, Respond respond) {
                        clients.add({WaitingClient::Wants::kStatusPage, {}, false, std::move(respond)});
                      }});
  }
  return routes;
}

// With what keeps everything in it from running or loading anything.
expose::Response status_response(const Status& status) {
  return {200,
          "text/html; charset=utf-8",
          shared(status_page(status)),
          {{"Content-Security-Policy", std::string(kStatusPagePolicy)},
           {"X-Content-Type-Options", "nosniff"},
           {"Cache-Control", "no-store"}}};
}

expose::Response reload_response(const util::Diagnostics& errors) {
  if (errors.empty()) return {200, kPlain, shared("The rules are reloaded.\n"), {}};
  return {500, kPlain, shared("The rules are not reloaded, the old ones stay:\n" + util::format(errors)), {}};
}

}  // namespace routemeter::app
