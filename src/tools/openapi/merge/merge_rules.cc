// SPDX-License-Identifier: Apache-2.0
#include "tools/openapi/merge/merge_rules.h"

#include <algorithm>
#include <set>
#include <utility>

#include "route/router.h"
#include "rules/rule_loader.h"
#include "rules/rule_text.h"
#include "tools/openapi/merge/line_editor.h"
#include "tools/openapi/merge/pairing.h"
#include "tools/openapi/path_template.h"
#include "util/words.h"

namespace routemeter::openapi {
namespace {

using model::Rule;

class Merger {
 public:
  Merger(std::string_view text, const model::RuleFile& file, const Marks& marks, const Imported& imported,
         bool keep)
      : editor_(text),
        file_(file),
        marks_(marks),
        imported_(imported),
        keep_(keep),
        pairing_(pair_up(file.routes, marks, imported)),
        written_tests_(marks.tests) {}

  util::Result<Merged> run() {
    if (util::Diagnostics errors = find_lines(); !errors.empty()) return errors;
    rules_left_ = rules_.size();
    remove_vanished();
    place_routes();
    start_list("routes", new_rules_);
    if (!rules_.empty() && rules_left_ == 0) remove_key("routes", rules_.front().first);
    merge_tests();
    Marks marks = marks_of(imported_);
    marks.tests = written_tests_;
    write_marks(editor_, marks);
    std::ranges::stable_sort(out_.changes, [](const Change& a, const Change& b) { return a.line < b.line; });
    out_.text = editor_.result();
    return std::move(out_);
  }

 private:
  util::Diagnostics find_lines() {
    util::Diagnostics errors;
    const auto find = [&](util::Position at, std::vector<Extent>& out) {
      const auto extent = extent_of(editor_.lines(), at, file_.path);
      if (!extent) {
        if (errors.empty()) errors = extent.errors();
        return;
      }
      if (!out.empty() && out.back().last >= extent->first && errors.empty()) {
        errors.push_back(util::error_at(file_, at, "two entries share a line, or an alias repeats one",
                                        "write each entry on a line of its own"));
      }
      out.push_back(*extent);
    };
    for (const Rule& rule : file_.routes) find(rule.at, rules_);
    for (const model::RuleTest& test : file_.tests) find(test.at, tests_);
    return errors;
  }

  static int line_of(const Extent& extent) { return static_cast<int>(extent.first) + 1; }

  void change(int line, std::string_view what, const std::string& text) {
    out_.changes.push_back({line, fmt::format("{}: {}", what, text)});
  }

  void note(std::size_t rule, const std::string& message) {
    util::Diagnostic d = util::error_at(file_, file_.routes[rule].at, message);
    d.severity = util::Severity::kWarning;
    out_.notes.push_back(std::move(d));
  }

  // Takes an entry out, or makes a comment of it.
  void remove(const Extent& extent, bool keep = false) {
    for (std::size_t i = extent.first; i <= extent.last; ++i)
      keep ? editor_.comment_out(i, "# gone: ") : editor_.remove(i);
  }

  // Puts an entry before `line`, indented as `like` is.
  void insert_entry(std::size_t line, const Extent& like, const std::string& entry) {
    editor_.insert(line, fmt::format("{}- {}", std::string(like.indent, ' '), entry));
  }

  void remove_vanished() {
    std::set<std::string> there;
    for (const ImportedRoute& route : imported_.routes) there.insert(without_converters(route.rule.handler));
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      const Rule& rule = file_.routes[i];
      if (pairing_.rules[i].route || there.count(without_converters(rule.handler)) > 0) continue;
      if (pairing_.rules[i].own) {
        remove(rules_[i], keep_);
        --rules_left_;
        gone_labels_.insert(rule.handler);
        change(line_of(rules_[i]), "removed", rules::rule_name(rule));
      } else if (pairing_.rules[i].changed_by_hand) {
        note(i, "the document has this route no more; it is kept, since you changed it");
      }
    }
  }

  // Goes through the routes of the document; `anchor` is the rule of the last one that has a place in the
  // file.
  void place_routes() {
    std::optional<std::size_t> anchor;
    for (std::size_t i = 0; i < imported_.routes.size(); ++i) {
      const std::optional<std::size_t> rule = pairing_.rule_of[i];
      if (!rule) {
        if (!pairing_.left_out[i]) add(i, anchor, "added");
        continue;
      }
      const bool own = pairing_.rules[*rule].own;
      if (pairing_.moved[i] && own) {
        remove(rules_[*rule]);
        add(i, anchor, "moved");
        continue;
      }
      if (pairing_.moved[i])
        note(*rule, "the document has this route in another place; it is kept, since you changed it");
      update(i, *rule);
      anchor = rule;
    }
  }

  void add(std::size_t route, std::optional<std::size_t> anchor, std::string_view what) {
    const Rule& rule = imported_.routes[route].rule;
    if (what == "added") new_tests_.push_back(route);
    if (rules_.empty()) {
      new_rules_.push_back(rules::rule_entry(rule));
      change(static_cast<int>(editor_.lines().size()), what, rules::rule_name(rule));
      return;
    }
    if (what == "added") ++rules_left_;
    // No route of the document before it: then before the first that is in the file.
    const std::size_t neighbour = anchor ? *anchor : first_paired();
    const Extent& near = rules_[neighbour];
    insert_entry(anchor ? near.last + 1 : near.first, near, rules::rule_entry(rule));
    change(line_of(near), what,
           fmt::format("{}, {} {}", rules::rule_name(rule), anchor ? "behind" : "before",
                       rules::rule_name(file_.routes[neighbour])));
  }

  std::size_t first_paired() const {
    for (std::size_t i = 0; i < pairing_.rules.size(); ++i) {
      if (pairing_.rules[i].route) return i;
    }
    return 0;
  }

  // A rule that is there: what the import wrote follows the document.
  void update(std::size_t route, std::size_t rule) {
    const Rule& before = file_.routes[rule];
    const Rule& now = imported_.routes[route].rule;
    if (fingerprint(before) == fingerprint(now)) return;
    if (!pairing_.rules[rule].own) return note_methods(route, rule);
    const Extent& extent = rules_[rule];
    remove(extent);
    insert_entry(extent.first, extent, rules::rule_entry(now));
    const bool methods = before.pattern == now.pattern && before.handler == now.handler;
    change(line_of(extent), methods ? "methods" : "changed",
           fmt::format("{}, was {}", rules::rule_name(now), rules::rule_name(before)));
    if (before.handler != now.handler) {
      gone_labels_.insert(before.handler);
      new_tests_.push_back(route);
    }
  }

  // Several rules may share the methods of a route.
  void note_methods(std::size_t route, std::size_t rule) {
    const Rule& now = imported_.routes[route].rule;
    std::vector<std::string> missing = now.methods;
    const auto take = [&missing](const Rule& other) {
      if (other.methods.empty()) missing.clear();
      std::erase_if(missing,
                    [&](const auto& method) { return std::ranges::count(other.methods, method) > 0; });
    };
    take(file_.routes[rule]);
    const std::string key = without_converters(now.handler);
    for (const Rule& other : file_.routes) {
      if (without_converters(other.handler) == key || without_converters(other.pattern) == key) take(other);
    }
    if (missing.empty()) return;
    note(rule, fmt::format("the document has {} too; the rule is kept, since you changed it",
                           util::joined(missing, ",")));
  }

  void merge_tests() {
    std::set<std::string> labels;  // that some rule still gives
    for (const Rule& rule : file_.routes) {
      if (!gone_labels_.contains(rule.handler)) labels.insert(rule.handler);
    }
    std::set<std::string> requests;
    std::size_t left = 0;
    for (std::size_t i = 0; i < tests_.size(); ++i) {
      const model::RuleTest& test = file_.tests[i];
      const std::uint32_t print = fingerprint(test);
      const bool gone = gone_labels_.contains(test.handler) && !labels.contains(test.handler);
      if (gone && std::ranges::count(marks_.tests, print) > 0) {
        remove(tests_[i], keep_);
        std::erase(written_tests_, print);
        continue;
      }
      ++left;
      requests.insert(test.method + " " + test.target);
    }
    std::vector<std::string> entries;
    for (const std::size_t route : new_tests_) {
      const auto& test = imported_.routes[route].test;
      if (!test || !requests.insert(test->method + " " + test->target).second) continue;
      entries.push_back(rules::test_entry(*test));
      written_tests_.push_back(fingerprint(*test));
    }
    if (tests_.empty()) return start_list("tests", entries);
    const Extent& last = tests_.back();
    for (const std::string& entry : entries) insert_entry(last.last + 1, last, entry);
    if (left == 0 && entries.empty()) remove_key("tests", tests_.front().first);
  }

  // A key whose last entry went: without a value it would be an error.
  void remove_key(std::string_view key, std::size_t below) {
    const std::string start = fmt::format("{}:", key);
    while (below > 0 && !editor_.lines()[below].starts_with(start)) --below;
    if (editor_.lines()[below].starts_with(start)) editor_.remove(below);
  }

  void start_list(std::string_view key, const std::vector<std::string>& entries) {
    if (entries.empty()) return;
    const std::size_t end = first_mark(editor_.lines());
    editor_.insert(end, fmt::format("{}:", key));
    for (const std::string& entry : entries) editor_.insert(end, "  - " + entry);
    editor_.insert(end, "");
  }

  LineEditor editor_;
  const model::RuleFile& file_;
  const Marks& marks_;
  const Imported& imported_;
  bool keep_;
  Pairing pairing_;
  std::vector<Extent> rules_;
  std::vector<Extent> tests_;
  std::size_t rules_left_ = 0;
  std::vector<std::string> new_rules_;        // for a file that has none
  std::vector<std::size_t> new_tests_;        // routes whose tests are to be written
  std::vector<std::uint32_t> written_tests_;  // their marks, those taken out by hand included
  std::set<std::string> gone_labels_;
  Merged out_;
};

}  // namespace

util::Result<Merged> merge(std::string_view text, const std::string& path, const Marks& marks,
                           const Imported& imported, bool keep) {
  const auto file = rules::parse_rule_file(text, path);
  if (!file) return file.errors();
  auto merged = Merger(text, *file, marks, imported, keep).run();
  if (!merged) return merged;
  const auto after = rules::parse_rule_file(merged->text, path);
  if (!after) return after.errors();
  if (const auto router = route::compile(*after); !router) return router.errors();
  return merged;
}

ImportOptions combined(const ImportOptions& before, const ImportOptions& given) {
  ImportOptions out = before;
  if (given.spec_order) out.spec_order = given.spec_order;
  out.docs = before.docs || given.docs;
  out.app_labels = before.app_labels || given.app_labels;
  if (given.prefix) out.prefix = given.prefix;
  if (!given.strip_prefix.empty()) out.strip_prefix = given.strip_prefix;
  for (const std::string& param : given.path_params) {
    const std::string name = param.substr(0, param.find(':'));
    std::erase_if(out.path_params,
                  [&](const std::string& known) { return known.substr(0, known.find(':')) == name; });
    out.path_params.push_back(param);
  }
  return out;
}

}  // namespace routemeter::openapi
