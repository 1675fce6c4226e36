// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "model/vocabulary.h"

namespace routemeter::explain {

/// What a reason means, for people; see REASONS in routemeter-rules(5).
constexpr std::string_view meaning_of(model::Reason reason) {
  constexpr std::array<std::string_view, model::kReasonCount> kMeanings = {
      "a request",
      "nothing on the line",
      "neither 'METHOD /path' nor a line of the format; `routemeter doctor` says where it parts from it",
      "a line of the format, but its request is none",
      "the status is no number from 100 to 599",
      "a duration or size that is no number",
      "not a JSON object",
      "without a method, target or status",
      "a server message between access lines",
      "a websocket, which is not measured",
      "a comment",
      "longer than a line may be",
      "not wrapped as the other lines are"};
  return kMeanings[static_cast<std::size_t>(reason)];
}

}  // namespace routemeter::explain
