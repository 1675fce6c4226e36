// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "tools/openapi/document.h"
#include "util/printable.h"

namespace routemeter::openapi {
namespace {

using Kind = document::YamlNode::Kind;

// The place up to which the parser has read. At the event of a string that is its last quote, which gives the
// place of the string; nlohmann's own tree has no places.
struct Progress {
  const char* next = nullptr;
  const char* line_start = nullptr;
  int line = 1;

  util::Position place(const char* byte) const { return {line, static_cast<int>(byte - line_start) + 1}; }
};

class Cursor {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Cursor(const char* at, Progress* progress) : at_(at), progress_(progress) {}
  reference operator*() const { return *at_; }
  Cursor& operator++() {
    if (*at_ == '\n') {
      ++progress_->line;
      progress_->line_start = at_ + 1;
    }
    progress_->next = ++at_;
    return *this;
  }
  bool operator==(const Cursor& other) const { return at_ == other.at_; }
  bool operator!=(const Cursor& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  Progress* progress_;
};

// Builds the tree from nlohmann's events: its ordered_json would drop duplicate keys, search each map for
// each new key, and know no places.
class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  TreeBuilder(std::string_view text, const Progress& progress) : text_(text), progress_(progress) {}

  document::YamlPtr root;
  util::Position error_at;
  std::string error;
  std::string hint;

  bool null() override { return add(node(Kind::kNull)); }
  bool boolean(bool value) override { return scalar(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return scalar(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return scalar(std::to_string(value)); }
  bool number_float(number_float_t /*value*/, const string_t& source) override { return scalar(source); }
  bool string(string_t& value) override { return add(text_node(value)); }
  bool binary(binary_t& /*value*/) override { return false; }
  bool key(string_t& name) override {
    open_.back().key = std::make_shared<document::YamlNode>(text_node(name));
    return true;
  }
  bool start_object(std::size_t /*size*/) override { return open(Kind::kMap); }
  bool start_array(std::size_t /*size*/) override { return open(Kind::kList); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t /*position*/, const std::string& token,
                   const nlohmann::detail::exception& e) override {
    const char* last = progress_.next > text_.data() ? progress_.next - 1 : progress_.next;
    // The caret goes under the beginning of what was read last, as far as that is in this line.
    const auto length = static_cast<std::ptrdiff_t>(std::max<std::size_t>(token.size(), 1));
    error_at =
        progress_.place(std::max(last - std::min(length - 1, last - text_.data()), progress_.line_start));
    const std::string_view what = e.what();
    const std::size_t detail = what.find("while parsing ");
    error = "not valid JSON: " + util::printable(detail == std::string_view::npos
                                                     ? what.substr(what.find("] ") + 2)
                                                     : what.substr(detail));
    if (error.find("end of input") != std::string::npos)
      hint = "the file ends too early: was it written to its end?";
    return false;
  }

 private:
  struct Open {
    std::shared_ptr<document::YamlNode> node;
    document::YamlPtr key;  // of a map: what the next value belongs to
  };

  document::YamlNode node(Kind kind, std::string text = "") const {
    document::YamlNode out;
    out.kind = kind;
    out.text = std::move(text);
    out.at = progress_.place(std::max(progress_.next - 1, progress_.line_start));
    return out;
  }

  // A string ends at the last byte taken, a quote; it begins behind the last quote before that one that no
  // backslash escapes.
  document::YamlNode text_node(std::string& value) const {
    document::YamlNode out = node(Kind::kScalar, std::move(value));
    out.quoted = true;
    const char* begin = progress_.next - 1;
    while (begin > progress_.line_start + 1 && !(begin[-1] == '"' && !escaped(begin - 1))) --begin;
    out.at = progress_.place(begin);
    return out;
  }

  bool escaped(const char* byte) const {
    const char* first = byte;
    while (first > progress_.line_start && first[-1] == '\\') --first;
    return (byte - first) % 2 == 1;
  }

  bool open(Kind kind) {
    if (open_.size() >= kMaxDepth) {
      error_at = progress_.place(progress_.next - 1);
      error = "lists and maps are nested too deeply";
      return false;
    }
    open_.push_back({std::make_shared<document::YamlNode>(node(kind)), nullptr});
    return true;
  }

  bool close() {
    const Open done = std::move(open_.back());
    open_.pop_back();
    return add(done.node);
  }

  bool scalar(std::string text) { return add(node(Kind::kScalar, std::move(text))); }
  bool add(document::YamlNode value) { return add(std::make_shared<document::YamlNode>(std::move(value))); }

  bool add(std::shared_ptr<document::YamlNode> value) {
    if (open_.empty()) {
      root = std::move(value);
    } else if (Open& parent = open_.back(); parent.node->is_list()) {
      parent.node->items.push_back(std::move(value));
    } else {
      parent.node->entries.emplace_back(std::exchange(parent.key, nullptr), std::move(value));
    }
    return true;
  }

  std::string_view text_;
  const Progress& progress_;
  std::vector<Open> open_;
};

}  // namespace

util::Result<document::YamlPtr> read_json(std::string_view text, const std::string& name) {
  Progress progress{text.data(), text.data(), 1};
  TreeBuilder tree(text, progress);
  const Cursor begin(text.data(), &progress);
  const Cursor end(text.data() + text.size(), &progress);
  if (nlohmann::json::sax_parse(begin, end, &tree)) return tree.root;
  const std::size_t start = static_cast<std::size_t>(progress.line_start - text.data());
  return util::Diagnostic{util::Severity::kError,
                          name,
                          tree.error_at,
                          tree.error,
                          std::string(text.substr(start, text.find('\n', start) - start)),
                          tree.hint,
                          ""};
}

}  // namespace routemeter::openapi
