// SPDX-License-Identifier: Apache-2.0
#include "app/serve/services.h"

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include "app/load/config_file.h"
#include "util/fmt.h"
#include "util/words.h"

namespace routemeter::app {
namespace {

util::Result<std::vector<LogService::Setup>> make_setups(const ServeOptions& options, bool lost_state) {
  std::vector<LogService::Setup> setups;
  if (options.config_file.empty()) {
    setups.emplace_back().common = options;
  } else {
    auto file = load_config_file(options.config_file);
    if (!file) return file.errors();
    for (const ServiceConfig& service : file->services) setups.push_back({service.name, true, service, {}});
  }
  for (LogService::Setup& setup : setups) {
    setup.follow.start_at_end = options.start_at_end;
    setup.follow.lost_state = lost_state;
  }
  return setups;
}

// The configuration and rule files.
std::vector<std::string> files_of(const ServeOptions& options, const std::vector<LogService::Setup>& setups) {
  std::vector<std::string> files;
  if (!options.config_file.empty()) files.push_back(options.config_file);
  for (const LogService::Setup& setup : setups) {
    if (setup.common.rules) files.push_back(*setup.common.rules);
  }
  return files;
}

std::map<std::string, std::string> static_labels(const model::RuleFile& rules) {
  return {rules.labels.begin(), rules.labels.end()};
}

// The part of a service that must fit the other services.
struct Together {
  std::string name;
  const model::RuleFile* rules = nullptr;
  model::Snapshot families;
};

// Services on one page must not have the same series: their static labels have to differ, and families of
// one name must be of one type.
util::Diagnostics check_together(const std::vector<Together>& services) {
  util::Diagnostics errors;
  std::map<std::string, std::pair<model::MetricType, const Together*>> types;
  for (std::size_t i = 0; i < services.size(); ++i) {
    const Together& service = services[i];
    const auto report = [&errors, &service](std::string message, std::string hint) {
      errors.push_back(
          util::error_at(*service.rules, service.rules->labels_at, std::move(message), std::move(hint)));
    };
    for (std::size_t k = 0; k < i; ++k) {
      if (static_labels(*service.rules) != static_labels(*services[k].rules)) continue;
      report(fmt::format("services \"{}\" and \"{}\" have the same static labels: their series could not be "
                         "told apart",
                         services[k].name, service.name),
             fmt::format("give each a label of its own in the configuration file, such as labels: "
                         "{{service: {}}}",
                         service.name));
    }
    for (const model::Family& family : service.families) {
      const auto [known, added] = types.emplace(family.name, std::make_pair(family.type, &service));
      if (added || known->second.first == family.type) continue;
      report(fmt::format("the metric {} has another type in service \"{}\"", family.name,
                         known->second.second->name),
             "rename one of them with name:");
    }
  }
  return errors;
}

// The user or group that can write here; empty for nobody that matters. In a folder with the sticky bit
// (/tmp) only owners replace.
std::string writers(const struct stat& status, uid_t user) {
  const bool sticky = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;
  if (status.st_uid != 0 && status.st_uid != user) return fmt::format("user {}", status.st_uid);
  if (sticky) return "";
  if ((status.st_mode & S_IWOTH) != 0) return "everybody";
  if ((status.st_mode & S_IWGRP) != 0 && status.st_gid != 0) return fmt::format("group {}", status.st_gid);
  return "";
}

std::string real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> found(::realpath(path.c_str(), nullptr), &std::free);
  return found == nullptr ? "" : found.get();
}

}  // namespace

util::Diagnostics start_services(const ServeOptions& options, const Commits& commits, LogServices& services,
                                 std::optional<RulesWatch>& watch, const util::Logger& log,
                                 const util::Clocks& clocks) {
  auto setups = make_setups(options, commits.lost());
  if (!setups) return setups.errors();
  const std::vector<std::string> files = files_of(options, *setups);
  for (const std::string& file : files) {
    const std::string warning = trust_warning(file, ::geteuid());
    if (!warning.empty()) log(util::LogLevel::kWarn, warning, {});
  }
  if (options.watch_rules) watch.emplace(files);  // before they are read
  auto started = util::make_each(*setups, [&](const LogService::Setup& setup) {
    return LogService::start(setup, commits.loaded(), log, clocks);
  });
  if (!started) return started.errors();
  services = std::move(*started);
  std::vector<Together> together;
  for (const auto& service : services) {
    together.push_back({service->name(), &service->rules(), {}});
    service->collect(together.back().families);
  }
  return check_together(together);
}

util::Diagnostics reload_services(const ServeOptions& options, LogServices& services,
                                  std::optional<RulesWatch>& watch, const util::Logger& log,
                                  const util::Clocks& clocks) {
  auto setups = make_setups(options, false);
  if (!setups) return setups.errors();
  std::optional<RulesWatch> new_watch;
  if (options.watch_rules) new_watch.emplace(files_of(options, *setups));  // before they are read
  state::Sections saved;
  for (const auto& service : services) service->save(saved);

  // Per new service: the old one that goes on under new rules, or one made anew from what the old one saved.
  struct Next {
    std::unique_ptr<LogService>* old = nullptr;
    std::optional<LogService::Reloaded> reloaded;
    std::unique_ptr<LogService> made;
  };
  std::vector<Next> next;
  std::vector<Together> together;
  util::Diagnostics errors;
  for (LogService::Setup& setup : *setups) {
    Next entry;
    for (auto& service : services) {
      const bool same_logs = service->setup().common.logs == setup.common.logs;
      if (service->name() == setup.name && same_logs) entry.old = &service;
    }
    Together view{setup.name, nullptr, {}};
    if (entry.old != nullptr) {
      auto reloaded = (*entry.old)->prepare_reload(setup.common);
      if (!reloaded) {
        util::append(errors, reloaded.errors());
        continue;
      }
      entry.reloaded.emplace(std::move(*reloaded));
      if (entry.reloaded->worker != nullptr) view.families = entry.reloaded->worker->store().snapshot();
    } else {
      auto made = LogService::start(setup, saved, log, clocks);
      if (!made) {
        util::append(errors, made.errors());
        continue;
      }
      entry.made = std::move(*made);
      entry.made->collect(view.families);
    }
    next.push_back(std::move(entry));
    together.push_back(std::move(view));
  }
  if (!errors.empty()) return errors;
  for (std::size_t i = 0; i < next.size(); ++i) {
    together[i].rules = next[i].reloaded ? &next[i].reloaded->service.rules : &next[i].made->rules();
  }
  errors = check_together(together);
  if (!errors.empty()) return errors;

  LogServices changed;
  for (Next& entry : next) {
    if (entry.old != nullptr) (*entry.old)->apply(std::move(*entry.reloaded));
    changed.push_back(std::move(entry.old != nullptr ? *entry.old : entry.made));
  }
  services = std::move(changed);
  watch = std::move(new_watch);
  return {};
}

std::string trust_warning(const std::string& path, uid_t user) {
  const std::string real = real_path(path);
  if (real.empty()) return "";
  struct stat status {};
  if (::stat(real.c_str(), &status) == 0) {
    if (const std::string who = writers(status, user); !who.empty()) {
      return fmt::format("{} can change {}; make it root's, mode 0644", who, util::quoted(path));
    }
  }
  for (std::string folder = real; folder != "/";) {
    folder = folder.substr(0, folder.rfind('/'));
    if (folder.empty()) folder = "/";
    if (::stat(folder.c_str(), &status) != 0) return "";
    if (const std::string who = writers(status, user); !who.empty()) {
      return fmt::format("{} can replace {} in {}; make that folder root's, mode 0755", who,
                         util::quoted(path), util::quoted(folder));
    }
  }
  return "";
}

}  // namespace routemeter::app
