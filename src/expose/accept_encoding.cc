// SPDX-License-Identifier: Apache-2.0
#include "expose/accept_encoding.h"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace routemeter::expose {
namespace {

constexpr int kFullWeight = 1000;  // q=1 in thousandths

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Cuts the part before `separator` off the front of `text`.
std::string_view cut(std::string_view& text, char separator) {
  const std::size_t at = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return trim(part);
}

// qvalue = "0" [ "." 0*3DIGIT ] / "1" [ "." 0*3"0" ], in thousandths; 0 when it is no qvalue.
int parse_weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  if (text.size() > 1 && text[1] != '.') return 0;
  int weight = (text[0] - '0') * kFullWeight;
  int unit = kFullWeight / 10;
  for (std::size_t i = 2; i < text.size(); ++i, unit /= 10) {
    if (text[i] < '0' || text[i] > '9') return 0;
    weight += (text[i] - '0') * unit;
  }
  return weight <= kFullWeight ? weight : 0;
}

// The weight in the parameters after a coding; 1 when there is none.
int weight_of(std::string_view parameters) {
  int weight = kFullWeight;
  while (!parameters.empty()) {
    std::string_view value = cut(parameters, ';');
    if (same_ignoring_case(cut(value, '='), "q")) weight = std::min(weight, parse_weight(trim(value)));
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
