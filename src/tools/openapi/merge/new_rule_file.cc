// SPDX-License-Identifier: Apache-2.0
#include "document/yaml_scalar.h"
#include "rules/rule_text.h"
#include "tools/openapi/merge/merge_rules.h"
#include "util/fmt.h"
#include "util/printable.h"

namespace routemeter::openapi {
namespace {

// A file name as a comment shows it.
std::string shown_path(const std::string& name) { return util::printable(name, 100); }

std::string head(const Imported& imported, const std::string& file) {
  const bool is_stdin = imported.document == "-";
  const std::string document = is_stdin ? "a document" : shown_path(imported.document);
  const std::string source = is_stdin ? "openapi.json" : shown_path(imported.document);
  const std::string options = options_text(imported.options);
  const std::string_view framework = imported.framework->name;
  return fmt::format(
      "# The routes of {}{}{} ({}{}{}).\n"
      "# Written by: routemeter import {}{}{}\n#\n"
      "# Change what you like: labels, converters, patterns, methods, rules and tests of your own, "
      "comments.\n"
      "# When the application changes, this brings in what is new and keeps what you changed:\n"
      "#   routemeter import --merge {} {}\n"
      "# and this, in CI, fails when it is due:\n"
      "#   routemeter import --check {} {}\n",
      imported.title, imported.title.empty() ? "" : ", from ", document, imported.dialect,
      framework.empty() ? "" : ", ", framework, options, options.empty() ? "" : " ", source, shown_path(file),
      source, shown_path(file), source);
}

// The framework's own routes as a comment, unless they are rules.
std::string docs_comment(const Imported& imported) {
  const Framework& framework = *imported.framework;
  if (imported.options.docs || framework.docs.empty()) return "";
  std::string out = fmt::format(
      "  # {}'s own routes; remove the '# ' where they are served, or import with --docs.\n", framework.name);
  for (const std::string_view text : framework.docs) {
    const std::size_t path = text.find('/');
    out +=
        fmt::format("  # - {}{}{}\n", text.substr(0, path), shown_path(imported.prefix), text.substr(path));
  }
  return out + "\n";
}

std::string others_comment(const Framework& framework) {
  std::string out = fmt::format("\n  # Not in the document: {}, such as\n", framework.missing);
  for (const std::string_view text : framework.others) out += fmt::format("  # - {}\n", text);
  return out;
}

}  // namespace

Marks marks_of(const Imported& imported) {
  Marks marks;
  marks.options = imported.options;
  for (const ImportedRoute& route : imported.routes) {
    marks.routes.push_back(fingerprint(route.rule));
    if (route.test) marks.tests.push_back(fingerprint(*route.test));
  }
  return marks;
}

std::string render(const Imported& imported, const std::string& format, const std::string& file) {
  std::string out =
      fmt::format("{}version: 1\nformat: {}\n\nroutes: # {}\n{}", head(imported, file),
                  document::yaml_scalar(format), imported.framework->order, docs_comment(imported));
  std::string tests;
  for (const ImportedRoute& route : imported.routes) {
    out += fmt::format("  - {}\n", rules::rule_entry(route.rule));
    if (route.test) tests += fmt::format("  - {}\n", rules::test_entry(*route.test));
  }
  out += others_comment(*imported.framework);
  if (!tests.empty()) out += "\ntests:\n" + tests;
  return out + "\n" + render_marks(marks_of(imported));
}

}  // namespace routemeter::openapi
