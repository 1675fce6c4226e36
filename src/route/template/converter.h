// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace routemeter::route {

/// What a parameter takes: Starlette's converters (tests/conformance/README.md, section 2).
enum class Converter : std::uint8_t { kStr, kPath, kInt, kFloat, kUuid };

/// All that is known of a converter. A new one is a value of the enum and a row of kConverters.
struct ConverterRow {
  Converter id;
  std::string_view name;   ///< in {id:name}
  std::string_view regex;  ///< RE2
  std::array<std::string_view, 2>
      spellings;        ///< how people write it as a whole piece of a pattern; some empty
  bool spans_segments;  ///< takes slashes too
  /// Whether it takes a whole segment: no '/', not empty, kReadBehind bytes behind it are readable. Says the
  /// same as `regex`; called for each request.
  bool (*takes)(std::string_view segment) noexcept;
  std::string_view sample;  ///< a text that it takes
};

namespace converters {
/// So many bytes behind a segment are read, whatever they are.
inline constexpr std::size_t kReadBehind = 16;
bool takes_any(std::string_view segment) noexcept;
bool takes_int(std::string_view segment) noexcept;
bool takes_float(std::string_view segment) noexcept;
bool takes_uuid(std::string_view segment) noexcept;
}  // namespace converters

/// In the order of the enum.
inline constexpr std::array kConverters = {
    ConverterRow{Converter::kStr, "str", "[^/]+", {"[^/]+"}, false, converters::takes_any, "text"},
    ConverterRow{Converter::kPath, "path", ".*", {".*"}, true, converters::takes_any, "dir/file.txt"},
    ConverterRow{Converter::kInt, "int", "[0-9]+", {"[0-9]+", "\\d+"}, false, converters::takes_int, "42"},
    ConverterRow{
        Converter::kFloat, "float", "[0-9]+(?:\\.[0-9]+)?", {}, false, converters::takes_float, "1.5"},
    ConverterRow{Converter::kUuid,
                 "uuid",
                 "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
                 {},
                 false,
                 converters::takes_uuid,
                 "123e4567-e89b-12d3-a456-426614174000"},
};

inline constexpr const ConverterRow& row_of(Converter converter) noexcept {
  return kConverters[static_cast<std::size_t>(converter)];
}

/// The names of all converters, for messages.
constexpr auto converter_names() noexcept {
  std::array<std::string_view, kConverters.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kConverters[i].name;
  return names;
}

/// None for a word that names no converter.
std::optional<Converter> converter_of(std::string_view name) noexcept;

/// Whether the converter takes all of `text`, which may hold slashes and need not be followed by anything.
/// Copies the text: for people who ask why, not for each request.
bool takes_text(Converter converter, std::string_view text);

}  // namespace routemeter::route
