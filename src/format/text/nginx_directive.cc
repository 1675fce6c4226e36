// SPDX-License-Identifier: Apache-2.0
#include "format/contract/format_factory.h"
#include "format/text/text_formats.h"
#include "model/vocabulary.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::format {
namespace {

/// One word of nginx's configuration language, quotes and escapes undone.
struct Word {
  std::string text;
  std::vector<std::size_t> offsets;
  std::size_t offset = 0;
  bool quoted = false;
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
      Word word;
      word.offset = at_;
      const char quote = text_[at_];
      if (quote == '\'' || quote == '"') {
        if (!read_quoted(quote, word)) {
          return spec_error(spec_, word.offset, "this quote is never closed",
                            "paste the directive up to its ';'");
        }
      } else {
        read_bare(word);
      }
      out.push_back(std::move(word));
    }
    ++at_;
    skip_blanks();
    if (at_ != text_.size()) {
      return spec_error(spec_, at_, "text after the ';' of log_format", "paste one directive only");
    }
    return out;
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size()) {
      if (text_[at_] == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (util::is_space(text_[at_])) {
        ++at_;
      } else {
        return;
      }
    }
  }

  bool read_quoted(char quote, Word& word) {
    word.quoted = true;
    ++at_;
    while (at_ < text_.size() && text_[at_] != quote) take_byte(word);
    return at_++ < text_.size();
  }

  void read_bare(Word& word) {
    while (at_ < text_.size() && !util::is_space(text_[at_]) && text_[at_] != ';') take_byte(word);
  }

  void take_byte(Word& word) {
    const std::size_t from = at_;
    char c = text_[at_++];
    if (c == '\\' && at_ < text_.size()) {
      switch (text_[at_]) {
        case '"':
        case '\'':
        case '\\':
          c = text_[at_++];
          break;
        case 't':
          c = '\t';
          ++at_;
          break;
        case 'r':
          c = '\r';
          ++at_;
          break;
        case 'n':
          c = '\n';
          ++at_;
          break;
        default:
          break;
      }
    }
    word.text.push_back(c);
    word.offsets.push_back(from);
  }

  const model::FormatSpec& spec_;
  const std::string& text_;
  std::size_t at_ = 0;
};

util::Result<model::Escape> read_escape(const model::FormatSpec& spec, std::string_view value,
                                        std::size_t offset) {
  const auto found = std::find(model::kEscapeNames.begin(), model::kEscapeNames.end(), value);
  if (found != model::kEscapeNames.end()) {
    return static_cast<model::Escape>(found - model::kEscapeNames.begin());
  }
  return spec_error(spec, offset, fmt::format("unknown escape \"{}\"", value),
                    "nginx knows escape=default, escape=json and escape=none");
}

constexpr std::string_view kDirective = "log_format";
constexpr std::string_view kEscape = "escape=";

util::Result<NginxString> read_directive(const model::FormatSpec& spec) {
  util::Result<std::vector<Word>> words = Words(spec).read();
  if (!words) return words.errors();
  NginxString out;
  if (words->size() < 2 || (*words)[1].text.find('$') != std::string::npos) {
    return spec_error(spec, kDirective.size(), "log_format without a name",
                      "write it as in nginx.conf: log_format NAME '...';");
  }
  std::size_t index = 2;
  if (index < words->size() && (*words)[index].text.substr(0, kEscape.size()) == kEscape) {
    const Word& word = (*words)[index++];
    auto escape = read_escape(spec, std::string_view(word.text).substr(kEscape.size()), word.offset);
    if (!escape) return escape.errors();
    out.escape = *escape;
  }
  for (; index < words->size(); ++index) {
    const Word& word = (*words)[index];
    out.text += word.text;
    out.offsets.insert(out.offsets.end(), word.offsets.begin(), word.offsets.end());
  }
  return out;
}

}  // namespace

util::Result<NginxString> read_nginx_string(const model::FormatSpec& spec) {
  const std::string_view text = spec.text;
  std::size_t begin = 0;
  while (begin < text.size() && util::is_space(text[begin])) ++begin;
  if (text.substr(begin, kDirective.size()) == kDirective && begin + kDirective.size() < text.size() &&
      util::is_space(text[begin + kDirective.size()])) {
    return read_directive(spec);
  }
  NginxString out;
  if (text.substr(begin, kEscape.size()) == kEscape) {
    std::size_t end = begin;
    while (end < text.size() && !util::is_space(text[end])) ++end;
    auto escape = read_escape(spec, text.substr(begin + kEscape.size(), end - begin - kEscape.size()), begin);
    if (!escape) return escape.errors();
    out.escape = *escape;
    begin = end;
    while (begin < text.size() && util::is_space(text[begin])) ++begin;
  } else {
    begin = 0;
  }
  // A YAML block scalar ends in a newline that no log line has.
  std::size_t end = text.size();
  while (end > begin && (text[end - 1] == '\n' || text[end - 1] == '\r')) --end;
  for (std::size_t i = begin; i < end; ++i) {
    out.text.push_back(text[i]);
    out.offsets.push_back(i);
  }
  return out;
}

}  // namespace routemeter::format
