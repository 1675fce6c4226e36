// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace routemeter::learn {

/// Words that routes use for what they do ("search", "me", "export"), even among the values of a parameter.
bool is_route_word(std::string_view word);
/// Those that stand for one of the values themselves, and so have the same behind them: "me", "new".
bool is_self_word(std::string_view word);
/// "users", "categories", "people": what stands behind is probably one of them.
bool is_plural(std::string_view word);
/// "api", "admin", "v2": what stands behind are names of the service's own parts.
bool is_container(std::string_view word);
/// "v1", "api", "rest", "api3": begins the routes of a service.
bool is_service_prefix(std::string_view word);
/// "en", "de-AT", "zh_Hans".
bool is_locale(std::string_view word);
/// Looks more like somebody's text than like a name in a program: several hyphens, digits, capitals, other
/// alphabets.
bool looks_like_value(std::string_view word);
/// So much so that three of them are enough: sentences, mostly another alphabet.
bool is_surely_value(std::string_view word);
/// Letters only.
bool is_plain_word(std::string_view word);
/// Files and folders that only scanners ask for, whatever the server says: ".env", ".git".
bool is_scanner_word(std::string_view word);
/// "item" for "items", as an identifier: "order_line" for "order-lines".
std::string singular_of(std::string_view word);

}  // namespace routemeter::learn
