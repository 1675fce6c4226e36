// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include "input_model.h"

namespace routemeter::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kKept = 5;  // rotated files

std::string gzipped(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  std::string input = text;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string numbered(int n) { return n == 0 ? "log" : "log." + std::to_string(n); }

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

std::string World::new_line() {
  const std::uint64_t number = texts_.size() + 1;
  const std::uint64_t size = input::kFirstRung + random_.below(big_ ? 3000 : 100);
  // No part of a line looks like another part or another line.
  const std::string name = std::to_string(number) + ":";
  std::string text = name;
  for (int i = 0; text.size() < name.size() + size; ++i) text += name + std::to_string(i) + ",";
  text.resize(name.size() + size);
  texts_[number] = text;
  return text + "\n";
}

void World::append(Pen& pen) {
  std::string bytes = pen.rest;
  for (std::uint64_t n = random_.below(5) + 1; n > 0; --n) bytes += new_line();
  const std::size_t cut = random_.below(3) == 0 ? random_.below(bytes.size()) + 1 : bytes.size();
  // Of what is cut off, only the line that is begun will be written.
  std::string rest = bytes.substr(cut);
  bytes.resize(cut);
  if (bytes.back() == '\n') {
    rest.clear();
  } else {
    rest.resize(rest.find('\n') + 1);
  }
  did("append " + std::to_string(bytes.size()) + " to pen " + std::to_string(&pen - pens_.data()) + ", " +
      std::to_string(rest.size()) + " to come");
  write(pen, bytes);
  pen.rest = rest;
}

void World::end_line(Pen& pen) {
  if (pen.rest.empty()) return;
  did("end line of pen " + std::to_string(&pen - pens_.data()));
  write(pen, std::exchange(pen.rest, {}));
}

void World::write(Pen& pen, std::string_view bytes) {
  if (::write(pen.fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) fail("write");
  std::string& content = pen.inode->content;
  const std::size_t at = pen.append ? content.size() : pen.place;
  if (content.size() < at) content.resize(at);
  content.replace(at, bytes.size(), bytes);
  pen.place = at + bytes.size();
}

void World::open_pen(const std::string& name) {
  Pen pen;
  pen.append = !cuts_ || random_.below(4) > 0;
  if (has(name)) {
    pen.append = true;
    close_overwriting(*names_[name]);
  }
  did("open " + name + (pen.append ? "" : " without O_APPEND"));
  pen.fd = ::open(path(name).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | (pen.append ? O_APPEND : 0), 0644);
  if (!has(name)) names_[name] = std::make_shared<Inode>();
  pen.inode = names_[name];
  pens_.push_back(std::move(pen));
}

// Who writes at a place of his own would overwrite what another one writes.
void World::close_overwriting(const Inode& inode) {
  for (std::size_t i = pens_.size(); i-- > 0;) {
    if (pens_[i].inode.get() != &inode || pens_[i].append) continue;
    end_line(pens_[i]);
    ::close(pens_[i].fd);
    pens_.erase(pens_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

// A writer ends; now and then in the middle of a line, when nobody else writes to its file.
void World::retire_pen() {
  if (pens_.size() < 2 && !links_) return;
  if (pens_.empty()) return;
  const std::size_t index = random_.below(pens_.size());
  Pen& pen = pens_[index];
  const bool active = has("log") && names_["log"] == pen.inode;
  if (active || (links_ && index + 1 == pens_.size()) || random_.below(3) > 0) end_line(pen);
  did("close pen " + std::to_string(index));
  if (!pen.rest.empty()) torn_ = true;
  ::close(pen.fd);
  pens_.erase(pens_.begin() + static_cast<std::ptrdiff_t>(index));
}

void World::rename(const std::string& from, const std::string& to) {
  if (has(to)) unlink(to);
  fs::rename(path(from), path(to));
  names_[to] = std::exchange(names_[from], nullptr);
  names_.erase(from);
}

// Lines of a file lose it, or part of it: unless they are elsewhere, they are lost.
void World::destroyed(const Inode& inode, std::size_t from, bool now) {
  for (const std::uint64_t line : lines_of(inode.content, std::max(from, inode.baseline))) {
    const auto has_it = [&](const auto& other) {
      return other.second.get() != &inode && is_ours(other.first) &&
             lines_of(other.second->content, 0).contains(line);
    };
    if (std::any_of(names_.begin(), names_.end(), has_it)) continue;
    // Of what came and went between two looks nothing can be known.
    if (now && inode.known && delivered_[line] == 0) must_flag_ = true;
    if (inode.known_at_save && delivered_at_save_[line] == 0) must_flag_if_crash_.insert(&inode);
  }
}

void World::unlink(const std::string& name) {
  fs::remove(path(name));
  const std::shared_ptr<Inode> inode = names_[name];
  names_.erase(name);
  const auto same = [&](const auto& other) { return other.second == inode; };
  if (std::any_of(names_.begin(), names_.end(), same)) return;
  // We hold it, but could not find it again.
  destroyed(*inode, 0, !inode->held);
  // A file that was copied, truncated, and deleted while nobody looked is like one that was renamed.
  if (inode->was_cut) must_flag_if_crash_.erase(inode.get());
}

void World::shift() {
  for (int n = kKept; n > 0; --n) {
    for (const char* suffix : {"", ".gz"}) {
      const std::string name = numbered(n) + suffix;
      if (!has(name)) continue;
      if (n == kKept) {
        unlink(name);
      } else {
        rename(name, numbered(n + 1) + suffix);
      }
    }
  }
}

void World::rotate() {
  if (!has("log")) return;
  const bool create = random_.below(4) > 0;
  did(create ? "rotate" : "rotate, nothing created");
  shift();
  rename("log", "log.1");
  if (create) open_pen("log");
}

void World::rotate_by_date() {
  if (!has("log")) return;
  did("rotate by date");
  rename("log", "log-" + std::to_string(++date_));
  open_pen("log");
}

void World::link_rotate() {
  if (!has("log")) return;
  did("rotate by hard link");
  shift();
  fs::create_hard_link(path("log"), path("log.1"));
  names_["log.1"] = names_["log"];
  if (random_.below(2) == 0) poll();
  unlink("log");
  open_pen("log");
}

void World::copy_truncate() {
  if (!has("log")) return;
  did("copytruncate");
  shift();
  const std::shared_ptr<Inode> inode = names_["log"];
  const bool slow = random_.below(3) == 0;
  Writer copy(path("log.1"));
  names_["log.1"] = std::make_shared<Inode>();
  if (slow) {
    const std::size_t part = random_.below(inode->content.size() + 1);
    copy.write(std::string_view(inode->content).substr(0, part));
    names_["log.1"]->content = inode->content.substr(0, part);
    poll();
  }
  const std::size_t done = names_["log.1"]->content.size();
  copy.write(std::string_view(inode->content).substr(done));
  names_["log.1"]->content = inode->content;
  if (random_.below(3) == 0) poll();
  if (random_.below(4) == 0) {
    // What is written now is in the log only, and gone with it unless it is read in time.
    for (Pen& pen : pens_) {
      if (pen.inode == inode && random_.below(2) == 0) append(pen);
    }
    if (random_.below(2) == 0) poll();
  }
  torn_ = true;
  destroyed(*inode, 0);
  did("  truncated");
  fs::resize_file(path("log"), 0);
  inode->content.clear();
  inode->baseline = 0;
  inode->was_cut = true;
}

void World::truncate() {
  if (!has("log")) return;
  did("truncate");
  torn_ = true;
  destroyed(*names_["log"], 0);
  fs::resize_file(path("log"), 0);
  names_["log"]->content.clear();
}

void World::rewrite() {
  if (!has("log")) return;
  std::string text;
  for (std::uint64_t n = random_.below(20); n > 0; --n) text += new_line();
  did("rewrite with " + std::to_string(text.size()));
  close_overwriting(*names_["log"]);
  torn_ = true;
  destroyed(*names_["log"], 0);
  write_file(path("log"), text);
  names_["log"]->content = text;
}

void World::shrink() {
  if (!has("log") || names_["log"]->content.size() < 200) return;
  std::string& content = names_["log"]->content;
  const std::size_t size = 100 + random_.below(content.size() - 100);
  did("shrink from " + std::to_string(content.size()) + " to " + std::to_string(size));
  torn_ = true;
  destroyed(*names_["log"], size);
  // What is written behind half a line is one line with it, or its own, by how far it was read.
  poll();
  fs::resize_file(path("log"), size);
  content.resize(size);
  poll();
  save();
  for (Pen& pen : pens_) {
    if (pen.inode == names_["log"] && pen.append && !pen.rest.empty()) pen.rest.clear();
  }
}

void World::remove() {
  if (!has("log")) return;
  did("rm");
  unlink("log");
  if (random_.below(2) == 0) open_pen("log");
}

void World::rename_over() {
  std::string text;
  for (std::uint64_t n = random_.below(5) + 1; n > 0; --n) text += new_line();
  did("rename over, " + std::to_string(text.size()));
  write_file(path("other"), text);
  names_["other"] = std::make_shared<Inode>();
  names_["other"]->content = text;
  rename("other", "log");
  open_pen("log");
}

void World::move_back() {
  if (!has("log")) return;
  did("move away and back");
  rename("log", "other");
  if (random_.below(2) == 0) poll();
  rename("other", "log");
}

void World::compress() {
  std::vector<std::string> rotated;
  for (const auto& [name, inode] : names_) {
    const bool written = std::any_of(pens_.begin(), pens_.end(),
                                     [&wanted = inode](const Pen& pen) { return pen.inode == wanted; });
    if (name != "log" && !inode->gzip && !written) rotated.push_back(name);
  }
  if (rotated.empty()) return;
  const std::string name = rotated[random_.below(rotated.size())];
  did("gzip " + name);
  const std::shared_ptr<Inode> inode = names_[name];
  const std::string bytes = gzipped(inode->content);
  Writer archive(path(name + ".gz"));
  if (random_.below(3) == 0) {
    archive.write(std::string_view(bytes).substr(0, bytes.size() / 2));
    poll();
    archive.write(std::string_view(bytes).substr(bytes.size() / 2));
    if (random_.below(2) == 0) poll();
  } else {
    archive.write(bytes);
  }
  auto& compressed = names_[name + ".gz"];
  compressed = std::make_shared<Inode>(*inode);
  compressed->gzip = true;
  compressed->known = false;
  unlink(name);
}

void World::switch_link() {
  const std::string name = "data" + std::to_string(++date_) + ".log";
  did("link to " + name);
  open_pen(name);
  fs::create_symlink(name, path("next"));
  fs::rename(path("next"), path("log"));
  target_ = name;
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
  if (std::exchange(crashed_, false)) must_flag_ = must_flag_ || !must_flag_if_crash_.empty();
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
  must_flag_if_crash_.clear();
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
