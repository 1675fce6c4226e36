// SPDX-License-Identifier: Apache-2.0
#include "util/json.h"

#include <cmath>

#include "util/fmt.h"
#include "util/utf8.h"
#include "util/words.h"

namespace routemeter::util {
namespace {

// nlohmann's own dump() lets DEL and C1 pass and writes "5.0" where a count is 5.
class JsonText {
 public:
  explicit JsonText(int indent) : indent_(static_cast<std::size_t>(indent)) {}

  void append(const Json& value) {
    if (value.is_structured()) {
      append_structure(value, value.is_object());
    } else if (value.is_string()) {
      out_ += json_string(value.get_ref<const std::string&>());
    } else if (!value.is_number_float()) {
      out_ += value.dump();
    } else if (const double number = value.get<double>(); std::isfinite(number)) {
      append_real(out_, number);
    } else {
      out_ += "null";
    }
  }

  std::string take() { return std::move(out_); }

 private:
  void append_structure(const Json& value, bool object) {
    out_ += object ? '{' : '[';
    ++depth_;
    for (auto item = value.begin(); item != value.end(); ++item) {
      if (item != value.begin()) out_ += ',';
      new_line();
      if (object) out_ += json_string(item.key()) + (indent_ > 0 ? ": " : ":");
      append(*item);
    }
    --depth_;
    if (!value.empty()) new_line();
    out_ += object ? '}' : ']';
  }

  void new_line() {
    if (indent_ == 0) return;
    out_ += '\n';
    out_.append(depth_ * indent_, ' ');
  }

  std::size_t indent_;
  std::size_t depth_ = 0;
  std::string out_;
};

}  // namespace

std::string dump(const Json& value, int indent) {
  JsonText text(indent);
  text.append(value);
  return text.take();
}

std::string json_string(std::string_view text) {
  std::string valid;
  append_utf8_repaired(valid, text);
  std::string out = "\"";
  for (std::size_t i = 0; i < valid.size(); ++i) {
    const auto c = static_cast<unsigned char>(valid[i]);
    if (c == 0xC2 && static_cast<unsigned char>(valid[i + 1]) < 0xA0) {  // C1: a terminal obeys them too
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(valid[++i]));
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += valid[i];
    } else if (c == '\n') {
      out += "\\n";
    } else if (c < 0x20 || c == 0x7F) {
      out += fmt::format("\\u{:04x}", c);
    } else {
      out += valid[i];
    }
  }
  return out + '"';
}

}  // namespace routemeter::util
