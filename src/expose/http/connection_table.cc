// SPDX-License-Identifier: Apache-2.0
#include "expose/http/connection_table.h"

#include <algorithm>

namespace routemeter::expose {

Connection* ConnectionTable::add(int fd, Clock::time_point now) {
  List& heads = list(Phase::kHead);
  heads.emplace_back();
  Entry& entry = heads.back();
  entry.fd = fd;
  entry.since = now;
  entry.self = std::prev(heads.end());
  ++live_;
  return &entry;
}

void ConnectionTable::enter(Connection* connection, Phase phase, Clock::time_point now) {
  auto* const entry = static_cast<Entry*>(connection);
  if (entry->phase == Phase::kCut) return;
  if (phase == Phase::kCut) --live_;
  List& to = list(phase);
  to.splice(to.end(), list(entry->phase), entry->self);
  entry->phase = phase;
  entry->since = now;
}

void ConnectionTable::remove(Connection* connection) {
  auto* const entry = static_cast<Entry*>(connection);
  if (entry->phase != Phase::kCut) --live_;
  list(entry->phase).erase(entry->self);
}

Connection* ConnectionTable::overdue(Clock::time_point now) {
  for (const Phase phase : kTimed) {
    List& all = list(phase);
    if (!all.empty() && now - all.front().since >= time(phase)) return &all.front();
  }
  return nullptr;
}

std::optional<ConnectionTable::Clock::time_point> ConnectionTable::next_deadline() const {
  std::optional<Clock::time_point> next;
  for (const Phase phase : kTimed) {
    if (list(phase).empty()) continue;
    const Clock::time_point at = list(phase).front().since + time(phase);
    next = std::min(next.value_or(at), at);
  }
  return next;
}

Connection* ConnectionTable::most_dispensable() {
  List& heads = list(Phase::kHead);
  List& idle = list(Phase::kIdle);
  if (!heads.empty() && (idle.empty() || heads.front().since <= idle.front().since)) return &heads.front();
  if (!idle.empty()) return &idle.front();
  List& answering = list(Phase::kAnswering);
  return answering.empty() ? nullptr : &answering.front();
}

}  // namespace routemeter::expose
