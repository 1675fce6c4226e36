// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "format/contract/format_factory.h"
#include "format/text/text_formats.h"
#include "model/vocabulary.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::format {
namespace {

constexpr std::string_view kDirective = "log_format";
constexpr std::string_view kEscape = "escape=";
constexpr std::string_view kBlanks = " \t\r\n";

/// One word of nginx's configuration language, quotes and escapes undone.
struct Word : SpecString {
  std::size_t offset = 0;
};

/// Reads words as ngx_conf_read_token does, up to ';' or the end of the text.
class Words {
 public:
  explicit Words(const model::FormatSpec& spec) : spec_(spec), text_(spec.text) {}

  util::Result<std::vector<Word>> read() {
    std::vector<Word> out;
    while (true) {
      skip_blanks();
      if (at_ == text_.size()) return out;
      if (text_[at_] == ';') break;
      Word& word = out.emplace_back();
      word.offset = at_;
      const char quote = text_[at_];
      if (quote == '\'' || quote == '"') {
        ++at_;
        while (at_ < text_.size() && text_[at_] != quote) take_byte(word);
        if (at_++ == text_.size()) {
          return spec_error(spec_, word.offset, "this quote is never closed",
                            "paste the directive up to its ';'");
        }
      } else {
        while (at_ < text_.size() && !util::is_space(text_[at_]) && text_[at_] != ';') take_byte(word);
      }
    }
    ++at_;
    skip_blanks();
    if (at_ != text_.size()) {
      return spec_error(spec_, at_, "text after the ';' of log_format", "paste one directive only");
    }
    return out;
  }

 private:
  /// And comments.
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == '#' || util::is_space(text_[at_]))) {
      at_ = text_[at_] == '#' ? std::min(text_.find('\n', at_), text_.size()) : at_ + 1;
    }
  }

  void take_byte(Word& word) {
    constexpr std::string_view kEscaped = "\"'\\trn";
    constexpr std::string_view kMeant = "\"'\\\t\r\n";
    const std::size_t from = at_;
    char c = text_[at_++];
    const bool escape = c == '\\' && at_ < text_.size();
    if (const std::size_t which = escape ? kEscaped.find(text_[at_]) : kEscaped.npos;
        which != kEscaped.npos) {
      c = kMeant[which];
      ++at_;
    }
    word.append(c, from);
  }

  const model::FormatSpec& spec_;
  const std::string& text_;
  std::size_t at_ = 0;
};

bool is_escape(std::string_view word) { return word.substr(0, kEscape.size()) == kEscape; }

/// Of the word "escape=...".
util::Result<model::Escape> read_escape(const model::FormatSpec& spec, std::string_view word,
                                        std::size_t offset) {
  const std::string_view value = word.substr(kEscape.size());
  const auto found = std::find(model::kEscapeNames.begin(), model::kEscapeNames.end(), value);
  if (found != model::kEscapeNames.end()) {
    return static_cast<model::Escape>(found - model::kEscapeNames.begin());
  }
  return spec_error(spec, offset, fmt::format("unknown escape \"{}\"", value),
                    "nginx knows escape=default, escape=json and escape=none");
}

util::Result<NginxString> read_directive(const model::FormatSpec& spec) {
  util::Result<std::vector<Word>> words = Words(spec).read();
  if (!words) return words.errors();
  NginxString out;
  if (words->size() < 2 || (*words)[1].text.find('$') != std::string::npos) {
    return spec_error(spec, kDirective.size(), "log_format without a name",
                      "write it as in nginx.conf: log_format NAME '...';");
  }
  std::size_t index = 2;
  if (index < words->size() && is_escape((*words)[index].text)) {
    const Word& word = (*words)[index++];
    auto escape = read_escape(spec, word.text, word.offset);
    if (!escape) return escape.errors();
    out.escape = *escape;
  }
  for (; index < words->size(); ++index) out.append((*words)[index]);
  return out;
}

}  // namespace

util::Result<NginxString> read_nginx_string(const model::FormatSpec& spec) {
  const std::string_view text = spec.text;
  const std::size_t begin = std::min(text.find_first_not_of(kBlanks), text.size());
  const std::size_t end = std::min(text.find_first_of(kBlanks, begin), text.size());
  const std::string_view word = text.substr(begin, end - begin);
  if (word == kDirective && end != text.size()) return read_directive(spec);
  if (!is_escape(word)) return NginxString{read_bare_string(spec), std::nullopt};
  auto escape = read_escape(spec, word, begin);
  if (!escape) return escape.errors();
  return NginxString{read_bare_string(spec, text.find_first_not_of(kBlanks, end)), *escape};
}

}  // namespace routemeter::format
