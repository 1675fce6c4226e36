// SPDX-License-Identifier: Apache-2.0
#include "app/load/log_inputs.h"

#include <utility>

#include <sys/stat.h>

#include "app/load/log_format.h"
#include "app/load/service.h"

namespace routemeter::app {
namespace {

// A log of empty lines only must not be read into memory for the sake of detection.
constexpr std::size_t kDetectBytes = std::size_t{4} * 1024 * 1024;

bool is_regular(const std::string& path) {
  struct stat st {};
  return path != "-" && ::stat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode);
}

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
      // The text before the damage is still counted; the queue meets the error again and reports it.
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

}  // namespace

util::Result<std::vector<Input>> open_logs(const std::vector<std::string>& logs,
                                           const model::FormatSpec& spec) {
  return util::make_each(expand_logs(logs),
                         [&spec](const std::string& name) { return open_input(name, spec); });
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

bool BlockQueue::next(input::Block& block, std::size_t& input) {
  const std::lock_guard<std::mutex> lock(mutex_);
  while (error_.empty() && current_ < inputs_.size()) {
    Input& in = inputs_[current_];
    input = current_;
    if (!in.first.empty()) {
      block = std::move(in.first.front());
      in.first.erase(in.first.begin());
      return true;
    }
    if (in.reader == nullptr) {
      auto opened = input::open_reader(in.name);
      if (!opened) {
        error_ = opened.errors();
        return false;
      }
      in.reader = std::move(*opened);
    }
    auto more = in.reader->next(block);
    if (!more) {
      error_ = more.errors();
      return false;
    }
    if (*more || block.too_long > 0) return true;
    finished_bytes_ += in.reader->position();
    in.reader.reset();
    ++current_;
  }
  return false;
}

std::uint64_t BlockQueue::position() {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::uint64_t bytes = finished_bytes_;
  if (current_ < inputs_.size() && inputs_[current_].reader != nullptr) {
    bytes += inputs_[current_].reader->position();
  }
  return bytes;
}

}  // namespace routemeter::app
