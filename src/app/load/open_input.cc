// SPDX-License-Identifier: Apache-2.0
#include "app/load/open_input.h"

#include <utility>

#include <sys/stat.h>

#include "app/load/detect.h"

namespace routemeter::app {
namespace {

// A log of empty lines only must not be read into memory for the sake of detection.
constexpr std::size_t kDetectBytes = std::size_t{4} * 1024 * 1024;

bool is_regular(const std::string& path) {
  struct stat st {};
  return path != "-" && ::stat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode);
}

}  // namespace

util::Result<Input> open_input(const std::string& name, const model::FormatSpec& spec) {
  Input in;
  in.name = name;
  auto opened = input::open_reader(name);
  if (!opened) {
    util::Diagnostics errors = opened.errors();
    for (util::Diagnostic& d : errors) d.at = {0, 0};  // it is about the file, not about a line of it
    return errors;
  }
  in.reader = std::move(*opened);
  std::string head;
  while (true) {
    input::Block block;
    auto more = in.reader->next(block);
    if (!more) {
      // What stands before the damage is still counted; the queue meets the error again and reports it.
      break;
    }
    const bool end = !*more;
    head += block.text;
    if (!end || block.too_long > 0) in.first.push_back(std::move(block));
    if (end || head.size() > kDetectBytes || sample_lines(head).size() >= format::kDetectLines) break;
  }
  const auto lines = sample_lines(head);
  auto found = detect_format(spec, name, lines);
  if (!found) return found.errors();
  in.format = found->format;
  if (is_regular(name)) {
    in.first.clear();
    in.reader.reset();
  }
  return in;
}

model::FieldSet fields_of(const std::vector<Input>& inputs) {
  model::FieldSet fields;
  bool any = false;
  for (const Input& in : inputs) {
    if (in.format == nullptr) continue;
    any = true;
    fields.add(in.format->available());
  }
  return any ? fields : model::FieldSet::all();  // only empty logs: no reason to call anything absent
}

}  // namespace routemeter::app
