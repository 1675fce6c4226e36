// SPDX-License-Identifier: Apache-2.0
// Writes an access log like those of a busy API to stdout, the rule file that belongs to it, and what is to
// be counted. The same arguments give the same bytes on every machine: own random numbers, no floating point.
//
//   generate --lines N [--seed S] [--format timed|combined|json|uvicorn] [--bad PERMILLE] [--routes N]
//            [--app plain|varied] [--noise PERMILLE] [--rules OUT.yaml] [--truth OUT.tsv]
//
// `--app varied` is for learn: other routes for each seed, see generate_varied.h, and noise of more kinds.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "generate_random.h"
#include "generate_tables.h"
#include "generate_varied.h"

namespace routemeter::bench {
namespace {

struct Options {
  std::uint64_t lines = 0;
  std::uint64_t seed = 1;
  std::string format = "timed";
  unsigned bad = 2;
  std::size_t routes = 40;
  std::string app = "plain";
  unsigned noise = 10;  // of a thousand requests
  std::string rules;
  std::string truth;
};

struct Route {
  std::string methods;
  std::string path;
};

std::string padded(std::uint64_t number, std::size_t width) {
  std::string digits = std::to_string(number);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

std::string seconds(std::uint64_t ms) { return std::to_string(ms / 1000) + "." + padded(ms % 1000, 3); }

Route route_of(std::string_view rule, const std::string& prefix) {
  const std::size_t space = rule.find(' ');
  return {std::string(rule.substr(0, space)), prefix + std::string(rule.substr(space + 1))};
}

std::vector<Route> routes_of(const std::vector<std::string>& rules) {
  std::vector<Route> routes;
  for (const std::string& rule : rules) routes.push_back(route_of(rule, ""));
  return routes;
}

std::vector<Route> make_routes(std::size_t count) {
  std::vector<Route> routes;
  const auto add = [&](std::string_view rule, const std::string& prefix) {
    routes.push_back(route_of(rule, prefix));
  };
  for (std::size_t i = 0; i < count && i < std::size(kRoutes); ++i) add(kRoutes[i], "");
  for (std::size_t i = 0; routes.size() < count; ++i) {
    const std::string noun(kNouns[i / std::size(kShapes) % std::size(kNouns)]);
    const std::string group = std::to_string(i / std::size(kShapes) / std::size(kNouns));
    std::string prefix = "/api/v2/group" + group;
    prefix.append("/").append(noun);
    add(kShapes[i % std::size(kShapes)], prefix);
  }
  return routes;
}

struct Entry {
  std::string method;
  std::string target;
  unsigned status = 200;
  std::string address;
  std::uint64_t time_ms = 0;  // since the epoch
  unsigned duration_ms = 0;
  unsigned size = 0;
  unsigned content_length = 0;  // 0 = none sent
  std::string_view agent;
};

class Generator {
 public:
  explicit Generator(const Options& options)
      : options_(options), random_(options.seed), varied_(options.app == "varied") {
    routes_ = varied_ ? routes_of(varied_routes(options.routes, random_)) : make_routes(options.routes);
    // The n-th route is asked for about 1/n as often as the first; the order is another one than that of the
    // rules where those are varied.
    std::vector<std::uint64_t> weights;
    for (std::size_t i = 0; i < routes_.size(); ++i) weights.push_back(100000 / (i + 3));
    for (std::size_t i = weights.size(); varied_ && i > 1; --i)
      std::swap(weights[i - 1], weights[random_.below(i)]);
    for (const std::uint64_t weight : weights) weights_.push_back(total_weight_ += weight);
  }

  std::string line() {
    now_ms_ += random_.below(4);
    Entry entry = make_entry();
    if (random_.below(1000) < options_.bad) {
      ++unparsed_;
      return bad_line(entry);
    }
    const std::string handler = choose_request(entry);
    ++truth_[{handler, entry.method, std::to_string(entry.status / 100) + "xx"}];
    return format(entry);
  }

  std::string rules() const {
    std::string text = "version: 1\nformat: ";
    text += options_.format == "timed" ? "'" + std::string(kTimed) + "'" : options_.format;
    text += "\nroutes:\n";
    for (const Route& route : routes_)
      text.append("  - " + route.methods).append(" " + route.path).append("\n");
    return text;
  }

  std::string truth() const {
    std::string text =
        "# lines\t" + std::to_string(options_.lines) + "\n# unparsed\t" + std::to_string(unparsed_) + "\n";
    for (const auto& [key, count] : truth_) {
      const auto& [handler, method, status] = key;
      for (const std::string& field : {handler, method, status}) text.append(field).append("\t");
      text.append(std::to_string(count)).append("\n");
    }
    return text;
  }

 private:
  Entry make_entry() {
    Entry e;
    // One random number a statement: the order within an expression is the compiler's.
    e.address = "10." + std::to_string(random_.below(4));
    e.address += "." + std::to_string(random_.below(256));
    e.address += "." + std::to_string(1 + random_.below(254));
    e.time_ms = now_ms_;
    // Mostly a few milliseconds, rarely seconds.
    const unsigned duration_bits = random_.below(random_.one_in(8) ? 12 : 6);
    e.duration_ms = 1 + random_.below(std::uint64_t{2} << duration_bits);
    const unsigned size_bits = random_.below(14);
    e.size = 20 + random_.below(std::uint64_t{8} << size_bits);
    e.agent = random_.pick(kAgents);
    return e;
  }

  // Fills method, target and status; returns the handler's label.
  std::string choose_request(Entry& e) {
    if (options_.noise == 10 ? random_.one_in(100) : random_.below(1000) < options_.noise) {
      e.method = random_.one_in(5) ? "POST" : "GET";
      if (varied_) return choose_noise(e);
      e.target = random_.pick(kScans);
      if (random_.one_in(3)) e.target = "/" + std::to_string(random_.next()) + ".php";
      e.status = 404;
      return "none";
    }
    const Route& route = choose_route();
    std::string handler = route.path;
    e.method = choose_method(route.methods);
    e.target = fill(route.path);
    e.status = choose_status(e.method);
    if (e.method == "POST" || e.method == "PUT" || e.method == "PATCH")
      e.content_length = 10 + random_.below(2000);
    if (random_.one_in(300)) {
      e.method = "OPTIONS";
      e.status = 405;
    } else if (route.path.back() != '}' && route.path.size() > 1 && random_.one_in(200)) {
      // Redirected to the route; the library labels it as the route with that slash.
      e.target += '/';
      handler += '/';
      e.status = 307;
    }
    if (e.method == "GET" && random_.one_in(3)) {
      e.target += random_.pick(kQueries);
      e.target += std::to_string(random_.below(500));
    }
    return handler;
  }

  // Mostly not found; sometimes refused, or sent to where everything else is.
  std::string choose_noise(Entry& e) {
    constexpr unsigned kStatus[] = {404, 404, 404, 404, 404, 404, 404, 403, 400, 405};
    e.target = noise_target(choose_route().path, random_);
    e.status = kStatus[random_.below(std::size(kStatus))];
    return "none";
  }

  const Route& choose_route() {
    const unsigned at = random_.below(total_weight_);
    std::size_t low = 0;
    for (std::size_t high = weights_.size(); low < high;) {
      const std::size_t middle = (low + high) / 2;
      if (weights_[middle] > at) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return routes_[low];
  }

  // The first of the list three times out of four.
  std::string choose_method(std::string_view methods) {
    while (methods.find(',') != std::string_view::npos && random_.one_in(4)) {
      methods.remove_prefix(methods.find(',') + 1);
    }
    return std::string(methods.substr(0, methods.find(',')));
  }

  unsigned choose_status(std::string_view method) {
    switch (random_.below(100)) {
      case 0:
        return 500;
      case 1:
        return random_.one_in(2) ? 502 : 499;
      case 2:
        return 401;
      case 3:
        return method == "POST" ? 422 : 304;
      case 4:
        return 404;
      default:
        return method == "POST" ? 201 : method == "DELETE" ? 204 : 200;
    }
  }

  std::string fill(std::string_view path) {
    std::string out;
    while (!path.empty()) {
      const std::size_t open = path.find('{');
      out += path.substr(0, open);
      if (open == std::string_view::npos) break;
      const std::size_t close = path.find('}');
      out += parameter(path.substr(open + 1, close - open - 1));
      path.remove_prefix(close + 1);
    }
    return out;
  }

  std::string parameter(std::string_view name) {
    if (varied_) return varied_value(name, random_);
    const auto has = [&](std::string_view part) { return name.find(part) != std::string_view::npos; };
    if (has("uuid")) return uuid();
    if (has(":path")) {
      std::string path = slug() + "/";
      path += slug();
      return path + (random_.one_in(2) ? ".js" : ".css");
    }
    if (has("slug") || has("name")) return slug();
    const unsigned ids = random_.one_in(2) ? 1000 : 5000000;
    return std::to_string(1 + random_.below(ids));
  }

  std::string uuid() {
    constexpr std::string_view kPattern = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
    std::string out(kPattern);
    for (char& c : out) {
      if (c == 'x') c = "0123456789abcdef"[random_.below(16)];
    }
    return out;
  }

  std::string slug() {
    std::string out(random_.pick(kWords));
    for (unsigned more = random_.below(3); more > 0; --more) out += "-" + std::string(random_.pick(kWords));
    return out;
  }

  std::string format(const Entry& e) {
    const std::string protocol = e.agent.front() == 'M' ? "HTTP/2.0" : "HTTP/1.1";
    const std::string request = e.target.empty() ? e.method : e.method + " " + e.target + " " + protocol;
    const std::string status = std::to_string(e.status);
    const std::string size = std::to_string(e.size);
    if (options_.format == "uvicorn") {
      return "INFO:     " + e.address + ":" + std::to_string(32768 + random_.below(28000)) + " - \"" +
             e.method + " " + e.target + " HTTP/1.1\" " + status + std::string(phrase(e.status));
    }
    // 499: the client went away before the upstream answered.
    const bool answered = e.status != 499;
    const std::string upstream = answered ? seconds(e.duration_ms) : "-";
    const std::string header = answered ? seconds(e.duration_ms - random_.below(2)) : "-";
    const std::string sent = answered && !random_.one_in(20) ? size : "-";
    const std::string received = e.content_length > 0 ? std::to_string(e.content_length) : "-";
    if (options_.format == "json") {
      return "{\"time_iso8601\":\"" + iso_time(e.time_ms) + "\",\"remote_addr\":\"" + e.address +
             "\",\"request_method\":\"" + e.method + "\",\"request_uri\":\"" + e.target +
             "\",\"server_protocol\":\"" + protocol + "\",\"status\":" + status +
             ",\"body_bytes_sent\":" + size + ",\"request_time\":" + seconds(e.duration_ms) +
             ",\"upstream_header_time\":\"" + header + "\",\"content_length\":\"" + received +
             "\",\"http_user_agent\":\"" + std::string(e.agent) + "\"}";
    }
    std::string line = e.address + " - - [" + local_time(e.time_ms) + "] \"" + request + "\" " + status +
                       " " + size + " \"-\" \"" + std::string(e.agent) + "\"";
    if (options_.format == "timed") {
      line += " rt=" + seconds(e.duration_ms) + " uht=" + header + " urt=" + upstream + " cl=" + received +
              " ucl=" + sent;
    }
    return line;
  }

  // A line that no parser may count.
  std::string bad_line(Entry& e) {
    const unsigned kind = random_.below(3);
    if (options_.format == "uvicorn") {
      constexpr std::string_view kOther[] = {
          "Traceback (most recent call last):", "WARNING:  Invalid HTTP request received.",
          "h11._util.RemoteProtocolError: illegal request line"};
      return std::string(kOther[kind]);
    }
    if (kind == 0) return "";
    choose_request(e);
    if (kind == 2 && options_.format != "json") {
      // A TLS hello on the HTTP port.
      e.method = R"(\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03)";
      e.target.clear();
      e.status = 400;
      return format(e);
    }
    // Cut short, as by a full disk.
    const std::string line = format(e);
    return line.substr(0, line.find(e.target) + 1);
  }

  static std::string_view phrase(unsigned status) {
    switch (status) {
      case 200:
        return " OK";
      case 201:
        return " Created";
      case 204:
        return " No Content";
      case 304:
        return " Not Modified";
      case 307:
        return " Temporary Redirect";
      case 401:
        return " Unauthorized";
      case 404:
        return " Not Found";
      case 405:
        return " Method Not Allowed";
      case 422:
        return " Unprocessable Entity";
      case 500:
        return " Internal Server Error";
      case 502:
        return " Bad Gateway";
      default:
        return "";
    }
  }

  struct Civil {
    unsigned year, month, day;
    std::string clock;
  };

  // Days to a date in the proleptic Gregorian calendar, eras of 400 years from 1 March 0000.
  static Civil civil(std::uint64_t ms) {
    const std::uint64_t second = ms / 1000 % 86400;
    const std::uint64_t days = ms / 1000 / 86400 + 719468;
    const std::uint64_t era = days / 146097;
    const std::uint64_t doe = days % 146097;
    const std::uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const std::uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const std::uint64_t mp = (5 * doy + 2) / 153;
    const std::uint64_t month = mp < 10 ? mp + 3 : mp - 9;
    return {static_cast<unsigned>(yoe + era * 400 + (month <= 2 ? 1 : 0)), static_cast<unsigned>(month),
            static_cast<unsigned>(doy - (153 * mp + 2) / 5 + 1),
            padded(second / 3600, 2) + ":" + padded(second / 60 % 60, 2) + ":" + padded(second % 60, 2)};
  }

  static std::string local_time(std::uint64_t ms) {
    const Civil c = civil(ms);
    return padded(c.day, 2) + "/" + std::string(kMonths[c.month - 1]) + "/" + std::to_string(c.year) + ":" +
           c.clock + " +0000";
  }

  static std::string iso_time(std::uint64_t ms) {
    const Civil c = civil(ms);
    return std::to_string(c.year) + "-" + padded(c.month, 2) + "-" + padded(c.day, 2) + "T" + c.clock +
           "+00:00";
  }

  const Options& options_;
  Random random_;
  const bool varied_;
  std::vector<Route> routes_;
  std::vector<std::uint64_t> weights_;
  std::uint64_t total_weight_ = 0;
  std::uint64_t now_ms_ = 1795500000000;  // November 2026
  std::uint64_t unparsed_ = 0;
  std::map<std::tuple<std::string, std::string, std::string>, std::uint64_t> truth_;
};

bool write_to(const std::string& path, const std::string& text) {
  if (path.empty()) return true;
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return false;
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return std::fclose(file) == 0 && written;
}

bool parse(int argc, char** argv, Options& o) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view flag = argv[i];
    const char* value = argv[i + 1];
    const auto number = [&] { return std::strtoull(value, nullptr, 10); };
    if (flag == "--lines") {
      o.lines = number();
    } else if (flag == "--seed") {
      o.seed = number();
    } else if (flag == "--format") {
      o.format = value;
    } else if (flag == "--bad") {
      o.bad = static_cast<unsigned>(number());
    } else if (flag == "--app") {
      o.app = value;
    } else if (flag == "--noise") {
      o.noise = static_cast<unsigned>(number());
    } else if (flag == "--routes") {
      o.routes = number();
    } else if (flag == "--rules") {
      o.rules = value;
    } else if (flag == "--truth") {
      o.truth = value;
    } else {
      return false;
    }
  }
  const bool known =
      o.format == "timed" || o.format == "combined" || o.format == "json" || o.format == "uvicorn";
  return argc % 2 == 1 && known && o.routes > 0 && (o.app == "plain" || o.app == "varied");
}

int run(int argc, char** argv) {
  Options options;
  if (!parse(argc, argv, options)) {
    std::fputs(
        "usage: generate --lines N [--seed S] [--format timed|combined|json|uvicorn] [--bad PERMILLE]\n"
        "                [--routes N] [--app plain|varied] [--noise PERMILLE] [--rules OUT.yaml] [--truth "
        "OUT.tsv]\n",
        stderr);
    return 2;
  }
  Generator generator(options);
  for (std::uint64_t i = 0; i < options.lines; ++i) {
    const std::string line = generator.line() + "\n";
    std::fwrite(line.data(), 1, line.size(), stdout);
  }
  const bool ok = std::fflush(stdout) == 0 && std::ferror(stdout) == 0 &&
                  write_to(options.rules, generator.rules()) && write_to(options.truth, generator.truth());
  if (!ok) std::perror("generate");
  return ok ? 0 : 3;
}

}  // namespace
}  // namespace routemeter::bench

int main(int argc, char** argv) { return routemeter::bench::run(argc, argv); }
