// SPDX-License-Identifier: Apache-2.0
#include "app/serve/log_service.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "app/serve/commits.h"
#include "expose/text/text.h"

using namespace routemeter;
using app::LogService;

namespace {

constexpr const char* kLine =
    "127.0.0.1 - - [01/Jan/2024:00:00:01 +0000] \"GET /a HTTP/1.1\" 200 11 \"-\" \"test\"\n";

// A folder of its own with a log and rules in it.
struct Place {
  Place() {
    char name[] = "/tmp/log_service_test.XXXXXX";
    path = ::mkdtemp(name);
    write("rules.yaml", "version: 1\nformat: combined\nroutes: [GET /a]\n");
  }
  ~Place() { std::filesystem::remove_all(path); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  std::string file(const std::string& name) const { return path + "/" + name; }
  void write(const std::string& name, const std::string& text) const { std::ofstream(file(name)) << text; }
  void append(const std::string& name, const std::string& text) const {
    std::ofstream(file(name), std::ios::app) << text;
  }
  LogService::Setup setup() const {
    LogService::Setup out;
    out.common.rules = file("rules.yaml");
    out.common.logs = {file("access.log")};
    return out;
  }
  std::string path;
};

const util::Logger kNoLog = [](util::LogLevel, std::string_view, const util::LogFields&) {};

std::unique_ptr<LogService> started(LogService::Setup setup, const state::Sections& saved = {}) {
  auto service = LogService::start(std::move(setup), saved, kNoLog);
  REQUIRE(service);
  return std::move(*service);
}

void read_all(LogService& service) {
  service.look();
  while (true) {
    auto more = service.read_block();
    REQUIRE(more);
    if (!*more) return;
  }
}

std::uint64_t lines(const LogService& service) { return service.logs()[0].counters->lines; }

std::string own_page(const LogService& service) {
  telemetry::Registry registry;
  registry.collect_from([&service](telemetry::Collector& out) { service.collect_own(out); });
  return expose::to_text(registry.collect());
}

}  // namespace

TEST_CASE("A service counts the lines of its log, each once, as they come") {
  const Place place;
  place.write("access.log", std::string(kLine) + kLine);
  const auto service = started(place.setup());
  read_all(*service);
  CHECK(lines(*service) == 2);
  place.append("access.log", std::string(kLine) + "torn");
  read_all(*service);
  CHECK(lines(*service) == 3);
  CHECK(service->series_count() > 0);
}

TEST_CASE("A service goes on behind the lines that its saved state has") {
  const Place place;
  place.write("access.log", std::string(kLine) + kLine);
  state::Sections saved;
  {
    const auto service = started(place.setup());
    read_all(*service);
    service->save(saved);
    CHECK(service->has_positions(saved));
    place.append("access.log", kLine);
    read_all(*service);
    CHECK_FALSE(service->has_positions(saved));
  }
  const auto service = started(place.setup(), saved);
  CHECK(lines(*service) == 2);
  read_all(*service);
  CHECK(lines(*service) == 3);
}

TEST_CASE("A damaged section of the state is an error, not a new beginning") {
  const Place place;
  place.write("access.log", kLine);
  for (const char* section : {"service/default", "input/default"}) {
    const state::Sections saved = {{section, "x"}};
    CHECK_FALSE(LogService::start(place.setup(), saved, kNoLog));
  }
}

TEST_CASE("Rules loaded anew take over with the counters of before, wrong ones change nothing") {
  const Place place;
  place.write("access.log", kLine);
  const auto service = started(place.setup());
  read_all(*service);
  place.write("rules.yaml", "version: 1\nformat: combined\nroutes: [nonsense\n");
  CHECK_FALSE(service->prepare_reload(service->setup().common));
  CHECK(service->rules().routes.size() == 1);
  place.write("rules.yaml", "version: 1\nformat: combined\nroutes: [GET /a, GET /b]\n");
  auto reloaded = service->prepare_reload(service->setup().common);
  REQUIRE(reloaded);
  service->apply(std::move(*reloaded));
  CHECK(service->rules().routes.size() == 2);
  CHECK(lines(*service) == 1);
}

TEST_CASE("Own metrics carry the service's name when the configuration file gave it") {
  const Place place;
  place.write("access.log", std::string(kLine) + "no request\n");
  LogService::Setup setup = place.setup();
  const auto alone = started(setup);
  read_all(*alone);
  CHECK(own_page(*alone).find("routemeter_lines_total{source=\"" + place.file("access.log") + "\"} 2\n") !=
        std::string::npos);
  CHECK(own_page(*alone).find("service=") == std::string::npos);
  setup.name = "shop";
  setup.configured = true;
  const auto named = started(setup);
  read_all(*named);
  for (const char* text : {"routemeter_lines_total{service=\"shop\",source=\"",
                           "routemeter_requests_unmatched_total{service=\"shop\"} 0\n",
                           "routemeter_lines_unparsed_total{reason=\"no_match\",service=\"shop\",source=\"",
                           "routemeter_series{service=\"shop\"} "}) {
    CAPTURE(text);
    CHECK(own_page(*named).find(text) != std::string::npos);
  }
}

TEST_CASE("Commits write what has changed, and nothing when nothing has") {
  const Place place;
  place.write("access.log", kLine);
  auto state = app::open_state(place.file("state"), false, kNoLog);
  REQUIRE(state);
  telemetry::Registry registry;
  app::Commits commits(std::move(*state), 1000, registry, kNoLog);
  CHECK(commits.since() == 1000);
  app::LogServices services;
  services.push_back(started(place.setup()));
  read_all(*services[0]);
  commits.changed();
  commits.commit_changes(services);
  const std::uint64_t first = commits.count();
  CHECK(commits.in_sync());
  commits.commit_changes(services);
  commits.commit(services);
  CHECK(commits.count() == first);
  place.append("access.log", kLine);
  read_all(*services[0]);
  commits.changed();
  commits.commit(services);
  CHECK(commits.count() == first + 1);
  const model::Snapshot page = registry.collect();
  const auto durations = std::find_if(page.begin(), page.end(), [](const model::Family& family) {
    return family.name == "routemeter_state_commit_duration_seconds";
  });
  REQUIRE(durations != page.end());
  CHECK(durations->samples[0].count == 2);
}

TEST_CASE("Without a state directory commits do nothing and keep nobody waiting") {
  telemetry::Registry registry;
  app::Commits commits(nullptr, 1000, registry, kNoLog);
  commits.changed();
  CHECK(commits.may_answer(app::Commits::Clock::now()));
  commits.commit({});
  CHECK(registry.collect().empty());
}
