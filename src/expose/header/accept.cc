// SPDX-License-Identifier: Apache-2.0
#include "expose/header/accept.h"

#include <cstddef>
#include <tuple>

#include "expose/header/header_list.h"

namespace routemeter::expose {
namespace {

// What we can answer with; the first is for those who do not mind.
struct Offer {
  std::string_view type;
  std::string_view subtype;
  std::string_view version;
  Choice choice;
};
constexpr Offer kOffers[] = {
    {"text", "plain", "0.0.4", {Dialect::kText, "text/plain; version=0.0.4; charset=utf-8"}},
    {"application",
     "openmetrics-text",
     "1.0.0",
     {Dialect::kOpenMetrics, "application/openmetrics-text; version=1.0.0; charset=utf-8"}},
    {"application",
     "openmetrics-text",
     "0.0.1",
     {Dialect::kOpenMetrics, "application/openmetrics-text; version=0.0.1; charset=utf-8"}},
};

// One element of the header: "type/subtype;version=1.0.0;q=0.5".
struct Range {
  std::string_view type;
  std::string_view subtype;
  std::string_view version;  // empty = any
  int weight = kFullWeight;
};

Range parse_range(std::string_view text) {
  Range out;
  std::string_view media = cut(text, ';');
  out.type = cut(media, '/');
  out.subtype = media;
  while (!text.empty()) {
    std::string_view value = cut(text, ';');
    const std::string_view name = cut(value, '=');
    value = unquoted(value);
    if (same_ignoring_case(name, "q")) {
      out.weight = parse_weight(value);
    } else if (same_ignoring_case(name, "version")) {
      out.version = value;
    }
  }
  return out;
}

// How exactly the range names the offer; 0 = not at all.
int specificity(const Range& range, const Offer& offer) {
  if (!range.version.empty() && range.version != offer.version) return 0;
  if (range.type == "*" && range.subtype == "*") return 1;
  if (!same_ignoring_case(range.type, offer.type)) return 0;
  if (range.subtype == "*") return 2;
  if (!same_ignoring_case(range.subtype, offer.subtype)) return 0;
  return range.version.empty() ? 3 : 4;
}

// What the header says of one offer.
struct Standing {
  int specificity = 0;
  int weight = 0;
  std::size_t position = 0;  // of the range, from 1

  bool beats(const Standing& other) const {
    return std::make_tuple(weight, specificity, other.position) >
           std::make_tuple(other.weight, other.specificity, position);
  }
};

Standing standing_of(const Offer& offer, std::string_view accept) {
  Standing out;
  for (std::size_t position = 1; !accept.empty(); ++position) {
    const Range range = parse_range(cut(accept, ','));
    const int exact = specificity(range, offer);
    // Of two ranges that name it alike, the first holds.
    if (exact > out.specificity) out = {exact, range.weight, position};
  }
  return out;
}

}  // namespace

Choice negotiate(std::string_view accept) {
  const Offer* best = &kOffers[0];
  Standing best_standing = standing_of(*best, accept);
  for (const Offer& offer : kOffers) {
    const Standing standing = standing_of(offer, accept);
    if (standing.weight == 0 || !standing.beats(best_standing)) continue;
    best = &offer;
    best_standing = standing;
  }
  return best->choice;
}

}  // namespace routemeter::expose
