// SPDX-License-Identifier: Apache-2.0
// Drives a state directory for the crash tests: `state_writer DIR COUNT [SIZE] [nosync]` prints what it
// loaded, commits COUNT numbers that follow the loaded one, SIZE bytes each, and prints each when it is
// committed
// ("fail NUMBER ERRNO" when not). With COUNT 0 it only looks. Exit 2: cannot be opened; 4: the loaded
// snapshot is not one that was ever written.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "state/state_dir.h"
#include "util/diagnostic.h"

namespace {

using routemeter::state::Sections;

// Both sections change with the number, so that a mixture of two snapshots is none.
Sections snapshot_of(std::uint64_t number, std::size_t size) {
  return {{"number", std::to_string(number)},
          {"filler", std::string(size + number * 37 % 1000, static_cast<char>('!' + number % 90))}};
}

int run(int argc, char** argv) {
  const std::uint64_t count = std::strtoull(argv[2], nullptr, 10);
  const std::size_t size = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1000;
  const bool sync = argc <= 4;
  const auto state = routemeter::state::open_state_dir(argv[1], sync);
  if (!state) {
    std::fputs(format(state.errors()).c_str(), stderr);
    return 2;
  }
  std::uint64_t number = 0;
  const Sections& loaded = (*state)->loaded();
  if (!loaded.empty()) {
    number = std::strtoull(loaded[0].bytes.c_str(), nullptr, 10);
    const Sections expected = snapshot_of(number, size);
    if (loaded.size() != 2 || loaded[0].name != "number" || loaded[1].bytes != expected[1].bytes) return 4;
  }
  const std::string_view result = name_of((*state)->load_result());
  std::printf("%.*s %llu\n", static_cast<int>(result.size()), result.data(),
              static_cast<unsigned long long>(number));
  for (std::uint64_t i = 0; i < count; ++i) {
    const int error = (*state)->commit(snapshot_of(++number, size));
    const auto shown = static_cast<unsigned long long>(number);
    if (error == 0) {
      std::printf("%llu\n", shown);
    } else {
      std::printf("fail %llu %d\n", shown, error);
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  // Each number is out before the next commit begins, also when the process is killed in it.
  std::setvbuf(stdout, nullptr, _IOLBF, 1 << 12);
  return run(argc, argv);
}
