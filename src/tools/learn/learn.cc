// SPDX-License-Identifier: Apache-2.0
#include "tools/learn/learn.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "format/choose/formats.h"
#include "route/path/path.h"
#include "route/router.h"
#include "tools/learn/generalize.h"
#include "tools/learn/route_words.h"

namespace routemeter::learn {
namespace {

constexpr TrieLimits kDoubtLimits = {64, 20000, 16};

// One request proves a route in a small log; in a large one it is a typing error that was answered.
std::uint64_t default_min_hits(std::uint64_t requests) { return requests < 1000 ? 1 : 2 + requests / 100000; }

bool is_scan(std::string_view path) {
  for (std::size_t begin = 1; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    // No route has two slashes in a row: servers join them, or somebody tries whether they do.
    if (is_scanner_word(path.substr(begin, end - begin)) || (end == begin && end < path.size())) return true;
    begin = end + 1;
  }
  return false;
}

// Sorts the requests of a log into what proves a route and what does not.
class Reader {
 public:
  Reader(Learned& out, const app::Service& service) : out_(out) {
    if (!service.rules.routes.empty()) resolver_ = route::make_resolver(service.router);
  }

  void add(const model::Request& request) {
    ++out_.requests;
    if (resolver_ != nullptr && resolver_->resolve(request).rule >= 0) {
      ++out_.by_rules;
      return;
    }
    const std::string_view path = route::decode_path(route::cut_target(request.target), scratch_);
    if (path.empty() || path.front() != '/') {
      ++out_.no_path;
      return;
    }
    const Proof proof = proof_of(request.status);
    const bool proven = proof == Proof::kAnswered || proof == Proof::kSent;
    // A separate tree, so that a flood of guesses cannot crowd the routes out of theirs.
    Trie& trie = proven && !is_scan(path) ? out_.routes : doubts_;
    trie.add(path, method_of(request.method), proof);
  }

  const Trie& doubts() const { return doubts_; }

 private:
  Learned& out_;
  Trie doubts_{kDoubtLimits};
  std::unique_ptr<route::Resolver> resolver_;
  std::string scratch_;
};

// The `format` of a rule file for these logs.
std::string format_for(const model::FormatSpec& spec, const app::Scan& scan) {
  if (spec.text != "auto") return spec.text;
  std::string name;
  for (const app::ScannedLog& log : scan.logs) {
    if (log.format == nullptr) continue;
    const std::string own = log.format->name().substr(0, log.format->name().find(' '));  // no envelope
    if (!name.empty() && own != name) return "auto";
    name = own;
  }
  const std::vector<std::string> presets = format::preset_names();
  return std::ranges::count(presets, name) > 0 ? name : "auto";
}

// wp-login.php is a route where there is a WordPress, and there only.
void drop_wordpress_guesses(Learned& out) {
  Node& root = out.routes.root();
  for (const std::string_view folder : {"wp-content", "wp-includes"}) {
    if (const Node* node = child_of(root, folder); node != nullptr && node->hits > 0) return;
  }
  std::erase_if(root.children, [&out](const auto& child) {
    const bool guess = child.first.starts_with("wp-") || child.first == "xmlrpc.php";
    if (guess) out.noise.push_back({"/" + encoded(child.first), child.second->hits});
    return guess;
  });
}

}  // namespace

util::Result<std::unique_ptr<Learned>> learn(const Options& options) {
  const auto service = app::load_service(options.common);
  if (!service) return service.errors();
  auto out = std::make_unique<Learned>();
  Reader reader(*out, *service);
  const auto scan =
      app::scan_logs(options.common.logs, service->rules.format, [&](const app::ScannedLine& line) {
        ++out->lines;
        if (line.request != nullptr) reader.add(*line.request);
      });
  if (!scan) return app::with_source(service->rules, scan.errors());
  out->format = format_for(service->rules.format, *scan);
  out->failures = scan->failures;
  out->dropped = out->routes.dropped() + reader.doubts().dropped();
  out->min_hits = options.min_hits > 0 ? options.min_hits : default_min_hits(out->requests - out->by_rules);
  Node& root = out->routes.root();
  drop_wordpress_guesses(*out);
  generalize(root);
  for (Noise& noise : settle(reader.doubts().root(), root)) out->noise.push_back(std::move(noise));
  out->found = routes_of(root, out->min_hits, options.converters);
  for (Noise& noise : out->found.not_routes) out->noise.push_back(std::move(noise));
  std::ranges::stable_sort(out->noise, [](const Noise& a, const Noise& b) { return a.hits > b.hits; });
  for (const Route& route : out->found.routes) out->learned += route.node->ends.total();
  return out;
}

}  // namespace routemeter::learn
