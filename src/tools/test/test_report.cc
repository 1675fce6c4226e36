// SPDX-License-Identifier: Apache-2.0
#include "tools/test/test_report.h"

#include <string_view>

#include "util/diagnostic.h"
#include "util/json.h"
#include "util/markup.h"
#include "util/printable.h"

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

std::string count_of_tests(std::size_t number, const char* thing) {
  return std::to_string(number) + " " + thing + (number == 1 ? "" : "s");
}

std::string joined(const std::vector<std::string>& problems) {
  std::string out;
  for (const std::string& problem : problems) out += (out.empty() ? "" : "; ") + problem;
  return util::printable(out);
}

std::string test_place(const TestedFile& file, const TestResult& result) {
  return util::printable(file.rules().path) + ":" + std::to_string(result.test->at.line) + ":" +
         std::to_string(result.test->at.column);
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

// For text and attributes. What is no character of XML 1.0 has become \xNN, or U+FFFD here.
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
    if (file.results.empty()) out += util::printable(file.rules().path) + ": no tests\n";
    for (const TestResult& result : file.results) {
      if (result.passed()) continue;
      out += util::format(
          model::error_at(file.rules(), result.test->at,
                          result.test->method + " " + result.test->target + ": " + joined(result.problems)));
      out += result.explanation + "\n";
    }
  }
  const Totals totals = totals_of(files);
  out += count_of_tests(totals.tests, "test") + " in " + count_of_tests(files.size(), "file") + ": " +
         std::to_string(totals.tests - totals.failed) + " passed, " + std::to_string(totals.failed) +
         " failed\n";
  return out;
}

std::string to_tap(const std::vector<TestedFile>& files) {
  const Totals totals = totals_of(files);
  std::string out = "TAP version 13\n1.." + std::to_string(totals.tests) +
                    (totals.tests == 0 ? " # SKIP no tests\n" : "\n");
  std::size_t number = 0;
  for (const TestedFile& file : files) {
    if (file.results.empty()) out += "# " + util::printable(file.rules().path) + ": no tests\n";
    for (const TestResult& result : file.results) {
      out += (result.passed() ? "ok " : "not ok ") + std::to_string(++number) + " - " +
             tap_escaped(test_place(file, result) + " " + result.test->text) + "\n";
      if (result.passed()) continue;
      out += "  ---\n  message: " + util::json_string(joined(result.problems)) +
             "\n  severity: fail\n  at: " + util::json_string(test_place(file, result)) +
             "\n  explanation: |\n";
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
    return " tests=\"" + std::to_string(totals.tests) + "\" failures=\"" + std::to_string(totals.failed) +
           "\" errors=\"0\" skipped=\"0\"";
  };
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"routemeter test\"" +
                    counts(all) + ">\n";
  for (const TestedFile& file : files) {
    const std::string path = xml_escaped(file.rules().path);
    out += "  <testsuite name=\"" + path + "\"" + counts({file.results.size(), file.failed()}) + ">\n";
    for (const TestResult& result : file.results) {
      out += "    <testcase classname=\"" + path + "\" name=\"" + xml_escaped(result.test->text) +
             "\" file=\"" + path + "\" line=\"" + std::to_string(result.test->at.line) + "\"";
      if (result.passed()) {
        out += "/>\n";
        continue;
      }
      out += ">\n      <failure type=\"mismatch\" message=\"" + xml_escaped(joined(result.problems)) + "\">" +
             xml_lines(test_place(file, result) + "\n" + result.explanation) +
             "</failure>\n    </testcase>\n";
    }
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace routemeter::explain
