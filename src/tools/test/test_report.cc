// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "tools/test/run_tests.h"
#include "util/diagnostic.h"
#include "util/fmt.h"
#include "util/json.h"
#include "util/printable.h"
#include "util/words.h"

namespace routemeter::explain {
namespace {

struct Totals {
  std::size_t tests = 0;
  std::size_t failed = 0;
};

Totals totals_of(const std::vector<TestedFile>& files) {
  Totals totals;
  for (const TestedFile& file : files) {
    totals.tests += file.results.size();
    totals.failed += file.failed();
  }
  return totals;
}

std::string problems_text(const std::vector<std::string>& problems) {
  return util::printable(util::joined(problems, "; "));
}

std::string test_place(const TestedFile& file, const TestResult& result) {
  return fmt::format("{}:{}:{}", util::printable(file.rules().path), result.test->at.line,
                     result.test->at.column);
}

// A description ends where a '#' could begin a directive.
std::string tap_escaped(std::string_view text) {
  std::string out;
  for (const char c : util::printable(text)) {
    if (c == '#' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// For text and attributes. A byte that XML 1.0 forbids has become \xNN already; two characters become U+FFFD
// here.
std::string xml_escaped(std::string_view raw) {
  std::string out;
  const std::string text = util::printable(raw);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 3, "\xEF\xBF\xBE") == 0 || text.compare(i, 3, "\xEF\xBF\xBF") == 0) {
      out += "\xEF\xBF\xBD";
      i += 2;
    } else {
      util::append_markup(out, text[i]);
    }
  }
  return out;
}

std::string xml_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    out += xml_escaped(text.substr(0, newline)) + "\n";
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
  }
  return out;
}

}  // namespace

std::string to_text(const std::vector<TestedFile>& files) {
  std::string out;
  for (const TestedFile& file : files) {
    if (file.results.empty()) out += fmt::format("{}: no tests\n", util::printable(file.rules().path));
    for (const TestResult& result : file.results) {
      if (result.passed()) continue;
      out += util::format(util::error_at(file.rules(), result.test->at,
                                         fmt::format("{} {}: {}", result.test->method, result.test->target,
                                                     problems_text(result.problems))));
      out += result.explanation + "\n";
    }
  }
  const Totals totals = totals_of(files);
  return out + fmt::format("{} in {}: {} passed, {} failed\n", util::counted(totals.tests, "test"),
                           util::counted(files.size(), "file"), totals.tests - totals.failed, totals.failed);
}

std::string to_tap(const std::vector<TestedFile>& files) {
  const Totals totals = totals_of(files);
  std::string out =
      fmt::format("TAP version 13\n1..{}{}\n", totals.tests, totals.tests == 0 ? " # SKIP no tests" : "");
  std::size_t number = 0;
  for (const TestedFile& file : files) {
    if (file.results.empty()) out += fmt::format("# {}: no tests\n", util::printable(file.rules().path));
    for (const TestResult& result : file.results) {
      out += fmt::format("{} {} - {}\n", result.passed() ? "ok" : "not ok", ++number,
                         tap_escaped(test_place(file, result) + " " + result.test->text));
      if (result.passed()) continue;
      out += fmt::format("  ---\n  message: {}\n  severity: fail\n  at: {}\n  explanation: |\n",
                         util::json_string(problems_text(result.problems)),
                         util::json_string(test_place(file, result)));
      for (std::string_view text = result.explanation; !text.empty();) {
        const std::size_t newline = text.find('\n');
        out += "    " + std::string(text.substr(0, newline)) + "\n";
        text.remove_prefix(newline + 1);
      }
      out += "  ...\n";
    }
  }
  return out;
}

std::string to_junit(const std::vector<TestedFile>& files) {
  const Totals all = totals_of(files);
  const auto counts = [](const Totals& totals) {
    return fmt::format(R"( tests="{}" failures="{}" errors="0" skipped="0")", totals.tests, totals.failed);
  };
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"routemeter test\"" +
                    counts(all) + ">\n";
  for (const TestedFile& file : files) {
    const std::string path = xml_escaped(file.rules().path);
    out += fmt::format("  <testsuite name=\"{}\"{}>\n", path, counts({file.results.size(), file.failed()}));
    for (const TestResult& result : file.results) {
      out += fmt::format(R"(    <testcase classname="{}" name="{}" file="{}" line="{}")", path,
                         xml_escaped(result.test->text), path, result.test->at.line);
      if (result.passed()) {
        out += "/>\n";
        continue;
      }
      out += fmt::format(">\n      <failure type=\"mismatch\" message=\"{}\">{}</failure>\n    </testcase>\n",
                         xml_escaped(problems_text(result.problems)),
                         xml_lines(test_place(file, result) + "\n" + result.explanation));
    }
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace routemeter::explain
