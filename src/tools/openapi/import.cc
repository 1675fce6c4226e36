// SPDX-License-Identifier: Apache-2.0
#include "tools/openapi/import.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "route/template/template.h"
#include "rules/rule_text.h"
#include "tools/openapi/endpoint.h"
#include "util/ascii.h"
#include "util/printable.h"
#include "util/words.h"

namespace routemeter::openapi {
namespace {

util::Diagnostic no_paths(const Document& document) {
  const bool webhooks = member(document.root.get(), "webhooks") != nullptr;
  util::Diagnostic d =
      warning_at(document, document.root->at, "the document has no paths",
                 webhooks ? "it has only webhooks, which are requests that the application sends"
                          : "in FastAPI: are the routers included, and not with include_in_schema=False?");
  d.severity = util::Severity::kError;
  return d;
}

util::Diagnostic at_path_param(util::Severity severity, std::string message, std::string hint = "") {
  return {severity, "--path-param", {0, 0}, std::move(message), "", std::move(hint), ""};
}

util::Result<Converters> read_path_params(const std::vector<std::string>& params) {
  Converters out;
  for (const std::string& param : params) {
    const std::size_t colon = std::min(param.find(':'), param.size());
    const std::string name = param.substr(0, colon);
    const std::string converter = colon < param.size() ? param.substr(colon + 1) : "path";
    const auto parsed = route::parse_template(fmt::format("/{{{}:{}}}", name, converter));
    if (!parsed || parsed->size() != 2) {
      return at_path_param(util::Severity::kError,
                           fmt::format("{} is not the name of a parameter", util::quoted(param, 100)),
                           parsed ? "write NAME, without braces"
                                  : parsed.errors().front().message + "; write NAME or NAME:CONVERTER");
    }
    out[name] = converter;
  }
  return out;
}

// The key of the specification's order: literal segments before mixed ones before parameters.
std::string rank(const std::vector<PathPiece>& pieces) {
  std::string out;
  bool text = false;
  char kind = '0';
  const auto end_segment = [&] {
    out += kind == '1' && text ? '1' : kind == '0' ? '0' : kind == '1' ? '2' : '3';
    text = false;
    kind = '0';
  };
  for (const PathPiece& piece : pieces) {
    if (piece.is_parameter) {
      kind = std::max(kind, piece.spans ? '2' : '1');
      continue;
    }
    for (const char c : piece.source) {
      if (c == '/') {
        end_segment();
      } else {
        text = text || c != '*';
        if (c == '*') kind = '2';  // ** and * of a pattern
      }
    }
  }
  end_segment();
  return out;
}

class Importer {
 public:
  Importer(const Document& document, const ImportOptions& options) : document_(document) {
    out_.document = document.name;
    out_.options = options;
  }

  util::Result<Imported> run() {
    auto converters = read_path_params(out_.options.path_params);
    if (!converters) return converters.errors();
    converters_ = std::move(*converters);
    describe();
    std::vector<Endpoint> endpoints = read_endpoints(document_, out_.options, out_.warnings);
    if (endpoints.empty()) return no_paths(document_);
    const Endpoint& first = endpoints.front();
    if (first.path.ends_with(first.own_path))
      out_.prefix = first.path.substr(0, first.path.size() - first.own_path.size());

    for (Endpoint& endpoint : in_order(std::move(endpoints))) add_rule(std::move(endpoint));
    for (const auto& [name, converter] : converters_) check_used(name);
    const auto tested = add_tests(document_, endpoints_, out_);
    if (!tested) return tested.errors();
    std::ranges::stable_sort(out_.warnings, [](const auto& a, const auto& b) {
      return std::tie(a.at.line, a.at.column) < std::tie(b.at.line, b.at.column);
    });
    return std::move(out_);
  }

 private:
  void describe() {
    const Value* root = document_.root.get();
    const Value* info = member(root, "info");
    std::string version = util::printable(text_member(info, "version"), 40);
    out_.title = util::printable(text_member(info, "title"), 60);
    if (!out_.title.empty() && !version.empty()) out_.title += " " + version;
    const bool swagger = member(root, "swagger") != nullptr;
    version = util::printable(text_member(root, swagger ? "swagger" : "openapi"), 20);
    out_.dialect = (swagger ? "Swagger " : "OpenAPI ") + version;
    if (!version.starts_with(swagger ? "2" : "3")) {
      out_.warnings.push_back(warning_at(
          document_, root->at,
          fmt::format("{} is read as if it were {}", out_.dialect, swagger ? "Swagger 2.0" : "OpenAPI 3")));
    }
    out_.framework = &recognise(document_);
  }

  // The framework's documentation.
  std::vector<Endpoint> docs() const {
    std::vector<Endpoint> out;
    if (!out_.options.docs) return out;
    for (const std::string_view text : out_.framework->docs) {
      const std::string own(text.substr(text.find('/')));
      out.push_back({own, out_.prefix + own, {}, {"GET"}, {}, {}});
      if (text.starts_with("GET,HEAD")) out.back().methods.emplace_back("HEAD");
    }
    return out;
  }

  // Puts the document's own paths behind those of the documentation, and all in the order that is asked for.
  std::vector<Endpoint> in_order(std::vector<Endpoint> own) const {
    std::vector<Endpoint> out = docs();
    for (const Endpoint& first : out)
      std::erase_if(own, [&](const Endpoint& e) { return e.path == first.path; });
    std::ranges::move(own, std::back_inserter(out));
    for (Endpoint& endpoint : out) endpoint.pieces = split_path(endpoint.path, converters_);
    if (out_.options.spec_order.value_or(false))
      std::ranges::stable_sort(out, {}, [](const Endpoint& endpoint) { return rank(endpoint.pieces); });
    return out;
  }

  void warn(const Endpoint& endpoint, std::string message, std::string hint = "") {
    out_.warnings.push_back(warning_at(document_, endpoint.at, std::move(message), std::move(hint)));
  }

  void add_rule(Endpoint endpoint) {
    std::optional<model::Rule> rule = make_rule(endpoint.pieces);
    if (!rule) {
      return warn(endpoint, fmt::format("the path {} is left out: no rule can say it",
                                        util::quoted(endpoint.path, 100)));
    }
    if (out_.options.app_labels) {
      rule->handler.clear();
      for (const PathPiece& piece : split_path(endpoint.own_path, converters_)) rule->handler += piece.source;
    }
    rule->methods = endpoint.methods;
    rule->text = rules::rule_entry(*rule);
    rule->at = endpoint.at;
    out_.routes.push_back({std::move(*rule), std::nullopt});
    hint_at_path_parameter(endpoint);
    endpoints_.push_back(std::move(endpoint));
  }

  // FastAPI's {file_path:path} is {file_path} in the document, and nothing else tells.
  void hint_at_path_parameter(const Endpoint& endpoint) {
    const PathPiece& last = endpoint.pieces.back();
    const bool plain = last.is_parameter && last.converter.empty() && last.regex.empty();
    if (!plain || !(last.name.ends_with("path") || last.name.ends_with("Path"))) return;
    const std::string shown = util::printable(last.name, 40);
    warn(
        endpoint,
        fmt::format("{} takes one segment; does '{}' have slashes?", util::quoted(endpoint.path, 100), shown),
        fmt::format("if it does (FastAPI: {{{0}:path}}), add: --path-param {0}", shown));
  }

  void check_used(const std::string& name) {
    const bool used = std::ranges::any_of(out_.routes, [&](const ImportedRoute& route) {
      return util::contains(route.rule.handler, "{" + name + ":");
    });
    if (used) return;
    out_.warnings.push_back(
        at_path_param(util::Severity::kWarning,
                      fmt::format("no path of the document has a parameter {}", util::quoted(name, 60))));
  }

  const Document& document_;
  Converters converters_;
  Imported out_;
  std::vector<Endpoint> endpoints_;  // of out_.routes
};

}  // namespace

util::Result<Imported> import_document(const Document& document, const ImportOptions& options) {
  return Importer(document, options).run();
}

}  // namespace routemeter::openapi
