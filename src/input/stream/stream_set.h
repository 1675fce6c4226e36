// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "input/read/block.h"
#include "input/stream/stream_source.h"

namespace routemeter::input {

/// Streams taking turns, with the last block of each to give back.
class StreamSet {
 public:
  /// `source`: what next() calls the stream.
  void add(std::size_t source, std::unique_ptr<StreamSource> stream);

  /// A new round: each stream may give a few blocks until the next one, so that one that never pauses does
  /// not keep the caller.
  void look();
  bool next(Block& block, std::size_t& source);
  /// False: not a stream.
  bool unread(std::size_t source);
  /// What was given back.
  std::string head(std::size_t source) const;

  const StreamSource* find(std::size_t source) const;
  std::vector<std::size_t> sources() const;
  std::vector<std::string> take_messages();

 private:
  struct Stream {
    std::size_t source;
    std::unique_ptr<StreamSource> stream;
    std::string last;  // text of the last block: it comes only once
    std::uint64_t last_too_long = 0;
    bool given_back = false;
    bool held = false;
    int blocks = 0;  // in this round
  };

  bool read(Stream& stream, Block& block);

  std::vector<Stream> streams_;
  std::size_t turn_ = 0;
};

}  // namespace routemeter::input
