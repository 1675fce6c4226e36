// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "format/scan/line_scanner.h"

// Why a line does not match: the places at which a field can end are followed all at once, field by field.

namespace routemeter::format {
namespace {

/// Bounds the work on a hostile line; what stands behind is not looked at.
constexpr std::size_t kMaxLine = 8192;
constexpr std::size_t kMaxPlaces = 64;

std::size_t common_length(std::string_view a, std::string_view b) {
  const auto [end, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  static_cast<void>(other);
  return static_cast<std::size_t>(end - a.begin());
}

}  // namespace

class LineScanner::Farthest {
 public:
  Farthest(const LineScanner& scanner, std::string_view text)
      : scanner_(scanner), text_(text), line_{text.data(), text.data() + text.size()} {}

  Reach find() {
    const std::size_t prefix = common_length(text_, scanner_.prefix_);
    if (prefix < scanner_.prefix_.size()) return {prefix, Reach::kPrefix, scanner_.prefix_};
    std::set<std::size_t> places = {prefix};
    Reach best{prefix, Reach::kPrefix, {}};
    for (std::size_t i = 0; i < scanner_.steps_.size() && !places.empty(); ++i) {
      best = {0, i, literal_of(scanner_.steps_[i])};
      std::set<std::size_t> next;
      for (const std::size_t place : places) follow(scanner_.steps_[i], place, next, best.at);
      if (next.empty()) return best;
      places = std::move(next);
    }
    best.at = *places.rbegin();
    best.literal = {};
    return best;
  }

 private:
  std::string_view literal_of(const Step& step) const {
    return std::string_view(scanner_.literals_).substr(step.at, step.size);
  }

  /// Adds where the next field can begin to `next`; `wrong` becomes the farthest byte at which the literal
  /// breaks off.
  void follow(const Step& step, std::size_t from, std::set<std::size_t>& next, std::size_t& wrong) const {
    const char* const begin = line_.begin + from;
    if (!step.lazy) {
      const auto end = static_cast<std::size_t>(field_end(step, line_, begin) - line_.begin);
      try_at(step, end, next, wrong);
      return;
    }
    const char* reach = begin;
    for (const char* at = begin; next.size() < kMaxPlaces;) {
      at = scanner_.candidate(step, line_, at, reach);
      if (at == nullptr) break;
      next.insert(static_cast<std::size_t>(at - line_.begin) + step.size);
      if (step.cls == FieldClass::kText && *at == '\\') ++at;
      if (at == line_.end || ++at > line_.end) break;
    }
    if (next.empty()) wrong = std::max(wrong, best_guess(step, from, reach));
  }

  void try_at(const Step& step, std::size_t end, std::set<std::size_t>& next, std::size_t& wrong) const {
    const std::size_t size = common_length(text_.substr(end), literal_of(step));
    if (size == step.size) {
      next.insert(end + size);
    } else {
      wrong = std::max(wrong, end + size);
    }
  }

  /// The literal stands nowhere in the field: where most of it does, or else where the field has to end.
  std::size_t best_guess(const Step& step, std::size_t from, const char* reach) const {
    const auto last = static_cast<std::size_t>(reach - line_.begin);
    std::size_t best = last;
    std::size_t most = 0;
    for (std::size_t at = from; at <= last && at < text_.size(); ++at) {
      const std::size_t size = common_length(text_.substr(at), literal_of(step));
      if (size > most) {
        most = size;
        best = at + size;
      }
    }
    return best;
  }

  const LineScanner& scanner_;
  std::string_view text_;
  Line line_;
};

LineScanner::Reach LineScanner::reach(std::string_view line) const {
  return Farthest(*this, line.substr(0, kMaxLine)).find();
}

}  // namespace routemeter::format
