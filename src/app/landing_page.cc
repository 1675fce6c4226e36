// SPDX-License-Identifier: Apache-2.0
#include "app/landing_page.h"

namespace routemeter::app {
namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

std::string landing_page(const std::string& telemetry_path) {
  const std::string path = escaped(telemetry_path);
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>routemeter</title>\n"
         "<style>body{font-family:sans-serif;max-width:40em;margin:3em auto;padding:0 1em}</style></head>\n"
         "<body><h1>routemeter</h1>\n<p>Request metrics per handler, from access logs. "
         "Version " ROUTEMETER_VERSION ".</p>\n<ul><li><a href=\"" +
         path +
         "\">Metrics</a></li><li><a href=\"/-/healthy\">Health</a></li><li><a href=\"/-/ready\">Readiness</a>"
         "</li></ul></body></html>\n";
}

}  // namespace routemeter::app
