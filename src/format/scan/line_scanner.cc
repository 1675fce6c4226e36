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
  step.cls = cls;
  if (slot != kNoSlot) dummy_slot_ = std::max<std::uint8_t>(dummy_slot_, static_cast<std::uint8_t>(slot + 1));
  steps_.push_back(step);
}

void LineScanner::finish() {
  for (Step& step : steps_) {
    if (step.slot == kNoSlot) step.slot = dummy_slot_;
    const std::string_view literal = std::string_view(literals_).substr(step.at, step.size);
    if (!literal.empty()) {
      step.first = literal[0];
      // "$upstream_status, $upstream_addr": nothing says where such a list ends but the end of the line.
      const bool like_separator =
          literal[0] == ':' || literal.substr(0, 2) == ", " || literal.substr(0, 3) == " : ";
      if (step.cls == FieldClass::kList && like_separator) step.cls = FieldClass::kText;
      step.lazy = step.cls != FieldClass::kList && !excludes(step, step.first);
      has_lazy_ = has_lazy_ || step.lazy;
      step.head = Head(literal);
    }
    add_stops(step);
  }
}

void LineScanner::add_stops(Step& step) {
  const auto add = [&step](char c) {
    const auto end = step.stops.begin() + static_cast<std::ptrdiff_t>(step.stop_count);
    if (std::find(step.stops.begin(), end, c) != end) return;
    std::fill(end, step.stops.end(), c);
    ++step.stop_count;
  };
  // A literal that begins with a blank, comma or quote ends an element of a list anyway.
  for (const char c : step.cls == FieldClass::kList ? std::string_view(" \",") : ends_of(step.cls)) add(c);
  if (step.cls == FieldClass::kText) add('\\');
  if (step.size != 0 && (step.lazy || step.cls == FieldClass::kList)) add(step.first);
  step.quick = step.size != 0 && step.cls != FieldClass::kList && step.stop_count <= 3;
  if (step.quick) step.quick_stops = {step.stops[0], step.stops[1], step.stops[2]};
}

bool LineScanner::excludes(const Step& step, char c) {
  return ends_of(step.cls).find(c) != std::string_view::npos;
}

inline const char* LineScanner::next_stop(const Step& step, const Line& line, const char* at) noexcept {
  const auto& s = step.stops;
  if (step.stop_count < s.size()) return util::find_any(line.begin, at, line.end, s[0], s[1], s[2], s[3]);
  return util::find_any(line.begin, at, line.end, s[0], s[1], s[2], s[3], s[4]);
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
    at = next_stop(step, line, at);
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
  if (step.cls == FieldClass::kList) return list_end(step, line, at);
  if (step.stop_count == 0) return line.end;
  while (true) {
    at = next_stop(step, line, at);
    if (step.cls != FieldClass::kText || line.end - at < 2 || *at != '\\') return at;
    at += 2;
  }
}

const char* LineScanner::candidate(const Step& step, const Line& line, const char* at,
                                   const char*& reach) const noexcept {
  while (true) {
    at = next_stop(step, line, at);
    if (has_literal(step, line, at) && at != line.end) return at;
    reach = at;
    if (at == line.end || excludes(step, *at)) return nullptr;
    if (step.cls == FieldClass::kText && *at == '\\') {
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
    if (step.quick) end = step.quick_stops.find(line.begin, at, line.end);
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
    if (covers(trial, at) && (step.cls != FieldClass::kList || in_element(at))) return false;
    if (budget_ < 0) return false;
    const char* end = field_end(step, line_, at);
    if (step.cls == FieldClass::kList) budget_ -= end - at;
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
      if (step.cls == FieldClass::kText && *at == '\\') ++at;
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
