// SPDX-License-Identifier: Apache-2.0
#include "tools/openapi/import.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "route/template/template.h"
#include "rules/rule_text.h"
#include "tools/openapi/endpoint.h"
#include "tools/openapi/path_template.h"
#include "tools/openapi/route_tests.h"
#include "util/printable.h"
#include "util/words.h"

namespace routemeter::openapi {
namespace {

util::Diagnostic no_paths(const Document& document) {
  util::Diagnostic d = warning_at(document, document.root->at, "the document has no paths");
  d.severity = util::Severity::kError;
  d.hint = member(document.root.get(), "webhooks") != nullptr
               ? "it has only webhooks, which are requests that the application sends"
               : "in FastAPI: are the routers included, and not with include_in_schema=False?";
  return d;
}

util::Result<Converters> read_path_params(const std::vector<std::string>& params) {
  Converters out;
  for (const std::string& param : params) {
    const std::size_t colon = std::min(param.find(':'), param.size());
    const std::string name = param.substr(0, colon);
    const std::string converter = colon < param.size() ? param.substr(colon + 1) : "path";
    const auto parsed = route::parse_template(fmt::format("/{{{}:{}}}", name, converter));
    if (!parsed || parsed->size() != 2) {
      util::Diagnostic d;
      d.file = "--path-param";
      d.at = {0, 0};
      d.message = fmt::format("{} is not the name of a parameter", util::quoted(param, 100));
      d.hint = parsed ? "write NAME, without braces"
                      : parsed.errors().front().message + "; write NAME or NAME:CONVERTER";
      return d;
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

struct Draft {
  Endpoint endpoint;
  std::vector<PathPiece> pieces;
};

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
    PrefixOptions prefixes{out_.options.prefix, out_.options.strip_prefix};
    std::vector<Endpoint> endpoints = read_endpoints(document_, prefixes, out_.warnings);
    if (endpoints.empty()) return no_paths(document_);
    const Endpoint& first = endpoints.front();
    if (first.path.ends_with(first.own_path))
      out_.prefix = first.path.substr(0, first.path.size() - first.own_path.size());

    std::vector<Draft> drafts = docs_drafts();
    add_drafts(std::move(endpoints), drafts);
    add_rules(drafts);
    for (const auto& [name, converter] : converters_) check_used(name);
    const auto tested = add_tests(document_, samples_, out_);
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

  std::vector<Draft> docs_drafts() const {
    std::vector<Draft> out;
    if (!out_.options.docs) return out;
    for (const std::string_view text : out_.framework->docs) {
      Endpoint& endpoint = out.emplace_back().endpoint;
      endpoint.own_path = text.substr(text.find('/'));
      endpoint.path = out_.prefix + endpoint.own_path;
      endpoint.methods = {"GET"};
      if (text.starts_with("GET,HEAD")) endpoint.methods.emplace_back("HEAD");
    }
    return out;
  }

  // Puts the document's own paths behind those of the documentation, and all in the order that is asked for.
  void add_drafts(std::vector<Endpoint> endpoints, std::vector<Draft>& out) const {
    const auto docs = static_cast<std::ptrdiff_t>(out.size());
    for (Endpoint& endpoint : endpoints) {
      const bool there = std::any_of(out.begin(), out.begin() + docs,
                                     [&](const Draft& d) { return d.endpoint.path == endpoint.path; });
      if (!there) out.emplace_back().endpoint = std::move(endpoint);
    }
    for (Draft& draft : out) draft.pieces = split_path(draft.endpoint.path, converters_);
    if (out_.options.spec_order.value_or(false)) {
      std::ranges::stable_sort(
          out, [](const Draft& a, const Draft& b) { return rank(a.pieces) < rank(b.pieces); });
    }
  }

  void add_rules(std::vector<Draft>& drafts) {
    for (Draft& draft : drafts) {
      Endpoint& endpoint = draft.endpoint;
      std::optional<model::Rule> rule = make_rule(draft.pieces);
      if (!rule) {
        out_.warnings.push_back(warning_at(
            document_, endpoint.at,
            fmt::format("the path {} is left out: no rule can say it", util::quoted(endpoint.path, 100))));
        continue;
      }
      if (out_.options.app_labels) {
        rule->handler.clear();
        for (const PathPiece& piece : split_path(endpoint.own_path, converters_))
          rule->handler += piece.source;
      }
      rule->methods = endpoint.methods;
      out_.routes.push_back({std::move(*rule), std::nullopt});
      out_.routes.back().rule.text = rules::rule_entry(out_.routes.back().rule);
      out_.routes.back().rule.at = endpoint.at;
      hint_at_path_parameter(draft);
      samples_.push_back({std::move(draft.pieces), std::move(endpoint.samples)});
    }
  }

  // FastAPI's {file_path:path} is {file_path} in the document, and nothing else tells.
  void hint_at_path_parameter(const Draft& draft) {
    const PathPiece& last = draft.pieces.back();
    if (!last.is_parameter || !last.converter.empty() || !last.regex.empty()) return;
    std::string name = last.name;
    std::ranges::transform(name, name.begin(), [](char c) { return c == 'P' ? 'p' : c; });
    if (!name.ends_with("path")) return;
    const std::string shown = util::printable(last.name, 40);
    out_.warnings.push_back(
        warning_at(document_, draft.endpoint.at,
                   fmt::format("{} takes one segment; does '{}' have slashes?",
                               util::quoted(draft.endpoint.path, 100), shown),
                   fmt::format("if it does (FastAPI: {{{0}:path}}), add: --path-param {0}", shown)));
  }

  void check_used(const std::string& name) {
    for (const ImportedRoute& route : out_.routes) {
      if (route.rule.handler.find("{" + name + ":") != std::string::npos) return;
    }
    util::Diagnostic d;
    d.severity = util::Severity::kWarning;
    d.file = "--path-param";
    d.at = {0, 0};
    d.message = fmt::format("no path of the document has a parameter {}", util::quoted(name, 60));
    out_.warnings.push_back(std::move(d));
  }

  const Document& document_;
  Converters converters_;
  Imported out_;
  std::vector<RouteSamples> samples_;  // of out_.routes
};

}  // namespace

util::Result<Imported> import_document(const Document& document, const ImportOptions& options) {
  return Importer(document, options).run();
}

}  // namespace routemeter::openapi
