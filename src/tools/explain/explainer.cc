// SPDX-License-Identifier: Apache-2.0
#include "tools/explain/explainer.h"

#include <algorithm>
#include <array>
#include <utility>

namespace routemeter::explain {
std::string_view name_of(Outcome outcome) {
  static constexpr std::array<std::string_view, 5> kNames = {"matched", "untemplated", "excluded", "ignored",
                                                             "unparsed"};
  return kNames[static_cast<std::size_t>(outcome)];
}

util::Result<std::unique_ptr<Explainer>> Explainer::create(const app::Service& service,
                                                           const format::Format* format) {
  const model::FieldSet available = format == nullptr ? model::FieldSet::all() : format->available();
  auto recorder = Recorder::create(service.rules, available);
  if (!recorder) return recorder.errors();
  return std::unique_ptr<Explainer>(  // NOLINTNEXTLINE: the constructor is private
      new Explainer(service, available, format != nullptr && format->open(), std::move(*recorder)));
}

Explainer::Explainer(const app::Service& service, model::FieldSet available, bool open,
                     std::unique_ptr<Recorder> recorder)
    : rules_(service.rules),
      router_(*service.router),
      resolver_(route::make_resolver(service.router)),
      probe_(service.rules),
      recorder_(std::move(recorder)),
      available_(available),
      open_(open) {}

std::vector<std::string> Explainer::notes() const {
  std::vector<std::string> notes;
  for (const model::AbsentFamily& family : recorder_->absent()) notes.push_back(family.text());
  for (std::string& note : app::host_notes(rules_, available_)) notes.push_back(std::move(note));
  return notes;
}

Explanation Explainer::explain(const model::Request& request) {
  const route::Decision decision = resolver_->resolve(request);
  Explanation out;
  out.outcome = static_cast<Outcome>(decision.outcome);
  out.method = request.method;
  out.path = route::decoded_path(request.target);
  out.matched_path = out.path;
  if (decision.rule >= 0) {
    out.rule = static_cast<std::size_t>(decision.rule);
    find_reasons(request, out);
  }
  if (out.outcome == Outcome::kExcluded) find_exclusion(decision, out);
  if (out.outcome != Outcome::kMatched && out.outcome != Outcome::kUntemplated) return out;
  const bool own_path = out.outcome == Outcome::kUntemplated && !rules_.options.group_untemplated;
  const std::string label = own_path ? std::string(decision.path) : router_.labels()[decision.label];
  out.record = recorder_->record(label, own_path, request);
  if (open_) {
    // Only the lines tell what there is: replay leaves out what none of them has.
    std::erase_if(out.record.families,
                  [&](const Recorded& family) { return !request.present.has_all(family.needs); });
  }
  const auto handler = std::find_if(out.record.labels.begin(), out.record.labels.end(),
                                    [](const auto& pair) { return pair.first == "handler"; });
  out.handler = handler->second;
  return out;
}

// Why the rule won: the resolver only says that it did.
void Explainer::find_reasons(const model::Request& request, Explanation& out) const {
  const std::size_t rule = *out.rule;
  route::Verdict verdict = probe_.ask(rule, out.path, request.method, request.host);
  if (verdict != route::Verdict::kMatch && verdict != route::Verdict::kOtherMethod) {
    out.matched_path = route::toggled_slash(out.path);
    out.redirected = true;
    verdict = probe_.ask(rule, out.matched_path, request.method, request.host);
  }
  out.other_method = verdict == route::Verdict::kOtherMethod;
  for (std::size_t later = rule + 1; later < rules_.routes.size(); ++later) {
    const route::Verdict one = probe_.ask(later, out.matched_path, request.method, request.host);
    if (one == route::Verdict::kMatch || (out.other_method && one == route::Verdict::kOtherMethod)) {
      out.also.push_back(later);
    }
  }
}

void Explainer::find_exclusion(const route::Decision& decision, Explanation& out) const {
  const bool untemplated = decision.label == route::kNoneLabel &&
                           (!out.rule || rules_.routes[*out.rule].kind == model::Rule::Kind::kStop);
  out.excluded_label = untemplated ? route::untemplated_label_of(out.path) : router_.labels()[decision.label];
  out.exclude = probe_.excluded_by(out.excluded_label);
}

Explanation unparsed(model::Reason reason) {
  Explanation out;
  out.reason = reason;
  return out;
}

}  // namespace routemeter::explain
