// SPDX-License-Identifier: Apache-2.0
#include "expose/header/accept_encoding.h"

#include <algorithm>
#include <optional>

#include "expose/header/header_list.h"

namespace routemeter::expose {
namespace {

// The weight in the parameters after a coding; 1 when there is none.
int weight_of(std::string_view parameters) {
  int weight = kFullWeight;
  while (!parameters.empty()) {
    std::string_view value = cut(parameters, ';');
    if (same_ignoring_case(cut(value, '='), "q")) weight = std::min(weight, parse_weight(value));
  }
  return weight;
}

// Of two weights for one coding the lower one holds.
void lower_to(std::optional<int>& known, int weight) { known = std::min(known.value_or(weight), weight); }

}  // namespace

Encoding choose_encoding(std::string_view accept_encoding) {
  std::optional<int> gzip;
  std::optional<int> identity;
  std::optional<int> other;
  while (!accept_encoding.empty()) {
    std::string_view entry = cut(accept_encoding, ',');
    const std::string_view coding = cut(entry, ';');
    const int weight = weight_of(entry);
    if (same_ignoring_case(coding, "gzip") || same_ignoring_case(coding, "x-gzip")) {
      lower_to(gzip, weight);
    } else if (same_ignoring_case(coding, "identity")) {
      lower_to(identity, weight);
    } else if (coding == "*") {
      lower_to(other, weight);
    }
  }
  const int for_gzip = gzip.value_or(other.value_or(0));
  // Identity is welcome unless it or "*" was refused, but an explicit weight of another coding beats it.
  const bool identity_refused = identity ? *identity == 0 : other == 0;
  if (for_gzip > 0 && for_gzip >= identity.value_or(0)) return Encoding::kGzip;
  return identity_refused ? Encoding::kNone : Encoding::kIdentity;
}

}  // namespace routemeter::expose
