// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "format/scan/scanner_types.h"
#include "model/request.h"
#include "model/rule_file.h"

namespace routemeter::format {

/// Slots for every Field, the logname and the user, and one for what nobody needs.
inline constexpr std::size_t kTextSlots = static_cast<std::size_t>(model::Field::kCount) + 3;

/// Which field of a text format's scanner feeds which Field.
struct TextSlots {
  /// How the parser finds and reads one Field.
  struct Slot {
    std::uint8_t index = kNoSlot;
    bool list = false;
    model::Unit unit = model::Unit::kSeconds;

    bool used() const { return index != kNoSlot; }
  };

  std::array<Slot, static_cast<std::size_t>(model::Field::kCount)> slots;
  /// Where "$remote_logname $remote_user" stands in the line; kNoSlot when it does not.
  std::uint8_t logname = kNoSlot;
  std::uint8_t user = kNoSlot;

  const Slot& slot(model::Field field) const { return slots[static_cast<std::size_t>(field)]; }
  /// Whether method or target stand for themselves, be it beside a request line.
  bool has_parts() const { return slot(model::Field::kMethod).used() || slot(model::Field::kTarget).used(); }
};

}  // namespace routemeter::format
