// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cli/cli.h"
#include "cli/file_io.h"
#include "cli/flags.h"
#include "cli/terminal.h"
#include "tools/test/run_tests.h"

namespace routemeter::cli {
namespace {

struct TestFlags {
  std::vector<std::string> files;
  std::string format = "text";
  std::string output;
  bool require_tests = false;
};

int run_test(const TestFlags& flags) {
  std::vector<explain::TestedFile> tested;
  bool broken = false;
  for (const std::string& path : flags.files) {
    auto file = explain::run_tests(path);
    if (file) {
      tested.push_back(std::move(*file));
    } else {
      print_diagnostics(file.errors());
      broken = true;
    }
  }
  if (broken) return kUsage;
  const std::string report = flags.format == "tap"     ? explain::to_tap(tested)
                             : flags.format == "junit" ? explain::to_junit(tested)
                                                       : explain::to_text(tested);
  if (const int code = write_result(flags.output, report); code != kDone) return code;
  const bool failed = std::any_of(tested.begin(), tested.end(), [&](const explain::TestedFile& file) {
    return file.failed() > 0 || (flags.require_tests && file.results.empty());
  });
  return failed ? kDiffers : kDone;
}

}  // namespace

std::function<int()> setup_test(CLI::App& app) {
  auto flags = std::make_shared<TestFlags>();
  add_value(app, "rules", flags->files, "R", "Rule files with a tests: key")->required();
  add_value(app, "--format", flags->format, "F",
            "text, the failures and a summary (default); tap, the Test Anything Protocol; junit, JUnit's XML")
      ->check(CLI::IsMember({"text", "tap", "junit"}));
  add_output(app, flags->output, "the report");
  app.add_flag("--require-tests", flags->require_tests, "Treat a file without tests as a failure");
  return [flags] { return run_test(*flags); };
}

}  // namespace routemeter::cli
