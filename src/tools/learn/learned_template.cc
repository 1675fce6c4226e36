// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>

#include "route/path/path.h"
#include "tools/learn/route_words.h"
#include "tools/learn/routes.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::learn {
namespace {

bool has_hyphen(const std::string& value) { return value.find('-') != std::string::npos; }

// Years as in /blog/2026/11/24.
bool in_range(const Node& node, long low, long high) {
  const auto& examples = node.values->examples();
  return !examples.empty() && std::ranges::all_of(examples, [&](const std::string& text) {
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
  void parameter(const std::string& name, std::string_view converter = "") {
    std::string free = name;
    for (int i = 2; std::ranges::count(names_, free) > 0; ++i) free = fmt::format("{}_{}", name, i);
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
    if (kind == Kind::kDate) return parameter("date");
    if (kind == Kind::kEmail) return parameter("email");
    if (kind == Kind::kToken) return parameter(owned("token"));
    if (kind == Kind::kPath) return parameter(names_.empty() ? "file_path" : "rest", ":path");
    if (kind == Kind::kText || kind == Kind::kOdd) {
      if (since_ == 0 && singular_of(before_) == "user") return parameter("username");
      const auto& examples = step.node->values->examples();
      const auto slugs = static_cast<std::size_t>(std::ranges::count_if(examples, has_hyphen));
      return parameter(owned(slugs * 2 > examples.size() ? "slug" : "name"));
    }
    if (kind == Kind::kInt) {
      if (is_year(step)) return parameter("year");
      if (follows("year") && in_range(*step.node, 1, 12)) return parameter("month");
      if (follows("month") && in_range(*step.node, 1, 31)) return parameter("day");
    }
    const bool has_converter = sure && (kind == Kind::kInt || kind == Kind::kUuid);
    parameter(owned("id"), !has_converter ? "" : kind == Kind::kInt ? ":int" : ":uuid");
  }

  // Directly behind a parameter of that name.
  bool follows(std::string_view name) const { return since_ > 0 && !names_.empty() && names_.back() == name; }

  bool is_year(const Step& step) const {
    return in_range(*step.node, 1900, 2100) && step.node->values->distinct() <= 60 && !step.node->mixed &&
           since_ == 0 && !is_plural(before_);
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
        parameter("hash");
      } else if (kind == Kind::kDate) {
        parameter("date");
      } else if (kind == Kind::kNumber) {
        parameter("version");
      } else if (kind == Kind::kText) {
        parameter(edge[0] == '@' || edge[0] == '~' ? "username" : owned("name"));
      } else {
        parameter(owner.empty() ? owned("id") : owner + "_id");
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
