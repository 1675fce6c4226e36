// SPDX-License-Identifier: Apache-2.0
#include "format/choose/builtin.h"

#include "format/choose/presets.h"
#include "format/json/json_format.h"
#include "format/regex/regex_format.h"
#include "format/uvicorn/uvicorn.h"

namespace routemeter::format {

const std::vector<Builtin>& builtins() {
  static const std::vector<Builtin> kBuiltins = [] {
    std::vector<Builtin> rows = text_presets();
    rows.push_back({"uvicorn", &make_uvicorn, true});
    rows.push_back({"json", &make_json, true});
    rows.push_back({"regex", &make_regex, false});
    return rows;
  }();
  return kBuiltins;
}

}  // namespace routemeter::format
