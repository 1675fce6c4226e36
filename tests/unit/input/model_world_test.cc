// SPDX-License-Identifier: Apache-2.0
// What the model does to the follower, and what has to come out of it.
#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "unit/input/model.h"

namespace routemeter::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

}  // namespace

World::World(std::uint64_t seed, const std::string& root, MakeSubject make)
    : random_(seed), make_(std::move(make)) {
  std::string name = root + "/routemeter-model-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
  directory_ = name;
  links_ = random_.below(6) == 0;
  cuts_ = random_.below(2) == 0;
  big_ = random_.below(3) == 0;
}

World::~World() {
  for (const Pen& pen : pens_) ::close(pen.fd);
  fs::remove_all(directory_);
}

void World::fail(const std::string& what) {
  if (!failure_.empty()) return;
  failure_ = what + "\n" + history_;
  for (const auto& [name, inode] : names_) {
    failure_ += name + ", " + std::to_string(inode->content.size()) + " bytes, lines:";
    for (const std::uint64_t line : lines_of(inode->content, 0)) failure_ += " " + std::to_string(line);
    failure_ += "\n";
  }
}

std::string World::run(int steps) {
  constexpr const char* kPatterns[] = {"log", "log", "log", "lo[g]", "log*"};
  const std::string pattern = links_ ? "log" : kPatterns[random_.below(5)];
  did("log " + pattern + (links_ ? " link" : "") + (cuts_ ? " cuts" : "") + (big_ ? " big" : ""));
  const MakeSubject make = make_;
  make_ = [this, make, pattern](const std::string&) { return make(path(pattern)); };
  // What is there before us.
  if (links_) {
    switch_link();
  } else if (random_.below(3) > 0) {
    open_pen("log");
    append(pens_.back());
    if (random_.below(2) == 0) rotate();
    // To a pattern, a rotation without what it is a rotation of is a log.
    if (!has("log")) open_pen("log");
  }
  subject_ = make_(path(pattern));
  subject_->look(now_);
  for (auto& [name, inode] : names_) {
    inode->held = is_ours(name);
    // Rotated files are none of ours; the log itself is read from its start.
    if (name == "log" || name == target_) continue;
    inode->old = true;
    inode->held = false;
    const std::size_t newline = inode->content.rfind('\n');
    inode->baseline = newline == std::string::npos ? 0 : newline + 1;
    for (const std::uint64_t line : lines_of(inode->content, 0)) before_.insert(line);
  }
  save();
  for (int i = 0; i < steps && failure_.empty(); ++i) step();
  for (Pen& pen : pens_) end_line(pen);
  for (int i = 0; i < 4 && failure_.empty(); ++i) {
    now_ += seconds(2);
    poll();
  }
  input::FollowStats stats = subject_->stats();
  std::uint64_t losses = 0;
  for (const std::uint64_t count : stats.loss_suspected) losses += count;
  std::uint64_t missing = 0;
  for (const auto& [line, text] : texts_) missing += delivered_[line] == 0 && !before_.contains(line) ? 1 : 0;
  if (must_flag_ && losses == 0 && missing > 0) {
    for (const auto& [line, text] : texts_) {
      if (delivered_[line] == 0 && !before_.contains(line)) did("missing " + std::to_string(line));
    }
    fail("lines were lost, and nothing says so");
  }
  if (!torn_ && odd_ > stats.unterminated_lines) fail("lines were torn");
  return failure_;
}

void World::step() {
  const std::uint64_t what = random_.below(100);
  if (pens_.empty() && !links_ && what < 60) {
    if (has("log")) {
      open_pen("log");
    } else if (what < 40) {
      open_pen("log");
    }
  }
  if (what < 30) {
    if (!pens_.empty())
      append(pens_[pens_.size() - 1 - random_.below(std::min<std::size_t>(pens_.size(), 3))]);
  } else if (what < 38) {
    if (!pens_.empty()) end_line(pens_[random_.below(pens_.size())]);
  } else if (what < 54) {
    poll();
  } else if (what < 60) {
    look();
    drain(false);
  } else if (what < 64) {
    save();
  } else if (what < 67) {
    crash();
  } else if (what < 70) {
    pause();
  } else if (what < 73) {
    retire_pen();
  } else if (links_) {
    if (what < 85) switch_link();
  } else if (what < 80) {
    rotate();
  } else if (what < 83) {
    rotate_by_date();
  } else if (what < 85) {
    link_rotate();
  } else if (what < 88) {
    compress();
  } else if (what < 90) {
    remove();
  } else if (what < 91) {
    rename_over();
  } else if (what < 92) {
    move_back();
  } else if (cuts_) {
    if (what < 96) {
      copy_truncate();
    } else if (what < 98) {
      truncate();
    } else if (what < 99) {
      rewrite();
    } else {
      shrink();
    }
  }
}

bool World::is_ours(const std::string& name) const {
  if (links_) return name == target_;
  return name.starts_with("log");
}

void World::look() {
  for (auto& [name, inode] : names_) {
    if (!is_ours(name)) continue;
    inode->held = !inode->old;
  }
  if (std::exchange(crashed_, false)) must_flag_soon_ = must_flag_if_crash_;
  must_flag_ = must_flag_ || !must_flag_soon_.empty();
  must_flag_soon_.clear();
  subject_->look(now_);
}

void World::take(const input::Block& block) {
  std::string_view text = block.text;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    const std::string_view line = text.substr(0, newline);
    text.remove_prefix(newline + 1);
    std::uint64_t number = 0;
    std::from_chars(line.data(), line.data() + line.size(), number);
    const auto known = texts_.find(number);
    if (known == texts_.end() || known->second != line) {
      ++odd_;
    } else if (++delivered_[number] > 1) {
      fail("line " + std::to_string(number) + " came twice");
    } else if (before_.contains(number)) {
      fail("line " + std::to_string(number) + " is older than we are");
    }
  }
}

void World::drain(bool all) {
  input::Block block;
  while (all || random_.below(3) > 0) {
    if (!subject_->next(block)) return;
    if (random_.below(8) == 0 && !all) {
      did("  given back");
      subject_->unread();
      return;
    }
    take(block);
  }
}

void World::poll() {
  did("poll");
  look();
  drain(true);
  for (auto& [name, inode] : names_)
    inode->known = inode->known || (inode->held && inode->content.find('\n') != std::string::npos);
  check();
}

// After everything was looked at and read: each whole line that is in some file has come.
void World::check() {
  std::set<const Inode*> seen;
  const auto all_came = [&](const Inode& inode, const std::string& where) {
    if (!seen.insert(&inode).second) return;
    for (const std::uint64_t line : lines_of(inode.content, inode.baseline)) {
      if (before_.contains(line) || delivered_[line] == 1) continue;
      fail("line " + std::to_string(line) + " in " + where + " did not come");
    }
  };
  for (const auto& [name, inode] : names_) {
    if (is_ours(name) || (links_ && inode->held)) all_came(*inode, name);
  }
  for (const Pen& pen : pens_) {
    if (pen.inode->held) all_came(*pen.inode, "a file that is held");
  }
}

std::set<std::uint64_t> World::lines_of(const std::string& content, std::size_t from) const {
  std::set<std::uint64_t> out;
  std::string_view text = std::string_view(content).substr(std::min(from, content.size()));
  for (std::size_t newline = text.find('\n'); newline != std::string_view::npos; newline = text.find('\n')) {
    std::string_view line = text.substr(0, newline);
    text.remove_prefix(newline + 1);
    line.remove_prefix(std::min(line.find_first_not_of('\0'), line.size()));
    std::uint64_t number = 0;
    std::from_chars(line.data(), line.data() + line.size(), number);
    const auto known = texts_.find(number);
    if (known != texts_.end() && known->second == line) out.insert(number);
  }
  return out;
}

void World::pause() {
  const std::uint64_t long_one = random_.below(10);
  did("pause");
  if (long_one > 0) {
    now_ += milliseconds(random_.below(3000));
    return;
  }
  // Longer than we wait for old writers: they end before.
  poll();
  for (Pen& pen : pens_) end_line(pen);
  std::erase_if(pens_, [&](const Pen& pen) {
    if (has("log") ? pen.inode == names_["log"] : &pen == &pens_.back()) return false;
    ::close(pen.fd);
    return true;
  });
  poll();
  now_ += std::chrono::minutes(11);
  poll();
  // Who writes to a deleted file even later is not heard.
  for (Pen& pen : pens_) {
    const auto named = [&](const auto& each) { return each.second == pen.inode; };
    if (std::none_of(names_.begin(), names_.end(), named)) pen.inode->held = false;
  }
}

void World::save() {
  did("save");
  state_ = subject_->save();
  delivered_at_save_ = delivered_;
  odd_at_save_ = odd_;
  must_flag_at_save_ = must_flag_;
  must_flag_if_crash_ = must_flag_soon_;
  const auto mark = [](Inode& inode) {
    inode.saved = inode.held;
    inode.known_at_save = inode.known;
  };
  for (auto& [name, inode] : names_) mark(*inode);
  for (Pen& pen : pens_) mark(*pen.inode);
}

void World::crash() {
  did("crash");
  ++crashes_;
  delivered_ = delivered_at_save_;
  odd_ = odd_at_save_;
  must_flag_ = must_flag_at_save_;
  must_flag_soon_.clear();
  crashed_ = true;
  subject_ = make_({});
  if (!subject_->restore(state_)) fail("the state cannot be read");
  // What has no name now cannot be found again; what was saved with one is looked for there.
  std::set<const Inode*> named;
  for (auto& [name, inode] : names_) {
    inode->held = links_ && inode->saved;
    inode->known = inode->known_at_save;
    named.insert(inode.get());
  }
  for (Pen& pen : pens_) {
    if (named.contains(pen.inode.get())) continue;
    pen.inode->held = false;
    pen.inode->known = false;
  }
}

}  // namespace routemeter::test
