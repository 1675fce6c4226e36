// SPDX-License-Identifier: Apache-2.0
// What the model does to files.
#include <algorithm>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include "unit/input/model.h"

namespace routemeter::test {
namespace {

namespace fs = std::filesystem;

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
    if (now && inode.known && delivered_[line] == 0) must_flag_soon_.insert(&inode);
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
  if (!inode->was_cut) return;
  must_flag_if_crash_.erase(inode.get());
  if (!inode->held) must_flag_soon_.erase(inode.get());
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

}  // namespace routemeter::test
