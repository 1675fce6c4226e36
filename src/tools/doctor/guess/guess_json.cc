// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <utility>

#include "format/contract/format.h"
#include "format/json/json_outline.h"
#include "model/method.h"
#include "tools/doctor/guess/candidate.h"
#include "util/ascii.h"

namespace routemeter::doctor {
namespace {

using model::Field;
using model::Unit;

struct Column {
  std::string path;
  std::string name;  ///< the last part of the path, in small letters
  std::vector<format::JsonLeaf> values;
};

std::vector<Column> columns_of(const std::vector<std::string_view>& lines) {
  std::vector<Column> out;
  std::map<std::string, std::size_t> places;
  for (const std::string_view line : lines) {
    for (format::JsonLeaf& leaf : format::outline_json(line).leaves) {
      const auto [place, added] = places.emplace(leaf.path, out.size());
      if (added)
        out.push_back(
            {leaf.path, util::to_lower(std::string_view(leaf.path).substr(leaf.path.rfind('.') + 1)), {}});
      out[place->second].values.push_back(std::move(leaf));
    }
  }
  return out;
}

bool has_word(const std::string& name, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&name](std::string_view word) { return util::contains(name, word); });
}

template <typename Check>
bool all_values(const Column& column, Check check) {
  return std::ranges::all_of(
      column.values, [&check](const format::JsonLeaf& leaf) { return check(std::string_view(leaf.value)); });
}

bool is_method(std::string_view value) { return model::method_number(value) != model::kUnknownMethod; }

bool is_target(std::string_view value) { return value.starts_with('/') || util::contains(value, "://"); }

bool is_request(std::string_view value) {
  return is_method(value.substr(0, value.find(' '))) && util::contains(value, " HTTP/");
}

bool is_number(std::string_view value) {
  const std::size_t dot = value.find('.');
  return is_whole_number(value.substr(0, dot)) &&
         (dot == std::string_view::npos || is_whole_number(value.substr(dot + 1)));
}

Unit unit_of(const std::string& name) {
  if (name.ends_with("ms") || has_word(name, {"milli", "msec"})) return Unit::kMilliseconds;
  if (name.ends_with("us") || has_word(name, {"micro", "usec"})) return Unit::kMicroseconds;
  if (name.ends_with("ns") || has_word(name, {"nano"})) return Unit::kNanoseconds;
  return Unit::kSeconds;
}

/// The field that a key is, by its name and all its values; kCount = none.
Field field_of(const Column& column) {
  const std::string& name = column.name;
  if (all_values(column, is_request)) return Field::kRequest;
  if (all_values(column, is_method)) return Field::kMethod;
  if (all_values(column, is_status) && has_word(name, {"status", "code", "response"})) return Field::kStatus;
  if (all_values(column, is_target) && has_word(name, {"path", "uri", "url", "target", "resource"}) &&
      !has_word(name, {"ref"})) {
    return Field::kTarget;
  }
  if (all_values(column, is_number)) {
    if (has_word(name, {"dur", "elapsed", "latency", "took", "request_time", "response_time", "process"})) {
      return Field::kDuration;
    }
    if (has_word(name, {"byte", "size", "length"})) {
      return has_word(name, {"req", "received", "read", "_in"}) ? Field::kRequestSize : Field::kResponseSize;
    }
  }
  const bool is_time = all_values(column, [](std::string_view value) {
    return format::guess_time_kind(value) != format::TimeKind::kNone;
  });
  if (is_time && has_word(name, {"time", "ts", "date", "when"})) return Field::kTime;
  if (name == "host" || name == "authority" || name == "vhost" || name == "domain") return Field::kHost;
  return Field::kCount;
}

}  // namespace

std::vector<Candidate> guess_json(const std::vector<std::string_view>& lines) {
  Candidate out;
  out.name = "JSON with names of its own";
  out.spec.text = "json";
  for (const Column& column : columns_of(lines)) {
    const Field field = field_of(column);
    if (field == Field::kCount || out.spec.fields.count(field) > 0) continue;
    map_field(out.spec, field, column.path,
              field == Field::kDuration ? std::optional<Unit>(unit_of(column.name)) : std::nullopt);
  }
  const auto has = [&out](Field field) { return out.spec.fields.count(field) > 0; };
  if (!has(Field::kStatus) || !(has(Field::kRequest) || (has(Field::kMethod) && has(Field::kTarget))))
    return {};
  // The whole request line and its parts would each stand for themselves.
  if (has(Field::kRequest)) {
    out.spec.fields.erase(Field::kMethod);
    out.spec.fields.erase(Field::kTarget);
  }
  out.remark = "keys taken by their names and values: look them over";
  return {out};
}

}  // namespace routemeter::doctor
