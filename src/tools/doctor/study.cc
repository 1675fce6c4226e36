// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/study.h"

#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include "app/load/line_notes.h"
#include "app/load/log_format.h"
#include "app/load/log_scan.h"
#include "format/choose/detect.h"
#include "input/read/file_probe.h"
#include "metric/store/store.h"

namespace routemeter::doctor {
namespace {

/// A log of empty lines only must not be read into memory.
constexpr std::size_t kMaxSampleBytes = std::size_t{4} * 1024 * 1024;

using model::Reason;

class Reading {
 public:
  Reading(Study& study, const format::Format& format) : study_(study), format_(format) {}

  void take(std::string_view text, std::uint64_t too_long, bool numbered) {
    app::scan_text(text, format_, [this, numbered](const app::ScannedLine& line) { look(line, numbered); });
    study_.worker->process(text, too_long, study_.source);
    study_.bytes += text.size();
    if (study_.half_series == 0 && study_.requests.size() >= Study::kKept / 2) {
      study_.half_series = study_.worker->store().series_count();
    }
    lines_ = study_.counters().lines;
  }

 private:
  void look(const app::ScannedLine& line, bool numbered) {
    if (line.request == nullptr) return note_odd(line, numbered);
    if (study_.requests.size() >= Study::kKept) return;
    const model::Request& r = *line.request;
    RequestNumbers numbers{r.known,        r.duration_ns,   r.time_to_first_byte_ns,
                           r.request_size, r.response_size, -1};
    if (!r.time.empty()) {
      study_.has_time = true;
      numbers.time = format::parse_time(r.time, format_.time_kind());
    }
    study_.requests.push_back(numbers);
  }

  void note_odd(const app::ScannedLine& line, bool numbered) {
    if (app::is_usual(line.reason)) return;
    const bool better =
        !study_.first_odd || (wants_repair(line.reason) && !wants_repair(study_.first_odd->reason));
    if (better)
      study_.first_odd = OddLine{numbered ? lines_ + line.number : 0, std::string(line.line), line.reason};
  }

  Study& study_;
  const format::Format& format_;
  std::uint64_t lines_ = 0;
};

/// The last complete lines of a file, `size` bytes at most, beginning behind `from`.
std::string read_tail(const std::string& path, std::uint64_t from, std::uint64_t size) {
  const util::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) return "";
  const auto end = static_cast<std::uint64_t>(status.st_size);
  if (end <= from) return "";
  const std::uint64_t begin = end - from > size ? end - size : from;
  std::string text(end - begin, '\0');
  const std::ptrdiff_t got = input::read_at(file.get(), begin, text.data(), text.size());
  text.resize(static_cast<std::size_t>(std::max<std::ptrdiff_t>(got, 0)));
  const std::size_t first = text.find('\n');
  const std::size_t last = text.rfind('\n');
  return first == last ? "" : text.substr(first + 1, last - first);
}

void read_blocks(OpenLog& log, Reading& reading, Study& study, const Bounds& bounds) {
  for (const input::Block& block : log.first) reading.take(block.text, block.too_long, true);
  study.damage = log.damage;
  if (log.ended) return;
  input::Block block;
  while (study.bytes < bounds.head) {
    const auto more = log.reader->next(block);
    if (more) reading.take(block.text, block.too_long, true);
    if (!more) study.damage = more.errors();
    if (!more || !*more) return;
  }
  study.whole = false;
}

}  // namespace

std::vector<std::string_view> OpenLog::lines() const {
  std::vector<std::string_view> out;
  for (const input::Block& block : first) {
    for (const std::string_view line : app::sample_lines(block.text)) {
      if (out.size() < format::kDetectLines) out.push_back(line);
    }
  }
  return out;
}

util::Result<OpenLog> open_log(const std::string& path) {
  auto reader = input::open_reader(path);
  if (!reader) return reader.errors();
  OpenLog out;
  out.reader = std::move(*reader);
  std::size_t bytes = 0;
  while (!out.ended && bytes < kMaxSampleBytes && out.lines().size() < format::kDetectLines) {
    input::Block block;
    const auto more = out.reader->next(block);
    if (!more) out.damage = more.errors();
    out.ended = !more || !*more;
    bytes += block.text.size();
    if (!block.text.empty() || block.too_long > 0) out.first.push_back(std::move(block));
  }
  return out;
}

bool wants_repair(Reason reason) { return !app::is_usual(reason) && reason != Reason::kBadRequest; }

util::Result<Study> study_log(OpenLog& log, const std::string& path, const format::Format& format,
                              const app::Service& service, const Bounds& bounds) {
  Study study;
  auto worker = app::make_worker(service, format.available());
  if (!worker) return worker.errors();
  study.worker = std::move(*worker);
  study.worker->count_unmatched(&study.unmatched);
  study.source.parser = format.make_parser();
  study.source.time_kind = format.time_kind();
  Reading reading(study, format);
  read_blocks(log, reading, study, bounds);
  // The end of a gzip file can only be read after all that stands before it.
  const bool plain = log.reader->size() > bounds.head;
  if (!study.whole && plain && bounds.tail > 0) {
    reading.take(read_tail(path, log.reader->position(), bounds.tail), 0, false);
  }
  study.worker->count_unmatched(nullptr);
  return study;
}

}  // namespace routemeter::doctor
