// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "document/yaml_reader.h"
#include "util/result.h"

namespace routemeter::openapi {

/// Parses JSON into the same tree that a YAML document gives: keys in their order, duplicates included, each
/// value with its place. Strings are `quoted`. `name` is the file in errors.
util::Result<route::YamlPtr> read_json(std::string_view text, const std::string& name);

}  // namespace routemeter::openapi
