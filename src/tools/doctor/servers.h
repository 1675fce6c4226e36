// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "format/contract/format.h"

namespace routemeter::doctor {

/// The program that writes the log, as far as it decides what to change there.
enum class Server {
  kNginx,      ///< a log_format
  kNginxJson,  ///< a log_format that writes JSON
  kApache,
  kNginxOrApache,  ///< combined and its kin: nothing tells
  kGunicorn,
  kUvicorn,
  kCaddy,
  kTraefik,  ///< common log format
  kTraefikJson,
  kOtherJson,
  kOther
};

/// By the format's writer, by its keys, and where that leaves a choice by the log's path. A string in nginx's
/// language, which guesses have too, is nginx's only if `name`, its name for people, says so.
Server server_of(std::string_view name, const format::Format& format, const std::string& path);

/// The way to make a server log everything that the default metrics need.
struct Remedy {
  std::string advice;
  std::vector<std::string> paste;  ///< into its configuration, then what the rule file says
};
Remedy remedy_for(Server server, const std::string& path);

/// The same for a log with a format string of its own, by nginx, Apache or gunicorn: what to add at its end.
/// Nothing when `text` is no such string.
std::optional<Remedy> extend_format(Server server, const std::string& text,
                                    const std::vector<model::Field>& missing);

}  // namespace routemeter::doctor
