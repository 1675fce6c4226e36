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
using namespace std::chrono_literals;
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

// Clocks that stand until a test moves them.
struct MadeClocks {
  util::SteadyClock::time_point now{100s};
  double unix_time = 1000;
  util::Clocks clocks() {
    return {[this] { return now; }, [this] { return unix_time; }};
  }
};

std::unique_ptr<LogService> started(LogService::Setup setup, const state::Sections& saved = {},
                                    const util::Logger& log = kNoLog, const util::Clocks& clocks = {}) {
  auto service = LogService::start(std::move(setup), saved, log, clocks);
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
  return expose::to_page(registry.collect());
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
  MadeClocks made;
  app::Commits commits(std::move(*state), registry, kNoLog, made.clocks());
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
  app::Commits commits(nullptr, registry, kNoLog);
  commits.changed();
  CHECK(commits.may_answer({}));
  commits.commit({});
  CHECK(registry.collect().empty());
}

TEST_CASE("Commits that cost time keep clients waiting for ten times as long, but for 100 ms at most") {
  struct Row {
    std::chrono::milliseconds cost;
    std::chrono::milliseconds least;
  };
  for (const Row& row : {Row{0ms, 0ms}, Row{1ms, 10ms}, Row{9ms, 90ms}, Row{10ms, 100ms}, Row{5s, 100ms}}) {
    CAPTURE(row.cost.count());
    const Place place;
    place.write("access.log", kLine);
    auto state = app::open_state(place.file("state"), false, kNoLog);
    REQUIRE(state);
    telemetry::Registry registry;
    util::SteadyClock::time_point now{100s};
    // Each look at the clock takes the time of one commit.
    app::Commits commits(std::move(*state), registry, kNoLog,
                         {[&] { return now += row.cost; }, util::unix_now});
    app::LogServices services;
    services.push_back(started(place.setup()));
    commits.commit(services);
    CHECK(commits.may_answer(now));  // nothing has changed since
    commits.changed();
    CHECK(commits.may_answer(now + row.least));
    CHECK((row.least == 0ms || !commits.may_answer(now + row.least - 1ms)));
    commits.commit_when_due(services, now + 4999ms);
    CHECK(commits.count() == 1);
    commits.commit_when_due(services, now + 5s);
    CHECK(commits.count() == 2);
  }
}

TEST_CASE("The age of the last good commit is told by the clock") {
  const Place place;
  place.write("access.log", kLine);
  auto state = app::open_state(place.file("state"), false, kNoLog);
  REQUIRE(state);
  telemetry::Registry registry;
  MadeClocks made;
  app::Commits commits(std::move(*state), registry, kNoLog, made.clocks());
  app::LogServices services;
  services.push_back(started(place.setup()));
  commits.commit(services);
  CHECK(commits.age_seconds() == 0);
  made.now += 90s;
  CHECK(commits.age_seconds() == 90);
}

TEST_CASE("A service tells of lines that are no requests once in ten minutes, and when a rule was used") {
  const Place place;
  place.write("access.log", std::string(kLine) + "no request\n");
  MadeClocks made;
  int warnings = 0;
  const util::Logger log = [&warnings](util::LogLevel, std::string_view message, const util::LogFields&) {
    warnings += message.starts_with("lines that are no requests") ? 1 : 0;
  };
  const auto service = started(place.setup(), {}, log, made.clocks());
  read_all(*service);
  CHECK(warnings == 1);
  CHECK(service->worker()->rules()[0].last == 1000);
  made.now += app::LineNotes::kInterval - 1s;
  place.append("access.log", "no request\n");
  read_all(*service);
  CHECK(warnings == 1);
  made.now += 1s;
  made.unix_time = 1600;
  place.append("access.log", std::string(kLine) + "no request\n");
  read_all(*service);
  CHECK(warnings == 2);
  CHECK(service->worker()->rules()[0].last == 1600);
}
