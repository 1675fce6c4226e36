"""No memory, and next to no processor time (95 and 96 in section F of tests/RELIABILITY.md): the counts so far are kept,
and the rest is counted later."""

import contextlib
import http.client
import os
import signal
import subprocess
import time
import unittest

from harness import BINARY, Serve, TempDirTest, main, total, wait_for
from read_errors_test import can_trace, doubts
from sanitized import SANITIZED
from state_test import line, rising

ROUTES = "version: 1\nformat: combined\nroutes: ['GET /items/{item_id}']\n"
# Paths that no rule knows become labels: each line needs memory.
HUNGRY = ROUTES + "options: {group_untemplated: false}\nmetrics: [requests]\n"
UNREACHABLE = (OSError, http.client.HTTPException, AssertionError)
GROUPS = "/sys/fs/cgroup"


class Starved(TempDirTest):
    RULES = ROUTES

    def setUp(self):
        super().setUp()
        self.truth, self.seen = 0, {}
        self.rules = self.write("rules.yaml", self.RULES)
        self.log = self.write("access.log", "")
        self.args = ["--rules", self.rules, "--state-dir", self.path("state"), self.log]
        self.append(10)

    def append(self, count):
        with open(self.log, "ab") as f:
            f.write("".join(line(f"/{'p' * 100}/{n}") for n in range(self.truth, self.truth + count)).encode())
        self.truth += count

    def rotate(self, number):
        os.rename(self.log, f"{self.log}-{number:08}")

    def scrape(self, serve):
        samples = serve.scrape()
        self.seen = rising(self.seen, samples)
        return samples

    def lines(self, samples):
        return total(samples, "routemeter_lines_total")

    def assert_exact(self, samples):
        self.assertEqual(self.lines(samples), self.truth)
        self.assertEqual(total(samples, "http_requests_total"), self.truth)
        self.assertEqual(doubts(samples), {})

    def settled(self, serve):
        wait_for(lambda: self.lines(self.scrape(serve)) == self.truth, "all lines to be counted")
        return self.scrape(serve)


@unittest.skipIf(SANITIZED, "a sanitizer has an allocator of its own")
@unittest.skipUnless(can_trace(), "strace does not work here")
class NoMemory(Starved):
    """The kernel gives no more memory from the Nth request on: mmap and brk fail."""

    RULES = HUNGRY

    def strace(self, mmap, brk, *options):
        """`mmap`, `brk`: which of the calls are refused. A real brk answers with the old end then, not with an error."""
        return ["strace", "-f", "-qq", "-o", self.trace, "-e", "trace=mmap,brk", "-e", f"inject=mmap:error=ENOMEM{mmap}",
                "-e", f"inject=brk:retval=0{brk}", *options]

    def setUp(self):
        super().setUp()
        self.trace = self.path("trace")

    def starve(self, serve):
        """What a user and nginx do meanwhile; the process may end at any place of this. Whether it answers at the end."""
        for _ in range(3):
            self.append(2500)
            with contextlib.suppress(ProcessLookupError):
                serve.process.send_signal(signal.SIGHUP)
            with contextlib.suppress(*UNREACHABLE):
                self.scrape(serve)
        self.rotate(self.truth)
        self.append(100)
        with contextlib.suppress(*UNREACHABLE):
            self.scrape(serve)
            return True
        return False

    def afterwards(self, serve, answers):
        """How it ended, if it has; then, that nothing is missing."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            serve.process.wait(timeout=0.2 if answers else 20)
        code = serve.process.poll()
        serve.process.kill()
        serve.process.wait()
        serve.process.stderr.close()
        self.assertIn(code, (None, -signal.SIGABRT))  # the end of an exception that nobody can handle
        with Serve(*self.args) as again:
            self.assert_exact(self.settled(again))
        return "lived on" if code is None else "aborted"

    def requests_until_it_listens(self):
        """How many mmap and brk a start takes, which depends on the libraries: what is refused is counted from there."""
        with Serve(*self.args, prefix=["strace", "-f", "-qq", "-o", self.trace, "-e", "trace=mmap,brk", "-D", BINARY]):
            with open(self.trace) as f:
                calls = f.read()
        return calls.count(" mmap("), calls.count(" brk(")

    def test_from_some_request_on(self):
        ends = []
        mmaps, brks = self.requests_until_it_listens()
        print(f"{mmaps} mmap and {brks} brk until it listens")
        # Before its threads have their stacks it cannot start; behind that malloc takes what brk gives.
        for mmap, more in ((-5, 0), (1, 0), (1, 1), (1, 3), (1, 6), (1, 10), (1, 18), (1, 30), (1, 45)):
            brk = brks + more
            try:
                serve = Serve(*self.args, prefix=[*self.strace(f":when={mmaps + mmap}+", f":when={brk}+", "-D"), BINARY])
            except AssertionError:
                ends.append(f"{brk} not started")
                continue
            ends.append(f"{brk} {self.afterwards(serve, self.starve(serve))}")
        print("\n" + ", ".join(ends))
        self.assertIn("aborted", " ".join(ends))

    def test_while_it_runs(self):
        """From one moment on, or only for a moment."""
        ends = []
        for when in ("", ":when=1..2", ":when=3..4", ":when=6+"):
            serve = Serve(*self.args)
            self.settled(serve)
            tracer = subprocess.Popen(self.strace(when, when, "-p", str(serve.process.pid)))
            wait_for(lambda: is_traced(serve.process.pid), "strace to attach")
            ends.append(f"'{when}' {self.afterwards(serve, self.starve(serve))}")
            tracer.wait()
            with open(self.trace) as f:
                self.assertIn("INJECTED", f.read())
        print("\n" + ", ".join(ends))


def is_traced(pid):
    with open(f"/proc/{pid}/status") as f:
        return "TracerPid:\t0\n" not in f.read()


def cpu_group():
    """A new control group with one percent of one processor, or None where one cannot be made."""
    name = f"routemeter-test-{os.getpid()}"
    for group, limit, text in ((f"{GROUPS}/cpu/{name}", "cpu.cfs_quota_us", "1000"),
                               (f"{GROUPS}/{name}", "cpu.max", "1000 100000")):
        try:
            os.mkdir(group)
            with open(os.path.join(group, limit), "w") as f:
                f.write(text)
            return group
        except OSError:
            with contextlib.suppress(OSError):
                os.rmdir(group)
    return None


class NoTime(Starved):
    ROTATIONS = 12

    def removed(self, group):
        with contextlib.suppress(OSError):
            os.rmdir(group)
        return not os.path.exists(group)

    def test_one_percent_of_a_processor(self):
        group = cpu_group()
        if group is None:
            self.skipTest("no control group with a limit on processor time can be made here")
        self.addCleanup(wait_for, lambda: self.removed(group), "the control group to be empty")
        with Serve(*self.args) as serve:
            self.assert_exact(self.settled(serve))
            with open(os.path.join(group, "cgroup.procs"), "w") as f:
                f.write(str(serve.process.pid))
            for n in range(self.ROTATIONS):
                self.append(2000)
                self.rotate(n)
                self.append(2000)
                time.sleep(0.02)  # less than it needs to look once
            start = time.monotonic()
            behind = self.truth - self.lines(serve.scrape(whole=False))
            samples = self.settled(serve)
            took = time.monotonic() - start
            with open(os.path.join(group, "cpu.stat")) as f:
                throttled = int(f.read().split("nr_throttled ")[1].split()[0])
            serve.process.kill()  # or its end would take as long again
        self.assert_exact(samples)
        self.assertEqual(total(samples, "routemeter_file_rotations_total", kind="rename"), self.ROTATIONS)
        self.assertGreater(throttled, 0)
        print(f"\n1 % of a processor: {self.truth} lines over {self.ROTATIONS} rotations, throttled {throttled} times, "
              f"{behind:.0f} lines behind at the first scrape, exact after {took:.1f} s")


if __name__ == "__main__":
    main()
