// SPDX-License-Identifier: Apache-2.0
#include "expose/header/request_headers.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>

#include <gnutls/gnutls.h>

#include "util/ascii.h"

namespace routemeter::expose {
namespace {

// First the grammar that Accept and Accept-Encoding share (RFC 9110 5.6 and 12.4.2).

constexpr int kFullWeight = 1000;  // q=1 in thousandths

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return util::to_lower(x) == util::to_lower(y);
         });
}

// Cuts the part before `separator` off the front of `text`, without blanks around it. A separator in a quoted
// string does not count.
std::string_view cut(std::string_view& text, char separator) {
  bool quoted = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '"') {
      quoted = !quoted;
    } else if (quoted && text[at] == '\\') {
      ++at;
    } else if (!quoted && text[at] == separator) {
      break;
    }
  }
  at = std::min(at, text.size());
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return trim(part);
}

// A qvalue in thousandths; 0 when the text is not one.
int parse_weight(std::string_view text) {
  // qvalue = "0" [ "." 0*3DIGIT ] / "1" [ "." 0*3"0" ]
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

// A parameter's value without quotes around it. Escapes in it stay: nothing we compare with needs any.
std::string_view unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return text.substr(1, text.size() - 2);
  return text;
}

// The content types on offer; clients without a preference get the first.
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

// Rates how exactly the range names the offer; 0 = not at all.
int specificity(const Range& range, const Offer& offer) {
  if (!range.version.empty() && range.version != offer.version) return 0;
  if (range.type == "*" && range.subtype == "*") return 1;
  if (!same_ignoring_case(range.type, offer.type)) return 0;
  if (range.subtype == "*") return 2;
  if (!same_ignoring_case(range.subtype, offer.subtype)) return 0;
  return range.version.empty() ? 3 : 4;
}

// The place of one offer in the header.
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

constexpr std::string_view kBasicScheme = "Basic ";
// With or without its padding. GnuTLS skips white space, which does not belong here.
std::optional<std::string> decode_base64(std::string_view encoded) {
  std::string text(encoded.substr(0, encoded.find_last_not_of('=') + 1));
  if (text.empty() || text.find_first_of(" \t\n\v\f\r") != std::string::npos) return std::nullopt;
  text.resize((text.size() + 3) / 4 * 4, '=');
  const gnutls_datum_t in{reinterpret_cast<unsigned char*>(text.data()), static_cast<unsigned>(text.size())};
  gnutls_datum_t out{};
  if (gnutls_base64_decode2(&in, &out) != GNUTLS_E_SUCCESS) return std::nullopt;
  const std::unique_ptr<unsigned char, decltype(gnutls_free)> owner(out.data, gnutls_free);
  return std::string(reinterpret_cast<const char*>(out.data), out.size);
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

std::optional<Credentials> parse_authorization(std::string_view header) {
  if (!same_ignoring_case(header.substr(0, kBasicScheme.size()), kBasicScheme)) return std::nullopt;
  header.remove_prefix(kBasicScheme.size());
  header.remove_prefix(std::min(header.find_first_not_of(' '), header.size()));
  const auto text = decode_base64(header);
  if (!text || text->find('\0') != std::string::npos) return std::nullopt;
  const std::size_t colon = text->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return Credentials{text->substr(0, colon), text->substr(colon + 1)};
}

}  // namespace routemeter::expose
