// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include <sys/stat.h>

#include "cli/cli.h"
#include "cli/file_io.h"
#include "cli/flags.h"
#include "cli/terminal.h"
#include "document/read_file.h"
#include "tools/openapi/document.h"
#include "tools/openapi/endpoint.h"
#include "tools/openapi/import.h"
#include "tools/openapi/merge/marks.h"
#include "tools/openapi/merge/merge_rules.h"
#include "util/fmt.h"
#include "util/printable.h"
#include "util/words.h"

namespace routemeter::cli {
namespace {

struct ImportFlags {
  openapi::ImportOptions options;
  std::string prefix;
  std::string document;
  std::string output;
  std::string check;
  std::string merge;
  std::string format = "auto";
  bool keep = false;
};

util::Diagnostic usage_error(const std::string& where, const std::string& message, const std::string& hint) {
  util::Diagnostic d = util::error_about(where, message, hint);
  d.at = {0, 0};
  return d;
}

util::Result<openapi::Document> read(const std::string& name) {
  if (name.find("://") != std::string::npos) {
    return usage_error(name, "URLs are not read",
                       fmt::format("fetch it: curl -sSf {} -o openapi.json", name));
  }
  const auto text = document::read_file(name == "-" ? "/dev/stdin" : name, "document");
  if (!text) return text.errors();
  return openapi::read_document(*text, name);
}

// Never over what somebody may have changed.
bool may_write(const std::string& path, const std::string& text) {
  struct stat st {};
  if (::stat(path.c_str(), &st) != 0 || !S_ISREG(st.st_mode) || st.st_size == 0) return true;
  const auto there = read_file(path);
  return there && *there == text;
}

int run_fresh(const ImportFlags& flags, const openapi::Document& document) {
  const auto imported = openapi::import_document(document, flags.options);
  if (!imported) return print_and(kUsage, imported.errors());
  print_diagnostics(imported->warnings);
  const std::string name = flags.output.empty() ? "rules.yaml" : flags.output;
  const std::string text = openapi::render(*imported, flags.format, name);
  if (flags.output.empty()) {
    print_out(text);
    return kDone;
  }
  if (!may_write(flags.output, text)) {
    return print_and(
        kUsage,
        {usage_error(flags.output, "the file exists and is not overwritten",
                     fmt::format("to keep your edits: routemeter import --merge {} {}; else remove it first",
                                 flags.output, flags.document))});
  }
  if (const auto written = write_file(flags.output, text); !written)
    return print_and(kFailed, written.errors());
  print_err(fmt::format("{}: {} from {}\n", flags.output, util::counted(imported->routes.size(), "route"),
                        flags.document));
  return kDone;
}

std::string shown(const std::vector<openapi::Change>& changes, const std::string& file) {
  std::string out;
  for (const openapi::Change& change : changes)
    out += fmt::format("{}:{}: {}\n", util::printable(file), change.line, change.text);
  return out;
}

int print_check(const ImportFlags& flags, const openapi::Imported& imported, const openapi::Merged& merged) {
  const std::string file = util::printable(flags.check);
  const std::string document = util::printable(flags.document);
  if (merged.changes.empty()) {
    print_err(fmt::format("{} is up to date with {}: {}\n", file, document,
                          util::counted(imported.routes.size(), "route")));
    return kDone;
  }
  print_out(shown(merged.changes, flags.check));
  print_diagnostics(merged.notes);
  print_err(fmt::format("{} is stale: {} in {}; bring it up to date: routemeter import --merge {} {}\n", file,
                        util::counted(merged.changes.size(), "change"), document, file, document));
  return kDiffers;
}

int write_merged(const ImportFlags& flags, const std::string& before, const openapi::Imported& imported,
                 const openapi::Merged& merged) {
  print_diagnostics(imported.warnings);
  print_diagnostics(merged.notes);
  print_err(shown(merged.changes, flags.merge));
  const std::string& target = flags.output.empty() ? flags.merge : flags.output;
  if (target == flags.merge && merged.text == before) {
    print_err(fmt::format("{}: nothing to change, {}\n", util::printable(target),
                          util::counted(imported.routes.size(), "route")));
    return kDone;
  }
  if (const auto written = write_file(target, merged.text); !written)
    return print_and(kFailed, written.errors());
  print_err(fmt::format("{}: {}\n", util::printable(target), util::counted(merged.changes.size(), "change")));
  return kDone;
}

// --check and --merge: the same merge, shown or written.
int run_again(const ImportFlags& flags, const openapi::Document& document) {
  const std::string& path = flags.check.empty() ? flags.merge : flags.check;
  const auto before = document::read_file(path, "rule file");
  if (!before) return print_and(kUsage, before.errors());
  const auto marks = openapi::read_marks(*before, path);
  if (!marks) return print_and(kUsage, marks.errors());
  const auto imported = openapi::import_document(document, openapi::combined(marks->options, flags.options));
  if (!imported) return print_and(kUsage, imported.errors());
  const auto merged = openapi::merge(*before, path, *marks, *imported, flags.keep);
  if (!merged) return print_and(kUsage, merged.errors());
  if (!flags.check.empty()) return print_check(flags, *imported, *merged);
  return write_merged(flags, *before, *imported, *merged);
}

int run_import(ImportFlags& flags, bool has_prefix) {
  if (has_prefix) flags.options.prefix = openapi::clean_prefix(flags.prefix);
  flags.options.strip_prefix = openapi::clean_prefix(flags.options.strip_prefix);
  for (const auto& [flag, value] : {std::pair{"--prefix", flags.options.prefix.value_or("")},
                                    std::pair{"--strip-prefix", flags.options.strip_prefix}}) {
    if (util::printable(value) != value || value.find_first_of(" \t?#{}") != std::string::npos) {
      return print_and(kUsage, {usage_error(flag, fmt::format("'{}' is not the beginning of a path", value),
                                            "write it as /api/v1")});
    }
  }
  const auto document = read(flags.document);
  if (!document) return print_and(kUsage, document.errors());
  return flags.check.empty() && flags.merge.empty() ? run_fresh(flags, *document)
                                                    : run_again(flags, *document);
}

}  // namespace

std::function<int()> setup_import(CLI::App& app) {
  auto flags = std::make_shared<ImportFlags>();
  add_value(app, "document", flags->document, "DOCUMENT",
            "OpenAPI 3 or Swagger 2 document, JSON or YAML; - for standard input")
      ->required();
  auto* output = add_output(app, flags->output, "the rule file");
  auto* check =
      add_value(app, "--check", flags->check, "R",
                "Print what --merge would change in the rule file R, and exit 1 if there is a change")
          ->excludes(output);
  auto* merge = add_value(app, "--merge", flags->merge, "R",
                          "Bring the rule file R up to date; edits made by hand stay")
                    ->excludes(check);
  app.add_flag("--keep", flags->keep, "With --merge: turn rules of removed routes into comments")
      ->needs(merge);
  app.add_option_function<std::string>(
         "--order", [flags](const std::string& word) { flags->options.spec_order = word == "spec"; },
         "document: as in the document (FastAPI); spec: concrete paths before templated ones (Spring, "
         "Flask)")
      ->check(CLI::IsMember({"document", "spec"}))
      ->type_name("ORDER");
  auto* prefix = add_value(app, "--prefix", flags->prefix, "P",
                           "Prefix of the URLs in the log, instead of the path of the document's servers");
  add_value(app, "--strip-prefix", flags->options.strip_prefix, "P",
            "Remove the prefix P from the document's paths");
  add_value(app, "--path-param", flags->options.path_params, "NAME",
            "Parameter that spans slashes: {NAME} becomes {NAME:path}; or another converter: NAME:int")
      ->allow_extra_args(false);
  app.add_flag("--docs", flags->options.docs,
               "Write the framework's documentation routes as rules, not as a comment");
  app.add_flag("--app-labels", flags->options.app_labels,
               "Write labels without the prefix, as the application has them");
  add_value(app, "--format", flags->format, "F", "Log format to write into the rule file (default: auto)")
      ->excludes(check)
      ->excludes(merge);
  return [flags, prefix] { return run_import(*flags, prefix->count() > 0); };
}

}  // namespace routemeter::cli
