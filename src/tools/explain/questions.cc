// SPDX-License-Identifier: Apache-2.0
#include "tools/explain/questions.h"

#include <algorithm>
#include <utility>

#include "app/load/log_format.h"
#include "app/load/log_scan.h"
#include "format/value/request_line.h"
#include "util/printable.h"

namespace routemeter::explain {
namespace {

// A log of empty lines only is not read into memory for the sake of telling what it is.
constexpr std::size_t kHeadBytes = std::size_t{4} * 1024 * 1024;

using Lines = std::vector<std::string_view>;

bool is_request(std::string_view line) {
  model::Request request;
  return read_request(line, request);
}

// The format of the lines, or null when none fits, and then why.
util::Result<format::FormatPtr> format_of(const Lines& lines, const model::FormatSpec& spec,
                                          const std::string& name, util::Diagnostics& warnings) {
  const auto found = app::detect_format(spec, name, lines);
  if (found) return found->format;
  // A format that is wrong in itself is an error whatever the lines are; that none fits is no reason to stop.
  if (spec.text != "auto") return found.errors();
  warnings = found.errors();
  for (util::Diagnostic& d : warnings) d.severity = util::Severity::kWarning;
  return format::FormatPtr();
}

void visit_request(std::string_view line, const Assumed& assumed, const QuestionVisitor& visit) {
  model::Request request;
  Question question;
  question.text = line;
  if (read_request(line, request)) {
    request.host = assumed.host;
    request.status = static_cast<std::uint16_t>(assumed.status);
    question.request = &request;
  } else {
    question.reason = line.empty() ? model::Reason::kEmpty : model::Reason::kNoMatch;
  }
  visit(question);
}

void visit_scanned(const app::ScannedLine& line, const QuestionVisitor& visit) {
  visit({line.line, line.reason, line.request, true});
}

class Arguments final : public Questions {
 public:
  explicit Arguments(std::vector<std::string> arguments) : arguments_(std::move(arguments)) {}

  util::Diagnostics open(const model::FormatSpec& spec) {
    Lines log_lines;
    for (const std::string& argument : arguments_) {
      const std::string_view line = format::clean_line(argument);
      if (!line.empty() && (spec.text != "auto" || !is_request(line))) log_lines.push_back(line);
    }
    auto format = format_of(log_lines, spec, "argument", warnings_);
    if (!format) return format.errors();
    format_ = std::move(*format);
    return {};
  }

  util::Diagnostics for_each(const Assumed& assumed, const QuestionVisitor& visit) override {
    for (const std::string& argument : arguments_) {
      bool done = false;
      if (format_ != nullptr) {
        app::scan_text(argument, *format_, [&](const app::ScannedLine& line) {
          done = line.request != nullptr || !is_request(line.line);
          if (done) visit_scanned(line, visit);
        });
      }
      if (!done) visit_request(argument, assumed, visit);
    }
    return {};
  }

 private:
  std::vector<std::string> arguments_;
};

class StandardInput final : public Questions {
 public:
  util::Diagnostics open(const model::FormatSpec& spec) {
    auto reader = input::open_reader("-");
    if (!reader) return reader.errors();
    reader_ = std::move(*reader);
    const std::string head = read_head(spec.text == "auto");
    const Lines lines = app::sample_lines(head);
    const bool any_request = std::any_of(lines.begin(), lines.end(), is_request);
    auto format = format_of(lines, spec, "standard input", warnings_);
    if (!format) return format.errors();
    // A format that was found fits. One that was given may be that of other lines than these.
    const bool fits = *format != nullptr && (spec.text == "auto" || any_parses(**format, head));
    if (any_request && !fits) {
      warnings_.clear();
    } else {
      format_ = std::move(*format);
      log_ = true;
    }
    return {};
  }

  util::Diagnostics for_each(const Assumed& assumed, const QuestionVisitor& visit) override {
    for (const input::Block& block : first_) visit_block(block, assumed, visit);
    first_.clear();
    while (true) {
      input::Block block;
      const auto more = reader_->next(block);
      if (!more) return more.errors();
      visit_block(block, assumed, visit);
      if (!*more) return {};
    }
  }

 private:
  // Reads until there are as many lines as detection wants to see; with a format that is known, one read will
  // do.
  std::string read_head(bool detect) {
    std::string head;
    while (true) {
      input::Block block;
      const auto more = reader_->next(block);
      if (!more || (!*more && block.too_long == 0)) break;  // for_each() meets an error again
      head += block.text;
      first_.push_back(std::move(block));
      if (!*more || head.size() > kHeadBytes) break;
      const std::size_t lines = app::sample_lines(head).size();
      if (lines >= (detect ? format::kDetectLines : 1)) break;
    }
    return head;
  }

  static bool any_parses(const format::Format& format, const std::string& head) {
    bool any = false;
    app::scan_text(head, format, [&](const app::ScannedLine& line) { any = any || line.request != nullptr; });
    return any;
  }

  void visit_block(const input::Block& block, const Assumed& assumed, const QuestionVisitor& visit) const {
    for (std::uint64_t i = 0; i < block.too_long; ++i) visit({"", model::Reason::kTooLong, nullptr, log_});
    if (format_ != nullptr) {
      app::scan_text(block.text, *format_, [&](const app::ScannedLine& line) { visit_scanned(line, visit); });
      return;
    }
    for (std::string_view text = block.text; !text.empty();) {
      const std::size_t newline = text.find('\n');
      visit_request(format::clean_line(text.substr(0, newline)), assumed, visit);
      text.remove_prefix(std::min(newline, text.size() - 1) + 1);
    }
  }

  std::unique_ptr<input::Reader> reader_;
  std::vector<input::Block> first_;
  bool log_ = false;
};

template <typename Made>
util::Result<std::unique_ptr<Questions>> opened(std::unique_ptr<Made> made, const model::FormatSpec& spec) {
  util::Diagnostics errors = made->open(spec);
  if (!errors.empty()) return errors;
  return std::unique_ptr<Questions>(std::move(made));
}

}  // namespace

util::Result<std::unique_ptr<Questions>> ask_arguments(std::vector<std::string> arguments,
                                                       const model::FormatSpec& spec) {
  return opened(std::make_unique<Arguments>(std::move(arguments)), spec);
}

util::Result<std::unique_ptr<Questions>> ask_standard_input(const model::FormatSpec& spec) {
  return opened(std::make_unique<StandardInput>(), spec);
}

bool read_request(std::string_view text, model::Request& out) {
  if (text.starts_with('/') && text.find_first_of(" \t") == std::string_view::npos) {
    out.method = "GET";
    out.target = text;
    return true;
  }
  return format::split_request_line(text, out) == model::Reason::kNone;
}

}  // namespace routemeter::explain
