// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <random>

#include "rules/rule_loader.h"
#include "unit/openapi/support.h"

namespace routemeter::openapi {
namespace {

using Lines = std::vector<std::string>;

Lines lines_of(const std::string& text) {
  Lines out;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    out.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

// Documents and hand edits at random, the same ones in each run.
class World {
 public:
  explicit World(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }

  // Some of 12 routes, in any order, with some methods.
  std::string document() {
    std::vector<int> numbers = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    std::shuffle(numbers.begin(), numbers.end(), random_);
    numbers.resize(1 + below(numbers.size()));
    if (below(3) > 0) std::sort(numbers.begin(), numbers.end());
    std::string paths;
    for (const int number : numbers) {
      const std::string path = "/r" + std::to_string(number) + (number % 3 == 0 ? "/{id}" : "");
      paths += (paths.empty() ? "\"" : ", \"") + path + R"(": {"get": {})" +
               (below(4) == 0 ? R"(, "put": {}})" : "}");
    }
    return with_paths(paths);
  }

  // What a person does to the lines of the rules; the lines that are theirs now are added to `theirs`.
  std::string edited(const std::string& rules, Lines& theirs) {
    Lines lines = lines_of(rules);
    const auto is_rule = [](const std::string& line) {
      return line.starts_with("  - ") && line.find("->") == std::string::npos;
    };
    for (std::size_t edits = below(4); edits > 0; --edits) {
      std::vector<std::size_t> at;
      for (std::size_t i = 0; i < lines.size(); ++i) {
        if (is_rule(lines[i])) at.push_back(i);
      }
      if (at.size() < 3) break;
      const std::size_t i = at[below(at.size() - 1)];
      switch (below(5)) {
        case 0:
          lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(i));
          break;
        case 1:
          if (const std::size_t id = lines[i].find("{id}"); id != std::string::npos) {
            lines[i].replace(id, 4, "{id:int}");
            theirs.push_back(lines[i]);
          }
          break;
        case 2:
          std::swap(lines[i], lines[i + 1]);
          break;
        case 3:
          theirs.push_back("  - GET /mine" + std::to_string(below(1000000)) + " # mine");
          lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(i), theirs.back());
          break;
        default:
          theirs.push_back("  # a comment " + std::to_string(below(1000000)));
          lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(i), theirs.back());
      }
    }
    std::string out;
    for (const std::string& line : lines) out += line + "\n";
    return out;
  }

 private:
  std::mt19937 random_;
};

Merged merged(const std::string& rules, const Imported& from) {
  const auto marks = read_marks(rules, "r");
  REQUIRE(marks);
  auto result = merge(rules, "r", *marks, from, false);
  if (!result) FAIL(util::format(result.errors()) + rules);
  return *result;
}

TEST_CASE("a chain of documents and hand edits: nothing of a hand is lost, and twice is once") {
  for (unsigned seed = 0; seed < 300; ++seed) {
    INFO("seed " << seed);
    World world(seed);
    std::string rules = render(imported(world.document()), "auto", "r");
    for (int round = 0; round < 3; ++round) {
      Lines theirs;
      rules = world.edited(rules, theirs);
      const Imported next = imported(world.document());
      const Merged once = merged(rules, next);
      const Merged twice = merged(once.text, next);
      CHECK(twice.text == once.text);
      CHECK(twice.changes.empty());
      const Lines lines = lines_of(once.text);
      // Their lines are all there, in their order where nobody moved them since.
      for (const std::string& line : theirs) {
        if (std::count(lines.begin(), lines.end(), line) == 0 && rules.find(line + "\n") != std::string::npos)
          FAIL_CHECK("lost: " << line);
      }
      rules = once.text;
    }
  }
}

TEST_CASE("without hand edits a merge has the rules of a fresh import, whatever the documents") {
  for (unsigned seed = 0; seed < 300; ++seed) {
    INFO("seed " << seed);
    World world(seed);
    std::string rules = render(imported(world.document()), "auto", "r");
    for (int round = 0; round < 3; ++round) {
      const Imported next = imported(world.document());
      rules = merged(rules, next).text;
      const auto file = rules::parse_rule_file(rules, "r");
      REQUIRE(file);
      Lines got;
      for (const model::Rule& rule : file->routes) got.push_back(rules::rule_entry(rule));
      CHECK(got == rules_of(next));
    }
  }
}

}  // namespace
}  // namespace routemeter::openapi
