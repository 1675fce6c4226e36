// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

// The vocabulary of generate.cc.

namespace routemeter::bench {

// More literal ones first where two match the same path, as in an app.
inline constexpr std::string_view kRoutes[] = {
    "GET /api/v1/items/{item_id}",
    "GET /api/v1/users/me",
    "GET,PATCH,DELETE /api/v1/users/{user_id}",
    "GET,POST /api/v1/orders",
    "GET /api/v1/items",
    "GET /api/v1/orders/{order_uuid}",
    "GET /health",
    "POST /api/v1/auth/token",
    "GET /api/v1/users/{user_id}/orders",
    "GET /static/{file_path:path}",
    "GET /api/v1/search",
    "GET,POST,DELETE /api/v1/carts/{cart_uuid}",
    "POST /api/v1/carts/{cart_uuid}/items",
    "GET /api/v1/products/{product_slug}",
    "GET /",
    "GET,POST /api/v1/users",
    "GET,PUT /api/v1/orders/{order_uuid}/items/{item_id}",
    "POST /api/v1/orders/{order_uuid}/cancel",
    "GET /api/v1/products/{product_slug}/reviews",
    "POST /api/v1/events",
    "GET /api/v1/categories",
    "GET /api/v1/categories/{category_slug}/products",
    "GET /api/v1/users/{user_id}/avatar",
    "PUT /api/v1/items/{item_id}/stock",
    "GET /invoices/{invoice_id}.pdf",
    "GET /api/v1/notifications",
    "POST /api/v1/auth/refresh",
    "GET /docs",
    "GET /openapi.json",
    "GET,POST /api/v1/teams",
    "GET /api/v1/teams/{team_id:int}",
    "GET /api/v1/teams/{team_id:int}/members/{user_id:int}",
    "GET /api/v1/reports/{report_uuid:uuid}",
    "POST /api/v1/reports",
    "GET /api/v1/tags/{tag_name}",
    "GET,POST /api/v1/comments",
    "DELETE /api/v1/comments/{comment_id}",
    "POST /api/v1/payments/webhook",
    "GET /api/v1/payments/{payment_uuid}",
    "GET /download/{file_path:path}",
};

inline constexpr std::string_view kNouns[] = {"devices", "sensors", "alerts", "zones", "jobs",
                                              "plans",   "sites",   "links",  "rooms", "tasks",
                                              "files",   "labels",  "queues", "hooks"};
inline constexpr std::string_view kShapes[] = {"GET,POST ", "GET,PUT,DELETE /{id}", "GET /{id}/history",
                                               "POST /{id:int}/run", "GET /{uuid}/parts/{part_id}"};

// What scanners ask for; none of it is a route.
inline constexpr std::string_view kScans[] = {"/wp-login.php",
                                              "/.env",
                                              "/.git/config",
                                              "/phpmyadmin/index.php?lang=en",
                                              "/cgi-bin/luci/;stok=/locale?form=country",
                                              "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php",
                                              "/actuator/gateway/routes",
                                              "/boaform/admin/formLogin?username=admin&psd=admin",
                                              "/api/jsonws/invoke",
                                              "/xmlrpc.php?rsd"};

inline constexpr std::string_view kWords[] = {
    "blue",   "wool", "shirt",   "garden", "lamp", "oak",  "table", "small",  "travel", "mug", "caf%C3%A9",
    "winter", "red",  "running", "shoes",  "kids", "book", "steel", "kettle", "canvas", "bag"};
inline constexpr std::string_view kQueries[] = {
    "?page=", "?limit=50&offset=", "?sort=-created_at&page=", "?q=oak+table&page=", "?fields=id,name&since="};
inline constexpr std::string_view kAgents[] = {
    "python-httpx/0.27.0",
    "okhttp/4.12.0",
    "Shop/5.2 CFNetwork/1494 Darwin/23.4.0",
    "python-requests/2.31.0",
    "kube-probe/1.29",
    "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 "
    "Safari/537.36"};
inline constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
inline constexpr std::string_view kTimed =
    R"($remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" )"
    R"("$http_user_agent" rt=$request_time uht=$upstream_header_time urt=$upstream_response_time )"
    R"(cl=$content_length ucl=$upstream_http_content_length)";

}  // namespace routemeter::bench
