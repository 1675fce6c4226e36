// SPDX-License-Identifier: Apache-2.0
#include "model/capture_regex.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <re2/re2.h>

#include "route/pattern/regex.h"
#include "route/router.h"

namespace routemeter::route {
namespace {

// RE2 wants room for the whole match and each group; a fixed number keeps match() from allocating.
constexpr int kMaxGroups = 63;

class LineRegex final : public model::CaptureRegex {
 public:
  LineRegex(const std::string& pattern, const RE2::Options& options) : regex_(pattern, options) {
    if (!regex_.ok()) return;
    names_.resize(static_cast<std::size_t>(regex_.NumberOfCapturingGroups()));
    for (const auto& [number, name] : regex_.CapturingGroupNames()) {
      names_[static_cast<std::size_t>(number - 1)] = name;
    }
  }

  bool ok() const { return regex_.ok(); }
  const std::vector<std::string>& group_names() const override { return names_; }

  bool match(std::string_view text, std::span<std::string_view> groups) const noexcept override {
    std::array<re2::StringPiece, kMaxGroups + 1> found;
    const std::size_t wanted = std::min(groups.size(), names_.size());
    const re2::StringPiece all(text.data(), text.size());
    if (!regex_.Match(all, 0, all.size(), RE2::UNANCHORED, found.data(), static_cast<int>(wanted + 1))) {
      return false;
    }
    for (std::size_t i = 0; i < groups.size(); ++i) {
      groups[i] =
          i < wanted ? std::string_view(found[i + 1].data(), found[i + 1].size()) : std::string_view();
    }
    return true;
  }

 private:
  RE2 regex_;
  std::vector<std::string> names_;
};

util::Diagnostic diagnostic(std::string_view pattern, RegexProblem problem) {
  return util::error_in("", {std::string(pattern)}, {1, static_cast<int>(problem.offset) + 1},
                        std::move(problem.message), std::move(problem.hint));
}

}  // namespace

util::Result<std::shared_ptr<const model::CaptureRegex>> compile_capture_regex(std::string_view pattern) {
  // Log lines may hold any bytes: in Latin-1 each of them is a character.
  const RE2::Options options = line_options();
  if (std::optional<RegexProblem> problem = check_regex(pattern, options)) {
    return diagnostic(pattern, std::move(*problem));
  }
  auto regex = std::make_shared<const LineRegex>(whole(pattern, options), options);
  if (!regex->ok()) return diagnostic(pattern, too_large());
  if (regex->group_names().size() > static_cast<std::size_t>(kMaxGroups)) {
    return diagnostic(pattern, {0, "more than 63 groups", "write (?:...) for groups that capture nothing"});
  }
  return std::shared_ptr<const model::CaptureRegex>(std::move(regex));
}

}  // namespace routemeter::route
