// SPDX-License-Identifier: Apache-2.0
#include "tools/learn/learned_template.h"

#include <algorithm>
#include <cstdlib>

#include "route/path/path.h"
#include "tools/learn/route_words.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::learn {
namespace {

bool has_hyphen(const std::string& value) { return value.find('-') != std::string::npos; }

// Years as in /blog/2026/11/24.
bool in_range(const Node& node, long low, long high) {
  const auto& examples = node.values->examples();
  return !examples.empty() && std::all_of(examples.begin(), examples.end(), [&](const std::string& text) {
    const long number = std::strtol(text.c_str(), nullptr, 10);
    return text.size() <= 4 && number >= low && number <= high;
  });
}

class Namer {
 public:
  explicit Namer(bool converters) : converters_(converters) {}

  Template run(const std::vector<Step>& steps) {
    for (const Step& step : steps) {
      out_.text += '/';
      if (is_literal(step.edge)) {
        out_.text += step.edge;
        if (!step.edge.empty()) before_ = step.edge;
        since_ = 0;
        continue;
      }
      const std::size_t first = names_.size();
      if (whole_kind(step.edge) == Kind::kWord) {
        composite(step);
      } else {
        whole(step);
      }
      out_.parameters.push_back({names_[first], step.node});
      ++since_;
    }
    if (out_.text.empty()) out_.text = "/";
    return std::move(out_);
  }

 private:
  void parameter(std::string name, std::string_view converter) {
    std::string free = name;
    for (int i = 2; std::find(names_.begin(), names_.end(), free) != names_.end(); ++i)
      free = name + "_" + std::to_string(i);
    out_.text += fmt::format("{{{}{}}}", free, converter);
    names_.push_back(std::move(free));
  }

  // "item_id" behind "items"; plain "id" where no word stands directly before.
  std::string owned(std::string_view what) const {
    const std::string owner = since_ > 0 || is_container(before_) ? "" : singular_of(before_);
    if (owner.empty() || owner == what) return std::string(what);
    return owner + "_" + std::string(what);
  }

  void whole(const Step& step) {
    const Kind kind = whole_kind(step.edge);
    const bool sure = !step.node->mixed && (converters_ || step.node->own_converter);
    switch (kind) {
      case Kind::kInt:
        if (is_year(step)) return parameter("year", "");
        if (follows("year") && in_range(*step.node, 1, 12)) return parameter("month", "");
        if (follows("month") && in_range(*step.node, 1, 31)) return parameter("day", "");
        return parameter(owned("id"), sure ? ":int" : "");
      case Kind::kUuid:
        return parameter(owned("id"), sure ? ":uuid" : "");
      case Kind::kDate:
        return parameter("date", "");
      case Kind::kEmail:
        return parameter("email", "");
      case Kind::kToken:
        return parameter(owned("token"), "");
      case Kind::kPath:
        return parameter(since_ > 0 || names_.size() > 0 ? "rest" : "file_path", ":path");
      case Kind::kText:
      case Kind::kOdd: {
        const auto& examples = step.node->values->examples();
        const bool slugs = std::count_if(examples.begin(), examples.end(), has_hyphen) * 2 >
                           static_cast<std::ptrdiff_t>(examples.size());
        const bool users = since_ == 0 && singular_of(before_) == "user";
        return parameter(users ? "username" : owned(slugs ? "slug" : "name"), "");
      }
      default:
        return parameter(owned("id"), "");
    }
  }

  // Directly behind a parameter of that name.
  bool follows(std::string_view name) const { return since_ > 0 && !names_.empty() && names_.back() == name; }

  bool is_year(const Step& step) const {
    return in_range(*step.node, 1900, 2100) && step.node->values->distinct() <= 60 && !step.node->mixed &&
           (since_ == 0 ? !is_plural(before_) : false);
  }

  // "report-42.pdf": the parameter belongs to the word before it in the segment.
  void composite(const Step& step) {
    std::string word;
    const std::string_view edge = step.edge;
    for (std::size_t i = 0; i < edge.size(); ++i) {
      if (edge[i] != kMark) {
        out_.text += edge[i];
        if (util::is_alpha(edge[i])) {
          if (i > 0 && edge[i - 1] != kMark && !util::is_alpha(edge[i - 1])) word.clear();
          word += edge[i];
        }
        continue;
      }
      const Kind kind = static_cast<Kind>(edge[++i]);
      const std::string owner = singular_of(word);
      if (kind == Kind::kHex) {
        parameter("hash", "");
      } else if (kind == Kind::kDate) {
        parameter("date", "");
      } else if (kind == Kind::kNumber) {
        parameter("version", "");
      } else if (kind == Kind::kText) {
        const bool handle = edge[0] == '@' || edge[0] == '~';
        parameter(handle ? "username" : owned("name"), "");
      } else {
        parameter(owner.empty() ? owned("id") : owner + "_id", "");
      }
      word.clear();
    }
  }

  bool converters_;
  Template out_;
  std::vector<std::string> names_;
  std::string_view before_;  // the last word
  int since_ = 0;            // parameters since then
};

}  // namespace

Template template_of(const std::vector<Step>& steps, bool converters) { return Namer(converters).run(steps); }

std::string encoded(std::string_view decoded) { return route::encode_path(decoded, "!$&'()*+,;=:@/"); }

std::string shown_value(const Node& node, Kind kind, std::size_t which) {
  if (kind == Kind::kEmail) return "user@example.org";
  const auto& examples = node.values->examples();
  if (examples.empty()) return "x";
  const std::string& value = examples[which % examples.size()];
  // A path's values have slashes; each of its segments may be a secret.
  std::string out;
  for (std::size_t begin = 0; begin <= value.size();) {
    const std::size_t end = std::min(value.find('/', begin), value.size());
    const std::string_view segment = std::string_view(value).substr(begin, end - begin);
    const Kind own = kind_of(segment);
    out += own == Kind::kEmail   ? "user@example.org"
           : own == Kind::kToken ? "Xxxxxxxxxx0xX"
                                 : encoded(segment);
    if (end < value.size()) out += '/';
    begin = end + 1;
  }
  return out;
}

std::string example_of(const std::vector<Step>& steps, std::size_t which) {
  std::string out;
  for (const Step& step : steps) {
    out += '/';
    out += is_literal(step.edge) ? encoded(step.edge) : shown_value(*step.node, whole_kind(step.edge), which);
  }
  return out.empty() ? "/" : out;
}

}  // namespace routemeter::learn
