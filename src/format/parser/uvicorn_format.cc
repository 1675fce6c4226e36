// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstring>

#include "format/contract/batch.h"
#include "format/parser/own_parsers.h"
#include "format/scan/indexed_scanner.h"
#include "format/value/fast_numbers.h"
#include "format/value/prefix_walk.h"
#include "format/value/request_line.h"
#include "util/ascii.h"
#include "util/bytes.h"
#include "util/fmt.h"

namespace routemeter::format {
namespace {

using model::Reason;

/// The bytes between a client and its request.
constexpr std::string_view kAfterClient = " - \"";
constexpr std::string_view kUsualPrefix = "INFO:     ";
constexpr std::string_view kWebsocketMethod = "WebSocket";

enum ByteClass : std::uint8_t { kHostByte = 1, kPhraseByte = 2 };

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  const auto add = [&classes](std::string_view bytes, std::uint8_t what) {
    for (const char c : bytes) classes[static_cast<unsigned char>(c)] |= what;
  };
  for (char c = 'a'; c <= 'z'; ++c) add(std::string_view(&c, 1), kHostByte | kPhraseByte);
  for (char c = 'A'; c <= 'Z'; ++c) add(std::string_view(&c, 1), kHostByte | kPhraseByte);
  for (char c = '0'; c <= '9'; ++c) add(std::string_view(&c, 1), kHostByte);
  add(".:_%-", kHostByte);
  // Python's http.HTTPStatus has "I'm a Teapot" and "Multi-Status".
  add(" '-", kPhraseByte);
  return classes;
}

constexpr std::array<std::uint8_t, 256> kClasses = make_classes();

bool all_of(std::string_view text, ByteClass what) noexcept {
  std::uint8_t common = what;
  for (const char c : text) common &= kClasses[static_cast<unsigned char>(c)];
  return common != 0;
}

/// "127.0.0.1:5000", "::1:5000", "[::1]:5000", or nothing (a Unix socket). The host may come from
/// X-Forwarded-For, so whatever is not a host ends the parse: the client wrote it.
bool is_client(std::string_view client) noexcept {
  if (client.empty()) return true;
  std::size_t port = client.size();
  while (port > 0 && util::is_digit(client[port - 1])) --port;
  const std::size_t digits = client.size() - port;
  if (digits == 0 || digits > 5 || port < 2 || client[port - 1] != ':') return false;
  const char* host = client.data();
  std::size_t size = port - 1;
  if (size > 2 && host[0] == '[' && host[size - 1] == ']') {
    ++host;
    size -= 2;
  }
  return all_of({host, size}, kHostByte);
}

/// A websocket line has the address as Python prints a tuple: ('127.0.0.1', 36110), or None.
std::size_t tuple_length(std::string_view text) noexcept {
  if (text.substr(0, 4) == "None") return 4;
  if (text.substr(0, 2) != "('") return 0;
  const std::size_t end = text.find(')');
  return end == std::string_view::npos ? 0 : end + 1;
}

/// Reads the bytes behind the request's closing quote: blank, status, maybe blank and phrase, with colours.
Reason parse_tail(std::string_view tail, std::uint16_t& status) noexcept {
  if (tail.size() < 4 || tail[0] != ' ') return Reason::kNoMatch;
  tail.remove_prefix(1);
  if (tail[0] == '\x1b') {
    tail.remove_prefix(ansi_colour_length(tail));
    const std::size_t reset = tail.rfind('\x1b');
    if (reset != std::string_view::npos && reset + ansi_colour_length(tail.substr(reset)) == tail.size()) {
      tail = tail.substr(0, reset);
    }
  }
  if (tail.size() < 3 || !util::is_digit(tail[0]) || !util::is_digit(tail[1]) || !util::is_digit(tail[2])) {
    return Reason::kNoMatch;
  }
  if (tail.size() > 3 && (tail[3] != ' ' || !all_of(tail.substr(4), kPhraseByte))) return Reason::kNoMatch;
  return parse_status(tail.substr(0, 3), status) ? Reason::kNone : Reason::kBadStatus;
}

/// uvicorn quotes the path and refuses blanks in the query, so the target holds none: a line with more
/// blanks was forged. Its path is quoted whole ("http%3A//host/", "%2A"), so any text may be a target here.
Reason split_request(std::string_view text, model::Request& out) noexcept {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* const first = util::find_any(begin, begin, end, ' ');
  if (first == end) return Reason::kBadRequest;
  const char* const second = util::find_any(begin, first + 1, end, ' ');
  if (second == end) return split_request_line(text, out);
  out.set_method(std::string_view(begin, static_cast<std::size_t>(first - begin)));
  out.target = std::string_view(first + 1, static_cast<std::size_t>(second - first - 1));
  const std::string_view protocol(second + 1, static_cast<std::size_t>(end - second - 1));
  const bool good = !out.target.empty() && is_method(out.method) && is_protocol(protocol);
  return good ? Reason::kNone : Reason::kBadRequest;
}

bool is_websocket(std::string_view request) noexcept {
  return request.substr(0, kWebsocketMethod.size() + 1) == "WebSocket " &&
         request.find(" HTTP/") == std::string_view::npos;
}

/// The line without its prefix: client, request, status. kNotAccess when it does not even begin like that.
Reason parse_record(std::string_view line, model::Request& out) noexcept {
  const char* const begin = line.data();
  const char* const end = begin + line.size();
  const std::size_t tuple = line.empty() || (line[0] != '(' && line[0] != 'N') ? 0 : tuple_length(line);
  const std::size_t client =
      tuple != 0 ? tuple : static_cast<std::size_t>(util::find_any(begin, begin, end, ' ') - begin);
  if (line.size() < client + kAfterClient.size() ||
      std::memcmp(begin + client, kAfterClient.data(), kAfterClient.size()) != 0) {
    return Reason::kNotAccess;
  }
  if (tuple == 0 && !is_client(line.substr(0, client))) return Reason::kNotAccess;

  // From the last quote: the query may hold quotes, the phrase holds none.
  std::string_view rest = line.substr(client + kAfterClient.size());
  const void* const quote = memrchr(rest.data(), '"', rest.size());
  if (quote == nullptr) return Reason::kNoMatch;
  const auto length = static_cast<std::size_t>(static_cast<const char*>(quote) - rest.data());
  const std::string_view tail = rest.substr(length + 1);
  std::string_view request = rest.substr(0, length);
  if (!request.empty() && request[0] == '\x1b') {
    request.remove_prefix(ansi_colour_length(request));
    constexpr std::string_view kReset = "\x1b[0m";
    if (request.size() >= kReset.size() && request.substr(request.size() - kReset.size()) == kReset) {
      request.remove_suffix(kReset.size());
    }
  }
  if (is_websocket(request)) {
    std::uint16_t status = 0;
    const bool whole = tail == " [accepted]" || parse_tail(tail, status) != Reason::kNoMatch;
    return whole ? Reason::kWebsocket : Reason::kNoMatch;
  }
  if (tuple != 0) return Reason::kNotAccess;
  const Reason status = parse_tail(tail, out.status);
  return status == Reason::kNone ? split_request(request, out) : status;
}

/// Reads uvicorn's access log lines, whatever stands before them and with colours or without.
class UvicornParser final : public Parser {
 public:
  UvicornParser() : usual_(BlockIndex::Kind::kText, IndexedScanner::Ends::kBeforeLineEnd) {
    usual_.add_literal(kUsualPrefix);
    usual_.add_field(FieldClass::kToken, 0);
    usual_.add_literal(kAfterClient);
    usual_.add_field(FieldClass::kText, 1);
    usual_.add_literal("\" ");
    usual_.add_field(FieldClass::kToken, 2);
    usual_.add_literal(" ");
    usual_.finish();
  }

  Reason parse(std::string_view line, model::Request& out) noexcept override {
    if (line.empty()) return Reason::kEmpty;
    clear(out);
    const bool usual = line.size() > kUsualPrefix.size() &&
                       std::memcmp(line.data(), kUsualPrefix.data(), kUsualPrefix.size()) == 0;
    return parse_record(line.substr(usual ? kUsualPrefix.size() : uvicorn_prefix_length(line)), out);
  }

  void parse(Batch& batch) noexcept override {
    batch.clear();
    while (batch.has_more() && !batch.is_full()) {
      if (!parse_by_index(batch) && !parse_next(batch)) return;
    }
  }

 private:
  bool parse_by_index(Batch& batch) noexcept;

  IndexedScanner usual_;  ///< up to the blank behind the status
};

/// The next line, when it is as uvicorn writes it itself, with a status and its phrase.
bool UvicornParser::parse_by_index(Batch& batch) noexcept {
  if (!usual_.usable()) return false;
  // The phrase has some words, each with a blank before it.
  constexpr std::size_t kWords = 4;
  const std::size_t known = usual_.places();
  const std::uint16_t* const places =
      batch.places(BlockIndex::Kind::kText, known + kWords, IndexedScanner::kBehind);
  FieldOffsets::Found points;
  const char* const base = batch.index().base();
  if (places == nullptr || !usual_.scan(base, places, points)) return false;
  std::size_t count = known + 1;
  while (count < known + kWords && base[places[count]] == ' ') ++count;
  if (base[places[count]] != '\n') return false;
  const auto text = [&](std::uint8_t slot) {
    return IndexedScanner::text(usual_.point_of(slot), base, points);
  };
  const char* const line = batch.rest().data();
  const std::string_view phrase(base + places[known] + 1,
                                static_cast<std::size_t>(places[count] - places[known] - 1));
  model::Request& out = batch.next_line().request;
  clear(out);
  out.readable_end = base + places[count];
  // A target without a blank: for it both ways of splitting a request line agree.
  if (!is_client(text(0)) || !all_of(phrase, kPhraseByte) || !fast_status(text(2), line, out.status) ||
      !split_fast_request_line(text(1), out) || out.target.find(' ') != std::string_view::npos) {
    return false;
  }
  batch.keep(places, count);
  return true;
}

class UvicornFormat final : public Format {
 public:
  UvicornFormat() {
    name_ = "uvicorn";
    writer_ = Writer::kUvicorn;
    for (const auto field : {model::Field::kRequest, model::Field::kMethod, model::Field::kTarget,
                             model::Field::kProtocol, model::Field::kStatus}) {
      available_.add(field);
    }
  }
  std::unique_ptr<Parser> make_parser() const override { return std::make_unique<UvicornParser>(); }

  std::optional<Mismatch> explain(std::string_view line) const override {
    model::Request request;
    const Reason reason = UvicornParser().parse(line, request);
    if (reason == Reason::kNone) return std::nullopt;
    const std::size_t first = line.find(kAfterClient);
    const std::size_t last = line.rfind('"');
    if (first == std::string_view::npos || last < first + kAfterClient.size()) {
      return Mismatch{std::string(line), uvicorn_prefix_length(line),
                      "an access line: 127.0.0.1:5000 - \"GET / HTTP/1.1\" 200"};
    }
    if (reason == Reason::kBadRequest) {
      return Mismatch{std::string(line), first + kAfterClient.size(), "a request such as GET / HTTP/1.1"};
    }
    return Mismatch{std::string(line), last + 1, "a blank and the status, maybe with its phrase"};
  }
};

}  // namespace

util::Result<FormatPtr> make_uvicorn(const model::FormatSpec& spec,
                                     const model::CaptureRegexFactory& /*regex*/) {
  util::Diagnostics errors;
  for (const auto& [field, source] : spec.fields) {
    errors.push_back(field_error(spec, source, fmt::format("format uvicorn has no field '{}'", source.name),
                                 "uvicorn logs the request line and the status only; for durations and sizes "
                                 "log JSON, or read the log of the proxy in front"));
  }
  if (!errors.empty()) return errors;
  return FormatPtr(std::make_shared<UvicornFormat>());
}

bool is_uvicorn_message(std::string_view line) noexcept {
  const std::string_view message = line.substr(uvicorn_prefix_length(line));
  for (const std::string_view known :
       {"Started server process [", "Started reloader process [", "Started parent process [",
        "Waiting for application startup.", "Application startup complete.", "Uvicorn running on ",
        "Starting gunicorn ", "Booting worker with pid", "Will watch for changes in these directories"}) {
    if (message.substr(0, known.size()) == known) return true;
  }
  return false;
}

}  // namespace routemeter::format
