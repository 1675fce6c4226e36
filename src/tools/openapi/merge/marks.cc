// SPDX-License-Identifier: Apache-2.0
#include "tools/openapi/merge/marks.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "util/codec.h"
#include "util/words.h"

namespace routemeter::openapi {
namespace {

constexpr std::string_view kMark = "# routemeter-import";
constexpr std::string_view kNote =
    ": fingerprints of what it wrote, which tell --merge what was changed by hand. Leave these lines as they "
    "are.";
constexpr std::string_view kOptions = " options: ";
constexpr std::string_view kRoutes = " routes: ";
constexpr std::string_view kTests = " tests: ";
constexpr std::size_t kPerLine = 10;

void render_numbers(std::string_view what, const std::vector<std::uint32_t>& numbers, std::string& out) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::string head = i % kPerLine > 0 ? " " : fmt::format("{}{}{}", i > 0 ? "\n" : "", kMark, what);
    out += fmt::format("{}{:08x}", head, numbers[i]);
  }
  if (!numbers.empty()) out += '\n';
}

bool is_mark(std::string_view line) { return line.starts_with(kMark); }

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \t\r"), text.size());
    if (end > 0) out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

void read_numbers(std::string_view text, std::vector<std::uint32_t>& out) {
  for (const std::string_view word : words(text)) {
    std::uint32_t number = 0;
    const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), number, 16);
    if (problem == std::errc() && end == word.data() + word.size()) out.push_back(number);
  }
}

// False for what is no option.
bool read_options(std::string_view text, ImportOptions& options) {
  const std::vector<std::string_view> all = words(text);
  for (auto at = all.begin(); at != all.end(); ++at) {
    const std::string_view name = *at;
    if (name == "--docs" || name == "--app-labels") {
      (name == "--docs" ? options.docs : options.app_labels) = true;
      continue;
    }
    if (++at == all.end()) return false;
    if (name == "--order") {
      options.spec_order = *at == "spec";
    } else if (name == "--prefix") {
      options.prefix = *at == "/" ? "" : *at;
    } else if (name == "--strip-prefix") {
      options.strip_prefix = *at;
    } else if (name == "--path-param") {
      options.path_params.emplace_back(*at);
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

std::uint32_t fingerprint(const model::Rule& rule) {
  std::vector<std::string> methods = rule.methods;
  std::ranges::sort(methods);
  std::string text;
  for (const std::string& method : methods) text += method + ",";
  const char kind = "tps"[static_cast<std::size_t>(rule.kind)];  // by Rule::Kind
  return util::crc32c(fmt::format("{} {} {}\n{}\n{}", text, kind, rule.pattern, rule.handler, rule.host));
}

std::uint32_t fingerprint(const model::RuleTest& test) {
  std::string text = fmt::format("{} {} -> {}\n{}", test.method, test.target, test.handler, test.host);
  if (test.status) text += fmt::format("\n{}", *test.status);
  for (const auto& [name, value] : test.labels) text += fmt::format("\n{}={}", name, value);
  if (test.outcome != model::RuleTest::Outcome::kHandler) text += "\nno handler";
  return util::crc32c(text);
}

std::string options_text(const ImportOptions& options) {
  std::vector<std::string> out;
  if (options.spec_order.value_or(false)) out.emplace_back("--order spec");
  if (options.prefix) out.push_back("--prefix " + (options.prefix->empty() ? "/" : *options.prefix));
  if (!options.strip_prefix.empty()) out.push_back("--strip-prefix " + options.strip_prefix);
  for (const std::string& param : options.path_params) out.push_back("--path-param " + param);
  if (options.docs) out.emplace_back("--docs");
  if (options.app_labels) out.emplace_back("--app-labels");
  return util::joined(out, " ");
}

std::string render_marks(const Marks& marks) {
  std::string out = fmt::format("{}{}\n", kMark, kNote);
  const std::string options = options_text(marks.options);
  if (!options.empty()) out += fmt::format("{}{}{}\n", kMark, kOptions, options);
  render_numbers(kRoutes, marks.routes, out);
  render_numbers(kTests, marks.tests, out);
  return out;
}

std::size_t first_mark(const std::vector<std::string>& lines) {
  return static_cast<std::size_t>(std::ranges::find_if(lines, is_mark) - lines.begin());
}

void write_marks(LineEditor& editor, const Marks& marks) {
  const std::vector<std::string>& lines = editor.lines();
  std::vector<std::string> old;
  std::ranges::copy_if(lines, std::back_inserter(old), is_mark);
  const LineEditor fresh(render_marks(marks));
  if (fresh.lines() == old) return;
  const std::size_t at = first_mark(lines);
  if (at == lines.size()) editor.insert(at, "");
  for (const std::string& line : fresh.lines()) editor.insert(at, line);
  for (std::size_t i = at; i < lines.size(); ++i) {
    if (is_mark(lines[i])) editor.remove(i);
  }
}

util::Result<Marks> read_marks(std::string_view text, const std::string& path) {
  const LineEditor editor(text);
  const std::vector<std::string>& lines = editor.lines();
  Marks marks;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string_view line = lines[i];
    if (!is_mark(line)) continue;
    line.remove_prefix(kMark.size());
    if (line.starts_with(kRoutes)) read_numbers(line.substr(kRoutes.size()), marks.routes);
    if (line.starts_with(kTests)) read_numbers(line.substr(kTests.size()), marks.tests);
    if (line.starts_with(kOptions) && !read_options(line.substr(kOptions.size()), marks.options)) {
      return util::error_in(path, lines, {static_cast<int>(i) + 1, 1}, "these are no options of import",
                            "repair the line as `routemeter import --help` has them, or remove it");
    }
  }
  return marks;
}

}  // namespace routemeter::openapi
