// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <unordered_set>

#include "cli/cli.h"
#include "cli/flags.h"
#include "cli/terminal.h"
#include "tools/explain/explainer.h"
#include "tools/explain/questions.h"
#include "tools/explain/render.h"
#include "tools/test/run_tests.h"
#include "util/fmt.h"
#include "util/printable.h"

namespace routemeter::cli {
namespace {

struct ExplainFlags {
  app::CommonOptions common;
  std::vector<std::string> requests;
  explain::Assumed assumed;
  bool status_given = false;
  bool json = false;
  bool emit_test = false;
  bool all = false;
};

// Writes the answers in the form that was asked for.
class Answers {
 public:
  Answers(const ExplainFlags& flags, explain::Explainer& explainer) : flags_(flags), explainer_(explainer) {}

  std::string to(const explain::Question& question) {
    const explain::Explanation explanation = question.request == nullptr
                                                 ? explain::unparsed(question.reason)
                                                 : explainer_.explain(*question.request);
    if (flags_.json) return explain::to_json(explanation, explainer_.rules()) + "\n";
    if (flags_.emit_test) return test_for(question, explanation);
    explain::Shown shown;
    shown.all_rules = flags_.all;
    shown.log_line = question.log_line;
    shown.assumed_status = !question.log_line && !flags_.status_given;
    const char* const gap = first_ ? "" : "\n";
    first_ = false;
    return gap + explain::to_text(question.text, question.request, explanation, explainer_, shown);
  }

 private:
  // A log asks for the same again and again; one test of each is enough.
  std::string test_for(const explain::Question& question, const explain::Explanation& explanation) {
    if (question.request != nullptr) {
      const bool with_status = flags_.status_given && !question.log_line;
      const auto line = explain::test_line(*question.request, explanation, explainer_.rules(), with_status);
      if (line) return emitted_.insert(*line).second ? *line + "\n" : "";
    }
    print_err(
        fmt::format("note: no test can be written for this line: {}\n", util::printable(question.text, 200)));
    return "";
  }

  const ExplainFlags& flags_;
  explain::Explainer& explainer_;
  bool first_ = true;
  std::unordered_set<std::string> emitted_;
};

int run_explain(const ExplainFlags& flags) {
  const auto service = app::load_service(flags.common);
  if (!service) return print_and(kUsage, service.errors());
  const model::FormatSpec& spec = service->rules.format;
  const bool from_stdin = flags.requests.empty() || flags.requests == std::vector<std::string>{"-"};
  const auto questions =
      from_stdin ? explain::ask_standard_input(spec) : explain::ask_arguments(flags.requests, spec);
  if (!questions) return print_and(kUsage, app::with_source(service->rules, questions.errors()));
  print_diagnostics((*questions)->warnings());
  const auto explainer = explain::Explainer::create(*service, (*questions)->format().get());
  if (!explainer) return print_and(kUsage, explainer.errors());
  if (!service->enabled) {
    print_err(
        fmt::format("note: {} is neither true nor 1 and respect_env_var is set: serve measures nothing\n",
                    service->rules.options.env_var_name));
  }
  for (const std::string& note : (*explainer)->notes()) print_err(fmt::format("note: {}\n", note));
  Answers answers(flags, **explainer);
  const util::Diagnostics failures =
      (*questions)->for_each(flags.assumed, [&](const explain::Question& question) {
        print_out(answers.to(question));
      });
  print_diagnostics(failures);
  return failures.empty() ? kDone : kFailed;
}

}  // namespace

std::function<int()> setup_explain(CLI::App& app) {
  auto flags = std::make_shared<ExplainFlags>();
  add_rules_and_format(app, flags->common);
  add_value(app, "request", flags->requests, "REQUEST",
            "'GET /path', '/path' (GET), or a whole log line; - or nothing: standard input");
  add_value(app, "--host", flags->assumed.host, "HOST", "The host of the requests");
  app.add_option_function<int>(
         "--status",
         [flags](int status) {
           flags->assumed.status = status;
           flags->status_given = true;
         },
         "The status code of the answers (default: 200)")
      ->type_name("CODE")
      ->check(CLI::Range(100, 599));
  app.add_flag("--all", flags->all, "Show every rule that was considered, even of a large file");
  auto* json = app.add_flag("--json", flags->json, "One JSON object per line of input");
  app.add_flag("--emit-test", flags->emit_test, "Print lines for the rule file's tests: instead")
      ->excludes(json);
  return [flags] { return run_explain(*flags); };
}

}  // namespace routemeter::cli
