// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/guess/candidate.h"

#include <algorithm>
#include <utility>

#include "document/yaml_scalar.h"
#include "format/choose/detect.h"
#include "format/envelope/envelope.h"
#include "model/vocabulary.h"
#include "route/router.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::doctor {

void map_field(model::FormatSpec& spec, model::Field field, std::string name,
               std::optional<model::Unit> unit) {
  spec.fields.insert_or_assign(field, model::FieldSource{std::move(name), unit, {}});
}

bool is_whole_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, util::is_digit);
}

bool is_status(std::string_view text) {
  return text.size() == 3 && is_whole_number(text) && text[0] >= '1' && text[0] <= '5';
}

std::optional<Proposal> best_fit(const std::vector<Candidate>& candidates,
                                 const std::vector<std::string_view>& lines) {
  const auto comments = static_cast<std::size_t>(
      std::ranges::count_if(lines, [](std::string_view line) { return line[0] == '#'; }));
  std::optional<Proposal> best;
  for (const Candidate& candidate : candidates) {
    auto found = format::detect(candidate.spec, lines, route::compile_capture_regex);
    if (!found || found->format == nullptr || found->fitting * 5 < lines.size() - comments) continue;
    if (found->fitting > (best ? best->fit.fitting : 0)) best = Proposal{candidate, std::move(*found)};
  }
  return best;
}

std::vector<Candidate> guess_formats(const std::vector<std::string_view>& lines) {
  const std::vector<std::string> texts = unwrapped(lines);
  const std::vector<std::string_view> inside(texts.begin(), texts.end());
  std::vector<Candidate> out = guess_w3c(inside);  // a header knows more than a recipe
  for (const auto& more : {recipes(), guess_json(inside), guess_tail(inside)})
    out.insert(out.end(), more.begin(), more.end());
  out.push_back(last_resort());
  return out;
}

std::vector<std::string> unwrapped(const std::vector<std::string_view>& lines) {
  // The first is "none"; behind it are those that most lines are in.
  const std::vector<model::Envelope> envelopes = format::plausible_envelopes(lines);
  const auto unwrapper = format::make_unwrapper(envelopes.back());
  std::vector<std::string> out;
  for (const std::string_view line : lines) {
    std::string_view inside = line;
    if (unwrapper == nullptr || unwrapper->unwrap(line, inside)) out.emplace_back(inside);
  }
  return out;
}

std::vector<std::string> as_yaml(const model::FormatSpec& spec) {
  std::vector<std::string> out = {fmt::format("format: {}", document::yaml_scalar(spec.text))};
  if (!spec.fields.empty()) out.emplace_back("fields:");
  for (const auto& [field, source] : spec.fields) {
    const std::string value =
        source.unit ? fmt::format("{{field: {}, unit: {}}}", document::yaml_flow_scalar(source.name),
                                  model::name_of(*source.unit))
                    : document::yaml_scalar(source.name);
    out.push_back(fmt::format("  {}: {}", model::name_of(field), value));
  }
  return out;
}

}  // namespace routemeter::doctor
