// SPDX-License-Identifier: Apache-2.0
#include "generate_varied.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "generate_varied_tables.h"

namespace routemeter::bench {
namespace {

std::string of_letters(std::string_view letters, std::size_t length, Random& random) {
  std::string out;
  while (out.size() < length) out += letters[random.below(letters.size())];
  return out;
}

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::string_view kBase62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

std::string number(unsigned value, std::size_t width = 0) {
  std::string digits = std::to_string(value);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

// The same title for the same number, so that popular ones come again.
std::string title(unsigned which) {
  Random words(which + 1000);
  std::string out(words.pick(kTitleWords));
  for (unsigned more = 1 + words.below(5); more > 0; --more)
    out += "-" + std::string(words.pick(kTitleWords));
  return out;
}

std::string username(unsigned which) {
  Random words(which + 5000000);
  std::string out(words.pick(kFirst));
  const unsigned style = words.below(6);
  if (style == 0) return out + number(words.below(1000));
  if (style == 1) return out + "." + std::string(words.pick(kLast));
  if (style == 2) return out + "_" + std::string(words.pick(kLast));
  return out + std::string(words.pick(kLast));
}

std::string file_path(Random& random) {
  constexpr std::string_view kFolders[] = {"js", "css", "img", "fonts", "img/icons", "js/vendor"};
  constexpr std::string_view kNames[] = {"app",   "main",  "vendor", "logo",
                                         "theme", "print", "chart",  "editor"};
  constexpr std::string_view kEnds[] = {".js",    ".css",    ".png",    ".svg",
                                        ".woff2", ".min.js", ".js.map", ".webp"};
  std::string out(random.pick(kFolders));
  out.append("/").append(random.pick(kNames));
  if (random.one_in(2)) {
    Random build(random.below(40));  // each release has its own
    out += "." + of_letters(kHex, 8, build);
  }
  return out.append(random.pick(kEnds));
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

}  // namespace

std::vector<std::string> varied_routes(std::size_t count, Random& random) {
  std::vector<std::size_t> order(std::size(kVariedRoutes));
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  order.resize(std::min(count, order.size()));
  std::sort(order.begin(), order.end());
  std::vector<std::string> out;
  for (const std::size_t i : order) out.emplace_back(kVariedRoutes[i]);
  return out;
}

std::string varied_value(std::string_view name, Random& random) {
  if (ends_with(name, ":path")) return file_path(random);
  if (ends_with(name, "_slug_id")) {
    const unsigned which = random.skewed(3000);
    return title(which) + "-" + number(10000 + which);
  }
  if (ends_with(name, "_slug")) return title(random.skewed(2000));
  if (ends_with(name, "_uuid")) {
    std::string out;
    for (const std::size_t part : {8, 4, 4, 4, 12})
      out += (out.empty() ? "" : "-") + of_letters(kHex, part, random);
    return out;
  }
  if (ends_with(name, "_ulid")) return "01" + of_letters(kCrockford, 24, random);
  if (name == "commit_hex") return of_letters(kHex, random.one_in(3) ? 40 : 8, random);
  if (ends_with(name, "_hex")) return of_letters(kHex, 24, random);
  if (name == "photo_token") return of_letters(kBase62, 11, random);
  if (name == "short") return of_letters(kBase62, 7, random);
  if (ends_with(name, "token")) return of_letters(kBase62, 32, random);
  if (name == "email") return username(random.skewed(3000)) + "%40example.com";
  if (name == "username") return username(random.skewed(4000));
  if (name == "category") return std::string(kCategories[random.skewed(std::size(kCategories))]);
  if (name == "brand") return std::string(kBrands[random.skewed(std::size(kBrands))]);
  if (name == "country") return std::string(kCountries[random.skewed(std::size(kCountries))]);
  if (name == "currency") return std::string(kCurrencies[random.skewed(std::size(kCurrencies))]);
  if (name == "city") return std::string(kCities[random.skewed(std::size(kCities))]);
  if (name == "tenant") return std::string(kTenants[random.skewed(std::size(kTenants))]);
  if (name == "tag") return std::string(kTags[random.skewed(std::size(kTags))]);
  if (name == "owner") {
    const unsigned which = random.skewed(400);
    return which % 3 == 0 ? std::string(kTenants[which / 3 % std::size(kTenants)]) : username(which);
  }
  if (name == "repo") {
    Random words(random.skewed(900) + 13000);
    std::string out(words.pick(kTags));
    if (words.one_in(2)) out.append("-").append(words.pick(kServices));
    return words.one_in(5) ? out + ".js" : out;
  }
  if (name == "namespace") return std::string(kNamespaces[random.skewed(std::size(kNamespaces))]);
  if (name == "configmap") {
    std::string out(random.pick(kServices));
    return out + (random.one_in(2) ? "-config" : "-env");
  }
  if (name == "queue") return std::string(kQueues[random.skewed(std::size(kQueues))]);
  if (name == "pod") {
    std::string out =
        std::string(random.pick(kServices)) + "-" + of_letters("bcdfghjklmnpqrstvwxz2456789", 9, random);
    return out + "-" + of_letters("bcdfghjklmnpqrstvwxz2456789", 5, random);
  }
  if (name == "host") return "node-" + number(random.below(40), 2) + ".eu-west.internal";
  if (name == "domain") return title(random.skewed(300)) + (random.one_in(2) ? ".com" : ".org");
  if (name == "customer_key") return "cus_" + of_letters(kBase62, 14, random);
  if (name == "intent_key") return "pi_" + of_letters(kBase62, 24, random);
  if (name == "track_token") return of_letters(kBase62, 22, random);
  if (name == "channel_key") return "C0" + of_letters(kCrockford, 8, random);
  if (name == "isbn") return "978-3-16-" + number(random.below(1000000), 6) + "-" + number(random.below(10));
  if (name == "postcode") {
    std::string out = of_letters("BCEGLMNSW", 1, random) + number(1 + random.below(20));
    return out + "%20" + number(random.below(10)) + of_letters("ABDEFGHJLN", 2, random);
  }
  if (name == "symbol") {
    Random letters(random.skewed(80) + 7000);
    return of_letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 3 + letters.below(2), letters);
  }
  if (name == "sku") {
    Random letters(random.skewed(500) + 9000);
    return of_letters("ABCDEFGHKLMNP", 3, letters) + "-" + number(letters.below(10000), 4);
  }
  if (name == "voucher_code") return of_letters("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 8, random);
  if (name == "issue_key")
    return (random.one_in(2) ? "CORE-" : random.one_in(2) ? "WEB-" : "OPS-") + number(1 + random.below(3000));
  if (name == "flight") {
    constexpr std::string_view kAirlines[] = {"LH", "BA", "AF", "KL", "OS", "LX"};
    return std::string(random.pick(kAirlines)) + number(100 + random.below(900));
  }
  if (name == "date")
    return "2026-" + number(1 + random.below(12), 2) + "-" + number(1 + random.below(28), 2);
  if (name == "year") return number(2015 + random.below(12));
  if (name == "month") return number(1 + random.below(12), 2);
  if (name == "day") return number(1 + random.below(28), 2);
  if (name == "version") {
    Random parts(random.skewed(30) + 11000);
    return number(1 + parts.below(3)) + "." + number(parts.below(12)) + "." + number(parts.below(5));
  }
  if (name == "ip") {
    std::string out = number(1 + random.below(220));
    for (int i = 0; i < 3; ++i) out += "." + number(random.below(255));
    return out;
  }
  if (name == "latitude" || name == "longitude")
    return number(random.below(90)) + "." + number(random.below(10000), 4);
  if (name == "phone") return "+49" + number(100000000 + random.below(900000000));
  if (name == "part" || name == "page" || name == "plan_id" || name == "stage_id")
    return number(1 + random.skewed(20));
  return number(1 + random.skewed(random.one_in(2) ? 1000 : 5000000));
}

std::string noise_target(std::string_view route, Random& random) {
  switch (random.below(8)) {
    case 0:
    case 1:
    case 2:
      return std::string(random.pick(kProbes));
    case 3:
      return std::string(random.pick(kProbeFolders)) + std::string(random.pick(kProbes));
    case 4:
      return "/" + of_letters("abcdefghijklmnopqrstuvwxyz", 4 + random.below(8), random) + ".php";
    case 5:
      return "/" + of_letters("abcdefghijklmnopqrstuvwxyz", 3 + random.below(8), random);
    case 6:
      // A typing error in a word of a route, its parameters left as a client's bug leaves them.
      return std::string(route.substr(0, route.find('{'))) + (random.one_in(2) ? "undefined" : "null/") +
             (random.one_in(2) ? "" : "/s");
    default:
      return std::string(route.substr(0, route.find('{'))) + "/" +
             of_letters("abcdefghijklmnopqrstuvwxyz", 2 + random.below(6), random);
  }
}

}  // namespace routemeter::bench
