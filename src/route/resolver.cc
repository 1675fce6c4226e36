// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "route/compiled_router.h"
#include "route/memo.h"
#include "route/path/path.h"
#include "route/path/path_end.h"

namespace routemeter::route {
namespace {

constexpr auto kReadBehind = static_cast<std::ptrdiff_t>(Trie::kReadBehind);

std::int32_t rule_number(RuleIndex rule) { return rule == kNoRule ? -1 : static_cast<std::int32_t>(rule); }

class RouteResolver final : public Resolver {
 public:
  explicit RouteResolver(std::shared_ptr<const Router> router)
      : owner_(std::move(router)),
        router_(static_cast<const CompiledRouter&>(*owner_)),
        direct_(router_.direct),
        first_pattern_(router_.pattern_rules.front()) {
    if (!router_.patterns.empty() || !router_.exclude.empty()) memo_ = std::make_unique<Memo>();
  }

  Decision resolve(const model::Request& request) noexcept override {
    const std::string_view target = request.target;
    if (target.empty() || target[0] != '/') return unusual(request);
    const PathEnd end = PathFinder::find(target, request.readable_end);
    if (!end.plain) return unusual(request);
    const std::string_view raw(target.data(), end.size);
    const bool ready =
        request.readable_end != nullptr && request.readable_end - (raw.data() + raw.size()) >= kReadBehind;
    const std::string_view path = ready ? raw : padded(raw);
    const Ask ask = ask_of(request);
    return decide(raw, path, ask, router_.trie.search(path, end.ends, ask));
  }

 private:
  bool is_stop(RuleIndex rule) const { return direct_[rule].stop; }

  Ask ask_of(const model::Request& request) const {
    Ask ask;
    ask.method = router_.methods.find(request);
    if (!router_.hosts.empty()) ask.host = router_.hosts.find(request.host);
    return ask;
  }

  // A target that is no path, or one that has to be decoded.
  [[gnu::noinline]] Decision unusual(const model::Request& request) {
    const RawPath raw = cut_target(request.target, request.readable_end);
    const std::string_view path = padded(decode_path(raw, decoded_));
    const Ask ask = ask_of(request);
    return decide(raw.text, path, ask, search_trie(path, ask));
  }

  // The same with Trie::kReadBehind bytes behind it.
  [[gnu::noinline]] std::string_view padded(std::string_view path) {
    if (padded_.size() < path.size() + Trie::kReadBehind) padded_.resize(path.size() + Trie::kReadBehind);
    std::memcpy(padded_.data(), path.data(), path.size());
    return {padded_.data(), path.size()};
  }

  // From what the trie says.
  Decision decide(std::string_view raw, std::string_view path, Ask ask, Best best) {
    if (best.full < first_pattern_ && !is_stop(best.full)) return matched(best.full);
    return searched(raw, path, ask, best);
  }

  // What the trie does not decide.
  [[gnu::noinline]] Decision searched(std::string_view raw, std::string_view path, Ask ask, Best best) {
    Decision decision = memo_ == nullptr ? go_on(path, ask, best) : remembered(raw, path, ask, best);
    if (decision.outcome == Outcome::kUntemplated && !router_.group_untemplated) {
      decision.path = untemplated_label(path, label_);
    }
    return decision;
  }

  // Of any path with Trie::kReadBehind bytes behind it.
  Best search_trie(std::string_view path, Ask ask) const {
    if (path.empty() || path[0] != '/') return {};
    return router_.trie.search(path, segment_ends(path), ask);
  }

  void search_patterns(std::string_view path, const Ask& ask, Best& best) {
    if (first_pattern_ >= best.full) return;
    for (const std::uint32_t pattern : router_.patterns.candidates(path, scratch_)) {
      const RuleIndex rule = router_.pattern_rules[pattern];
      if (rule >= best.full) return;
      // Ask the guard first: it is cheap, and a match that changes nothing need not be found.
      Best with = best;
      with.offer(router_.rules[rule].guard, ask);
      const bool changes = with.full != best.full || with.partial != best.partial;
      if (changes && router_.patterns.matches(pattern, path)) best = with;
    }
  }

  Decision remembered(std::string_view raw, std::string_view path, const Ask& ask, const Best& best) {
    const Memo::Key key{raw, ask.method, static_cast<std::uint32_t>(ask.host)};
    if (const std::optional<Decision> known = memo_->find(key)) return *known;
    const Decision decision = go_on(path, ask, best);
    memo_->put(key, decision);
    return decision;
  }

  // The library's search for a label (tests/conformance/README.md, section 2), from what the trie found.
  Decision go_on(std::string_view path, const Ask& ask, Best best) {
    search_patterns(path, ask, best);
    const bool stopped = best.full != kNoRule && is_stop(best.full);
    if (best.full != kNoRule && !stopped) return matched(best.full);
    // "Look no further" ends the search; what was remembered before the stop holds, as a 405 inside a mounted
    // application carries its template in the library.
    if (best.partial < best.full) {
      if (!router_.mismatch_is_handler) return untemplated(path, best.full);
      return matched(best.partial);
    }
    if (!router_.redirect_slashes || path == "/") return untemplated(path, best.full);
    return redirected(path, ask, best.full);
  }

  // Nothing, or only a stop, matched: the application would redirect to the path with its trailing slash
  // toggled. `stop` is the stop that matched; a mounted application redirects inside itself only, so the
  // other path has to be in the stop as well.
  Decision redirected(std::string_view path, const Ask& ask, RuleIndex stop) {
    const bool had_slash = path.ends_with('/');
    std::string_view other = path.substr(0, path.size() - 1);
    if (!had_slash) {
      toggled_.assign(path);
      toggled_ += '/';
      toggled_.append(Trie::kReadBehind, '\0');
      other = std::string_view(toggled_).substr(0, path.size() + 1);
    }
    Best best = search_trie(other, ask);
    search_patterns(other, ask, best);
    RuleIndex winner = best.full;
    if (winner == kNoRule && router_.mismatch_is_handler) winner = best.partial;
    if (winner == kNoRule) return untemplated(path, stop);
    if (is_stop(winner)) return untemplated(path, stop != kNoRule ? stop : winner);
    const CompiledRule& rule = router_.rules[winner];
    if (stop != kNoRule && (winner > stop || !inside(stop, other))) return untemplated(path, stop);
    return templated(winner, had_slash ? rule.redirected_slash : rule.redirected);
  }

  bool inside(RuleIndex stop, std::string_view path) const {
    return RE2::PartialMatch(re2::StringPiece(path.data(), path.size()), *router_.rules[stop].stop);
  }

  Decision matched(RuleIndex rule) const {
    const DirectMatch& match = direct_[rule];
    return templated(rule, {match.label, match.excluded});
  }

  static Decision templated(RuleIndex rule, const RuleLabel& label) {
    Decision decision;
    decision.outcome = label.excluded ? Outcome::kExcluded : Outcome::kTemplated;
    decision.label = label.id;
    decision.rule = rule_number(rule);
    return decision;
  }

  Decision untemplated(std::string_view path, RuleIndex rule) {
    Decision decision;
    decision.rule = rule_number(rule);
    // exclude sees the label as it is before grouping, and wins over ignore_untemplated.
    if (!router_.exclude.empty() && router_.exclude.any_matches(untemplated_label(path, label_), scratch_)) {
      decision.outcome = Outcome::kExcluded;
    } else if (router_.ignore_untemplated) {
      decision.outcome = Outcome::kIgnored;
    }
    return decision;
  }

  std::shared_ptr<const Router> owner_;
  const CompiledRouter& router_;
  const std::span<const DirectMatch> direct_;
  const RuleIndex first_pattern_;  // the first rule that the trie does not know
  std::unique_ptr<Memo> memo_;
  FreePatterns::Scratch scratch_;
  std::string decoded_;
  std::string padded_;
  std::string toggled_;
  std::string label_;
};

}  // namespace

std::unique_ptr<Resolver> make_resolver(std::shared_ptr<const Router> router) {
  return std::make_unique<RouteResolver>(std::move(router));
}

}  // namespace routemeter::route
