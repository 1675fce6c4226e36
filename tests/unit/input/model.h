// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "input/follow/file_set.h"
#include "unit/input/support.h"

namespace routemeter::test {

/// What the model drives: the follower, or one that is wrong on purpose.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual void look(input::Clock::time_point now) = 0;
  virtual bool next(input::Block& block) = 0;
  virtual void unread() = 0;
  virtual std::string save() = 0;
  virtual bool restore(const std::string& state) = 0;
  virtual input::FollowStats stats() = 0;
};
using MakeSubject = std::function<std::unique_ptr<Subject>(const std::string& log)>;

/// A directory with logs, and what is written to it, in memory: the truth. Every line is another one, so
/// that what was delivered can be told line by line.
class World {
 public:
  /// `root`: where its directory is made. The same seed does the same things.
  World(std::uint64_t seed, const std::string& root, MakeSubject make);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// One sequence. Empty, or what went wrong and all that was done.
  std::string run(int steps);
  std::uint64_t lines() const { return texts_.size(); }
  std::uint64_t crashes() const { return crashes_; }

 private:
  struct Inode {
    std::string content;
    bool gzip = false;
    bool held = false;   // had a name at a look in this life
    bool saved = false;  // and at a save before that
    bool known = false;  // was read
    bool known_at_save = false;
    bool old = false;          // a rotation that was there before us
    bool was_cut = false;      // truncated once
    std::size_t baseline = 0;  // bytes that were there before the first look
  };
  struct Pen {  // a writer
    int fd = -1;
    std::shared_ptr<Inode> inode;
    std::string rest;  // of a line that is begun
    bool append = true;
    std::uint64_t place = 0;
  };

  // What happens to the files.
  void step();
  void append(Pen& pen);
  void end_line(Pen& pen);
  void write(Pen& pen, std::string_view bytes);
  void open_pen(const std::string& name);
  void retire_pen();
  void close_overwriting(const Inode& inode);
  void shift();
  void rotate();
  void rotate_by_date();
  void link_rotate();
  void copy_truncate();
  void truncate();
  void rewrite();
  void shrink();
  void remove();
  void rename_over();
  void move_back();
  void compress();
  void switch_link();
  void unlink(const std::string& name);
  void rename(const std::string& from, const std::string& to);
  std::string new_line();

  // What happens to the follower.
  void look();
  void drain(bool all);
  void poll();
  void pause();
  void save();
  void crash();
  void take(const input::Block& block);
  void check();

  bool is_ours(const std::string& name) const;
  bool has(const std::string& name) const { return names_.contains(name); }
  std::string path(const std::string& name) const { return directory_ + "/" + name; }
  void did(const std::string& what) { history_ += what + "\n"; }
  void fail(const std::string& what);
  void destroyed(const Inode& inode, std::size_t from, bool now = true);
  std::set<std::uint64_t> lines_of(const std::string& content, std::size_t from) const;

  Random random_;
  std::string directory_;
  MakeSubject make_;
  std::unique_ptr<Subject> subject_;
  bool links_ = false;  // the log is a symbolic link that is switched
  bool cuts_ = false;   // files are truncated
  bool big_ = false;    // lines are long
  std::string log_ = "log";
  std::map<std::string, std::shared_ptr<Inode>> names_;
  std::string target_;                          // of the link
  std::vector<Pen> pens_;                       // the last one writes to the log, the others to what it was
  std::map<std::uint64_t, std::string> texts_;  // by number of line
  std::set<std::uint64_t> before_;              // lines that are older than the follower
  std::map<std::uint64_t, int> delivered_;
  std::uint64_t odd_ = 0;                      // delivered, and no whole line that was written
  bool torn_ = false;                          // something cut a line
  bool must_flag_ = false;                     // lines are lost, and it can be known
  std::set<const Inode*> must_flag_if_crash_;  // the same if we go on from the last save, by file
  std::set<const Inode*> must_flag_soon_;      // at the next look
  bool must_flag_at_save_ = false;
  bool crashed_ = false;  // and not looked since
  std::string state_;
  std::map<std::uint64_t, int> delivered_at_save_;
  std::uint64_t odd_at_save_ = 0;
  input::Clock::time_point now_{};
  int date_ = 10000000;
  std::uint64_t crashes_ = 0;
  std::string history_;
  std::string failure_;
};

}  // namespace routemeter::test
