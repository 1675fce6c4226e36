// SPDX-License-Identifier: Apache-2.0
#include "expose/text/text.h"

#include <cstddef>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "expose/text/page_values.h"
#include "util/fmt.h"
#include "util/words.h"

namespace routemeter::expose {
namespace {

using model::Family;
using model::MetricType;
using model::Sample;

constexpr std::size_t kPiece = std::size_t{128} * 1024;
constexpr std::size_t kPieceRoom = kPiece + std::size_t{16} * 1024;  // and a sample's lines more

constexpr std::string_view kTotal = "_total";

// Gets a text piece by piece as it is made; what it leaves in `piece` is dropped.
using TakePiece = std::function<void(std::string& piece)>;

void give_piece(std::string& out, const TakePiece& take) {
  take(out);
  out.clear();
  out.reserve(kPieceRoom);
}

// One family's samples. What its lines have in common is built once per family or per sample, so that a
// bucket line is four appends and a number.
class FamilyWriter {
 public:
  /// `take`: null = all of it stays in `out`.
  FamilyWriter(std::string& out, const TakePiece& take, const Family& family, Dialect dialect)
      : out_(out),
        take_(take),
        family_(family),
        openmetrics_(dialect == Dialect::kOpenMetrics),
        name_(family.name) {
    if (openmetrics_ && family.type == MetricType::kCounter) {
      // A counter that does not end so is none to OpenMetrics.
      known_type_ = name_.ends_with(kTotal);
      if (known_type_) name_.remove_suffix(kTotal.size());
    }
    // Label names are sorted with `le` among them, as the Python client sorts them.
    while (before_le_ < family.label_names.size() && family.label_names[before_le_] < "le") ++before_le_;
    for (const double bound : family.bounds) bounds_.push_back(util::format_float(bound));
    bounds_.emplace_back("+Inf");
    util::append_real(created_, family.created);
    created_ += '\n';
  }

  /// `continued`: the family before has the same name and wrote the header.
  void write(bool continued) {
    if (!continued) write_header();
    for (const Sample& sample : family_.samples) write_sample(sample);
    if (family_.source != nullptr) family_.source->each([this](const Sample& each) { write_sample(each); });
  }

 private:
  void write_header() {
    if (!family_.help.empty()) {
      begin_metadata("HELP");
      openmetrics_ ? append_label_value(out_, family_.help) : append_help(out_, family_.help);
      out_ += '\n';
    }
    begin_metadata("TYPE");
    out_ += known_type_ ? model::type_name(family_.type) : "unknown";
    out_ += '\n';
    if (openmetrics_ && !family_.unit.empty() && name_.ends_with("_" + family_.unit)) {
      begin_metadata("UNIT");
      out_ += family_.unit;
      out_ += '\n';
    }
  }

  void begin_metadata(std::string_view what) { out_ += fmt::format("# {} {} ", what, name_); }

  void write_sample(const Sample& sample) {
    head_.clear();
    append_labels(head_, sample, 0, before_le_);
    tail_.clear();
    append_labels(tail_, sample, before_le_, family_.label_names.size());
    before_value_.assign(1, ' ');
    if (!family_.label_names.empty()) {
      before_value_.assign("{").append(head_).append(!head_.empty() && !tail_.empty() ? "," : "");
      before_value_.append(tail_).append("} ");
    }
    switch (family_.type) {
      case MetricType::kCounter:
      case MetricType::kGauge:
        write_value(sample);
        break;
      case MetricType::kHistogram:
        write_buckets(sample);
        [[fallthrough]];
      case MetricType::kSummary:
        write_count_and_sum(sample);
        break;
    }
    if (openmetrics_ && family_.created > 0 && family_.type != MetricType::kGauge && known_type_) {
      begin_line(name_, "_created");
      out_ += created_;
    }
    if (take_ && out_.size() >= kPiece) give_piece(out_, take_);
  }

  void write_value(const Sample& sample) {
    begin_line(family_.name, "");
    if (sample.has_real) {
      util::append_real(out_, sample.real);
    } else {
      append_integer(out_, sample.count);
    }
    out_ += '\n';
  }

  void write_count_and_sum(const Sample& sample) {
    begin_line(family_.name, "_count");
    append_integer(out_, sample.count);
    out_ += '\n';
    begin_line(family_.name, "_sum");
    append_decimal(out_, sample.sum, family_.decimals);
    out_ += '\n';
  }

  void write_buckets(const Sample& sample) {
    before_bound_.assign(family_.name).append("_bucket{").append(head_);
    before_bound_.append(head_.empty() ? "le=\"" : ",le=\"");
    after_bound_.assign(tail_.empty() ? "\"" : "\",").append(tail_).append("} ");
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i < bounds_.size(); ++i) {
      cumulative += sample.buckets[i];
      out_ += before_bound_;
      out_ += bounds_[i];
      out_ += after_bound_;
      append_integer(out_, cumulative);
      out_ += '\n';
    }
  }

  // Name, labels without le, and the space before the value.
  void begin_line(std::string_view name, std::string_view suffix) {
    out_.append(name).append(suffix).append(before_value_);
  }

  void append_labels(std::string& to, const Sample& sample, std::size_t from, std::size_t end) const {
    for (std::size_t i = from; i < end; ++i) {
      if (i != from) to += ',';
      to += family_.label_names[i];
      to += "=\"";
      append_label_value(to, sample.label_values[i]);
      to += '"';
    }
  }

  std::string& out_;
  const TakePiece& take_;
  const Family& family_;
  const bool openmetrics_;
  std::string_view name_;            // in HELP, TYPE and UNIT
  bool known_type_ = true;           // false: OpenMetrics has no type for it
  std::size_t before_le_ = 0;        // how many label names sort before "le"
  std::vector<std::string> bounds_;  // as le shows them, with +Inf
  std::string created_;              // the end of a _created line
  std::string head_;                 // the sample's labels before le
  std::string tail_;                 // and after it
  std::string before_value_;         // both as a line without le has them, up to the value
  std::string before_bound_;         // a bucket line up to the bound
  std::string after_bound_;          // and from there to the value
};

void write_all(std::string& out, const TakePiece& take, const model::Snapshot& families, Dialect dialect,
               bool last) {
  const Family* previous = nullptr;
  for (const Family& family : families) {
    FamilyWriter(out, take, family, dialect).write(previous != nullptr && previous->name == family.name);
    previous = &family;
  }
  if (last && dialect == Dialect::kOpenMetrics) out += "# EOF\n";
}

void write_families(const model::Snapshot& families, Dialect dialect, bool last, const TakePiece& take) {
  std::string out;
  out.reserve(kPieceRoom);
  write_all(out, take, families, dialect, last);
  if (!out.empty()) take(out);
}

std::shared_ptr<const std::string> shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

}  // namespace

std::string to_page(const model::Snapshot& snapshot, Dialect dialect) {
  std::string out;
  write_all(out, nullptr, snapshot, dialect, true);
  return out;
}

PagePart::PagePart(const model::Snapshot& families, Dialect dialect, bool gzip, bool last) : gzip_(gzip) {
  if (!gzip) {
    write_families(families, dialect, last,
                   [this](std::string& piece) { pieces_.push_back(shared(std::exchange(piece, {}))); });
    return;
  }
  // Each piece is compressed while it is in the CPU cache; the whole text is never in memory.
  GzipPart packed;
  write_families(families, dialect, last, [&packed](std::string& piece) { packed.add(piece); });
  pieces_.push_back(shared(packed.finish()));
  check_ = packed.check();
}

Pieces PagePart::join(std::span<const PagePart* const> parts) {
  Pieces all;
  const bool gzip = !parts.empty() && parts.front()->gzip_;
  if (gzip) all.push_back(shared(GzipPart::head()));
  GzipPart::Check check;
  for (const PagePart* const part : parts) {
    all.insert(all.end(), part->pieces_.begin(), part->pieces_.end());
    check.append(part->check_);
  }
  if (gzip) all.push_back(shared(GzipPart::tail(check)));
  return all;
}

}  // namespace routemeter::expose
