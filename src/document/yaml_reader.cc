// SPDX-License-Identifier: Apache-2.0
#include "document/yaml_reader.h"

#include <algorithm>
#include <exception>
#include <istream>
#include <optional>
#include <streambuf>
#include <unordered_map>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "document/yaml_text.h"
#include "util/utf8.h"

namespace routemeter::document {
namespace {

// Aliases may repeat a large part a large number of times; what the file stands for in full is bounded too.
constexpr std::size_t kMaxExpanded = 4'000'000;

// What to do about yaml-cpp's messages, by a part of them.
struct SyntaxHint {
  std::string_view part;
  std::string_view hint;
};
constexpr SyntaxHint kSyntaxHints[] = {
    {"escape character", "in double quotes a '\\' begins an escape; put patterns in single quotes"},
    {"anchor is not defined", "put text that begins with '*' in single quotes"},
    {"flow", "inside {...} and [...] put text with {, }, [, ] or , in single quotes"},
    {"block entry", "begin a list on its own line, each entry with '- '"},
    {"map value",
     "write a blank after the ':' of a key, indent equal keys equally, and put text with ': ' in single "
     "quotes"},
    {"unknown token", "put text that begins with one of % @ ` in single quotes"},
    {"", "put text that begins with one of { [ * & ! | > % @ ` in single quotes"},
};

// Thrown out of an event, because yaml-cpp has no other way to stop.
struct Refused {
  std::size_t offset;
  std::string message;
  std::string hint;
};

// Reads from memory without a copy of it.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // NOLINT: streambuf's get area is never written here
    setg(begin, begin, begin + text.size());
  }
};

// Builds the tree from yaml-cpp's events: its own Node has neither duplicate keys nor the places of aliases.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const YamlText& text, std::size_t max_depth) : text_(text), max_depth_(max_depth) {}

  const YamlPtr& root() const { return root_; }
  /// Where the innermost list or map begins that has not ended.
  std::optional<std::size_t> innermost_open() const {
    if (open_.empty()) return std::nullopt;
    return open_.back().offset;
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (root_ != nullptr) {
      throw Refused{offset_of(mark), "the file has more than one YAML document", "remove the line '---'"};
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(std::make_shared<YamlNode>(node(YamlNode::Kind::kNull, place_of_null(offset_of(mark)))), 1, anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const std::size_t offset = offset_of(mark);
    const bool is_text = tag == "!" || tag == "tag:yaml.org,2002:str";
    if (!is_text && tag != "?" && !tag.empty()) refuse_tag(offset);
    const YamlText::Scalar source = text_.scalar(offset, is_text);
    if (!source.closed) throw Refused{source.begin - 1, "a quote is opened here and never closed", ""};
    YamlNode scalar = node(YamlNode::Kind::kScalar, text_.position(source.begin));
    scalar.quoted = is_text;
    scalar.verbatim = text_.stands_at(source.begin, value);
    scalar.text = value;
    if (!util::utf8_valid(value))
      throw Refused{source.begin, "an escape that is not a Unicode character", ""};
    add(std::make_shared<YamlNode>(std::move(scalar)), 1 + value.size() / 16, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) throw Refused{offset_of(mark), "an alias that contains itself", ""};
    const Anchor target = known->second;
    add(target.node, target.weight, 0);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(YamlNode::Kind::kList, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(YamlNode::Kind::kMap, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    std::shared_ptr<YamlNode> node;
    YamlPtr key;  // map: the key whose value comes next
    YAML::anchor_t anchor = 0;
    std::size_t offset = 0;
    std::size_t weight = 1;
  };
  struct Anchor {
    YamlPtr node;
    std::size_t weight = 0;
  };

  static std::size_t offset_of(const YAML::Mark& mark) {
    return mark.pos < 0 ? 0 : static_cast<std::size_t>(mark.pos);
  }

  static YamlNode node(YamlNode::Kind kind, util::Position at) {
    YamlNode out;
    out.kind = kind;
    out.at = at;
    return out;
  }

  // A value that is not there stands, for yaml-cpp, where the next thing is. Its key or dash is what to show.
  util::Position place_of_null(std::size_t offset) const {
    if (!open_.empty() && !text_.stands_at(offset, "~") && !text_.stands_at(offset, "null")) {
      if (open_.back().key != nullptr) return open_.back().key->at;
      if (open_.back().node->is_list()) return text_.position(text_.last_before(offset, '-'));
    }
    return text_.position(offset);
  }

  [[noreturn]] static void refuse_tag(std::size_t offset) {
    throw Refused{offset, "YAML tags have no meaning here", "put text that begins with '!' in single quotes"};
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    const std::size_t offset = text_.skip_properties(offset_of(mark));
    if (tag != "?" && !tag.empty()) refuse_tag(offset_of(mark));
    if (open_.size() >= max_depth_) throw Refused{offset, "lists and maps are nested too deeply", ""};
    Open frame;
    frame.node = std::make_shared<YamlNode>(node(kind, text_.position(offset)));
    frame.anchor = anchor;
    frame.offset = offset;
    open_.push_back(std::move(frame));
  }

  void close() {
    const Open frame = std::move(open_.back());
    open_.pop_back();
    add(frame.node, frame.weight, frame.anchor);
  }

  void add(YamlPtr child, std::size_t weight, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_[anchor] = Anchor{child, weight};
    if (open_.empty()) {
      root_ = std::move(child);
      return;
    }
    Open& parent = open_.back();
    parent.weight += weight;
    if (parent.weight > kMaxExpanded) throw Refused{parent.offset, "aliases make the file too large", ""};
    if (parent.node->is_list()) {
      parent.node->items.push_back(std::move(child));
    } else if (parent.key == nullptr) {
      parent.key = std::move(child);
    } else {
      parent.node->entries.emplace_back(std::move(parent.key), std::move(child));
      parent.key = nullptr;
    }
  }

  const YamlText& text_;
  std::size_t max_depth_;
  YamlPtr root_;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, Anchor> anchors_;
};

util::Diagnostic syntax_error(const YAML::Exception& e, std::size_t size, const TreeBuilder& tree,
                              const YamlText& text, const util::SourceText& file) {
  auto offset = e.mark.pos < 0 ? std::size_t{0} : static_cast<std::size_t>(e.mark.pos);
  if (offset >= size && tree.innermost_open()) {
    return util::error_at(file, text.position(*tree.innermost_open()),
                          "the file ends inside what begins here", "close it with ']' or '}'");
  }
  const util::Position at = text.position(offset);
  if (text.tab_indented(at)) {
    return util::error_at(file, at, "a tab in the indentation", "YAML indents with blanks");
  }
  const auto* hint = std::find_if(std::begin(kSyntaxHints), std::end(kSyntaxHints), [&](const SyntaxHint& h) {
    return e.msg.find(h.part) != std::string::npos;
  });
  return util::error_at(file, at, "not valid YAML: " + e.msg, std::string(hint->hint));
}

}  // namespace

util::Result<YamlPtr> read_yaml(std::string_view text, util::SourceText& file, std::size_t max_depth) {
  constexpr std::string_view kBom = "\xEF\xBB\xBF";
  if (text.substr(0, kBom.size()) == kBom) text.remove_prefix(kBom.size());
  const YamlText source(text);
  file.lines = source.lines();
  if (const auto bad = source.bad_byte()) {
    return util::error_at(file, source.position(bad->offset), bad->message, bad->hint);
  }
  TreeBuilder tree(source, max_depth);
  try {
    ViewBuffer buffer(text);
    std::istream stream(&buffer);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(tree)) {
    }
  } catch (const Refused& refused) {
    return util::error_at(file, source.position(refused.offset), refused.message, refused.hint);
  } catch (const YAML::Exception& e) {
    return syntax_error(e, text.size(), tree, source, file);
  } catch (const std::exception& e) {
    return util::error_at(file, {}, std::string("not readable as YAML: ") + e.what());
  }
  if (tree.root() != nullptr && tree.root()->is_null()) return YamlPtr();
  return tree.root();
}

}  // namespace routemeter::document
