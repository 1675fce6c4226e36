// SPDX-License-Identifier: Apache-2.0
#include "format/scan/line_scanner.h"

#include <algorithm>
#include <cstring>

#include "util/bytes.h"

namespace routemeter::format {

void LineScanner::add_literal(std::string_view text) {
  if (steps_.empty()) {
    prefix_ += text;
    return;
  }
  Step& step = steps_.back();
  if (step.size == 0) step.at = static_cast<std::uint32_t>(literals_.size());
  literals_ += text;
  step.size += static_cast<std::uint32_t>(text.size());
}

void LineScanner::add_field(FieldClass cls, std::uint8_t slot) {
  Step step;
  step.slot = slot;
  switch (cls) {
    case FieldClass::kToken:
      step.op = Op::kToken;
      break;
    case FieldClass::kPort:
      step.op = Op::kPort;
      break;
    case FieldClass::kHost:
      step.op = Op::kHost;
      break;
    case FieldClass::kBracket:
      step.op = Op::kBracket;
      break;
    case FieldClass::kText:
      step.op = Op::kText;
      break;
    case FieldClass::kAny:
      step.op = Op::kAny;
      break;
    case FieldClass::kList:
      step.op = Op::kList;
      break;
  }
  if (slot != kNoSlot) dummy_slot_ = std::max<std::uint8_t>(dummy_slot_, static_cast<std::uint8_t>(slot + 1));
  steps_.push_back(step);
}

void LineScanner::finish() {
  for (Step& step : steps_) {
    if (step.slot == kNoSlot) step.slot = dummy_slot_;
    if (step.size == 0) continue;
    step.first = literals_[step.at];
    const std::string_view literal = std::string_view(literals_).substr(step.at, step.size);
    if (step.op == Op::kList) {
      // "$upstream_status, $upstream_addr": nothing says where such a list ends but the end of the line.
      const bool like_separator =
          literal[0] == ':' || literal.substr(0, 2) == ", " || literal.substr(0, 3) == " : ";
      if (like_separator) {
        step.op = Op::kText;
      } else {
        step.stop = step.first;
      }
    }
    step.lazy = step.op != Op::kList && !excludes(step, step.first);
    has_lazy_ = has_lazy_ || step.lazy;
    step.quick = set_ends(step);
    step.head = Head(literal);
  }
}

/// False when three bytes do not tell where the field may end.
bool LineScanner::set_ends(Step& step) {
  const char first = step.lazy ? step.first : '"';
  switch (step.op) {
    case Op::kToken:
      step.ends = {' ', '"', first};
      return true;
    case Op::kText:
      step.ends = {'"', '\\', first};
      return true;
    case Op::kBracket:
      step.ends = {'[', ']', '"'};
      return !step.lazy;
    case Op::kPort:
      step.ends = {' ', ':', '"'};
      return !step.lazy;
    case Op::kAny:
      step.ends = {step.first, step.first, step.first};
      return true;
    case Op::kHost:
    case Op::kList:
      break;
  }
  return false;
}

bool LineScanner::excludes(const Step& step, char c) {
  switch (step.op) {
    case Op::kToken:
      return c == ' ' || c == '"';
    case Op::kBracket:
      return c == '[' || c == ']' || c == '"';
    case Op::kText:
      return c == '"';
    case Op::kPort:
      return c == ' ' || c == '"' || c == ':';
    case Op::kHost:
      return c == ' ' || c == '"' || c == '/' || c == '\\';
    case Op::kAny:
    case Op::kList:
      break;
  }
  return false;
}

/// Literals are short: one masked comparison does for nearly all, without a call or a loop.
bool LineScanner::has_literal(const Step& step, const Line& line, const char* at) const noexcept {
  const auto left = static_cast<std::size_t>(line.end - at);
  if (left >= sizeof(Head::bytes)) {
    if (step.head.differs(at) != 0) return false;
    if (step.size <= sizeof(Head::bytes)) return true;
  }
  return left >= step.size && std::memcmp(at, literals_.data() + step.at, step.size) == 0;
}

const char* LineScanner::list_end(const Step& step, const Line& line, const char* at) noexcept {
  while (true) {
    // A literal that begins with a blank, comma or quote ends an element anyway.
    at = util::find_any(line.begin, at, line.end, ' ', '"', ',', step.stop);
    const auto left = line.end - at;
    if (left >= 2 && at[0] == ',' && at[1] == ' ') {
      at += 2;
    } else if (left >= 3 && at[0] == ' ' && at[1] == ':' && at[2] == ' ') {
      at += 3;
    } else {
      return at;
    }
  }
}

/// The end of the longest field that begins at `at`.
const char* LineScanner::field_end(const Step& step, const Line& line, const char* at) noexcept {
  switch (step.op) {
    case Op::kToken:
      return util::find_any(line.begin, at, line.end, ' ', '"');
    case Op::kBracket:
      return util::find_any(line.begin, at, line.end, ']', '[', '"');
    case Op::kText:
      while (true) {
        at = util::find_any(line.begin, at, line.end, '"', '\\');
        if (line.end - at < 2 || *at != '\\') return at;
        at += 2;
      }
    case Op::kPort:
      return util::find_any(line.begin, at, line.end, ' ', '"', ':');
    case Op::kHost:
      return util::find_any(line.begin, at, line.end, ' ', '"', '/', '\\');
    case Op::kAny:
      return line.end;
    case Op::kList:
      return list_end(step, line, at);
  }
  return line.end;
}

const char* LineScanner::candidate(const Step& step, const Line& line, const char* at,
                                   const char*& reach) const noexcept {
  while (true) {
    switch (step.op) {
      case Op::kToken:
        at = util::find_any(line.begin, at, line.end, step.first, ' ', '"');
        break;
      case Op::kBracket:
        at = util::find_any(line.begin, at, line.end, step.first, ']', '[', '"');
        break;
      case Op::kText:
        at = util::find_any(line.begin, at, line.end, step.first, '"', '\\');
        break;
      case Op::kPort:
        at = util::find_any(line.begin, at, line.end, step.first, ' ', '"', ':');
        break;
      case Op::kHost:
        at = util::find_any(line.begin, at, line.end, step.first, ' ', '"', '/', '\\');
        break;
      case Op::kAny:
      case Op::kList:
        at = util::find_any(line.begin, at, line.end, step.first);
        break;
    }
    if (has_literal(step, line, at) && at != line.end) return at;
    reach = at;
    if (at == line.end || excludes(step, *at)) return nullptr;
    if (step.op == Op::kText && *at == '\\') {
      if (++at == line.end) return nullptr;
    }
    ++at;
  }
}

const char* LineScanner::first_candidate(const Step& step, const Line& line, const char* at) const noexcept {
  if (step.lazy) {
    const char* reach = nullptr;
    return candidate(step, line, at, reach);
  }
  const char* end = field_end(step, line, at);
  return has_literal(step, line, end) ? end : nullptr;
}

bool LineScanner::scan(std::string_view text, std::string_view* captures, Scratch& scratch) const noexcept {
  const Line line{text.data(), text.data() + text.size()};
  if (text.substr(0, prefix_.size()) != prefix_) return false;
  const char* const begin = line.begin + prefix_.size();
  const char* at = begin;
  // Nearly every line takes the first candidate everywhere.
  for (const Step& step : steps_) {
    const char* end = at;
    if (step.quick) end = step.ends.find(line.begin, at, line.end);
    if (!step.quick || !has_literal(step, line, end)) end = first_candidate(step, line, end);
    if (end == nullptr) {
      at = nullptr;
      break;
    }
    captures[step.slot] = std::string_view(at, static_cast<std::size_t>(end - at));
    at = end + step.size;
  }
  if (at == line.end) return true;
  if (!has_lazy_) return false;
  return search(line, begin, captures, scratch);
}

// The slow path: the first candidates did not fit, so the others are tried.

/// Depth first over the steps with what has failed noted in the trials: every lazy step tries each place at
/// most once. Recursion is as deep as the format has fields.
class LineScanner::Search {
 public:
  Search(const LineScanner& scanner, const Line& line, std::string_view* captures, Scratch& scratch)
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

  const LineScanner& scanner_;
  const Line& line_;
  std::string_view* captures_;
  std::vector<Scratch::Trial>& trials_;
  /// Lists can be walked more than once; no line that a server wrote comes near the limit.
  std::ptrdiff_t budget_;
};

bool LineScanner::search(const Line& line, const char* begin, std::string_view* captures,
                         Scratch& scratch) const noexcept {
  return Search(*this, line, captures, scratch).match(0, begin);
}

}  // namespace routemeter::format
