// SPDX-License-Identifier: Apache-2.0
#include "format/scan/scanner.h"

// The slow path of the scanner: the first candidates did not fit, so the others are tried.

namespace routemeter::format {

/// Depth first over the steps with what has failed noted in the trials: every lazy step tries each place at
/// most once. Recursion is as deep as the format has fields.
class Scanner::Search {
 public:
  Search(const Scanner& scanner, const Line& line, std::string_view* captures, Scratch& scratch)
      : scanner_(scanner),
        line_(line),
        captures_(captures),
        trials_(scratch.trials_),
        budget_((line.end - line.begin) * 16 + 65536) {
    trials_.assign(scanner.steps_.size(), {});
  }

  bool match(std::size_t index, const char* at) {
    if (index == scanner_.steps_.size()) return at == line_.end;
    const Step& step = scanner_.steps_[index];
    return step.lazy ? match_lazy(index, step, at) : match_fixed(index, step, at);
  }

 private:
  bool match_fixed(std::size_t index, const Step& step, const char* at) {
    Scratch::Trial& trial = trials_[index];
    if (covers(trial, at) && (step.op != Op::kList || in_element(at))) return false;
    if (budget_ < 0) return false;
    const char* end = field_end(step, line_, at);
    if (step.op == Op::kList) budget_ -= end - at;
    if (scanner_.has_literal(step, line_, end) && match(index + 1, end + step.size)) {
      captures_[step.slot] = std::string_view(at, static_cast<std::size_t>(end - at));
      return true;
    }
    trial.low = at;
    trial.high = end;
    return false;
  }

  bool match_lazy(std::size_t index, const Step& step, const char* from) {
    Scratch::Trial& trial = trials_[index];
    if (covers(trial, from)) return false;
    const char* reach = from;
    const char* at = from;
    while ((at = scanner_.candidate(step, line_, at, reach)) != nullptr) {
      if (covers(trial, at)) {
        reach = at;
        break;
      }
      if (match(index + 1, at + step.size)) {
        captures_[step.slot] = std::string_view(from, static_cast<std::size_t>(at - from));
        return true;
      }
      if (step.op == Op::kText && *at == '\\') ++at;
      if (at != line_.end) ++at;
      reach = at;
    }
    // Entered before what had failed: both ranges are one now, if this one came that far.
    const bool joined = covers(trial, reach);
    trial.low = from;
    if (!joined) trial.high = reach;
    return false;
  }

  /// A field that begins there has failed already: it ends where the failed ones end.
  static bool covers(const Scratch::Trial& trial, const char* at) {
    return trial.low != nullptr && at >= trial.low && at <= trial.high;
  }

  /// Inside a separator a list would begin with other elements than the one that was tried.
  bool in_element(const char* at) const {
    return at == line_.end || (*at != ' ' && !(*at == ':' && at[-1] == ' '));
  }

  const Scanner& scanner_;
  const Line& line_;
  std::string_view* captures_;
  std::vector<Scratch::Trial>& trials_;
  /// Lists can be walked more than once; no line that a server wrote comes near the limit.
  std::ptrdiff_t budget_;
};

bool Scanner::search(const Line& line, const char* begin, std::string_view* captures,
                     Scratch& scratch) const noexcept {
  return Search(*this, line, captures, scratch).match(0, begin);
}

}  // namespace routemeter::format
