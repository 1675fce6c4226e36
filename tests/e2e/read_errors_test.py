"""A log that cannot be read now and then: errors injected into each system call that follows it (64 and 72 in section D
of tests/RELIABILITY.md). Every line is read later, once; nothing that cannot be compared is judged."""

import errno
import itertools
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

from harness import BINARY, TIMEOUT, Serve, TempDirTest, main, total, wait_for
from sanitized import SANITIZED
from state_test import RULES, line, rising

# LeakSanitizer cannot work below ptrace.
ENV = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
# What the follower asks about a file, and about its directory.
FILE_CALLS = ["openat", "statx", "pread64", "preadv", "readlink"]
DIRECTORY_CALLS = ["openat", "statx", "getdents64", "inotify_add_watch"]
# `tests/run --all` goes on to 20.
MOST = int(os.environ.get("ROUTEMETER_INJECTIONS", "4" if SANITIZED else "6"))
SHORT_READS = os.environ.get("SHORT_READS", "build/release/tests/libshort_reads.so")


def can_trace():
    command = ["strace", "-f", "-D", "-o", "/dev/null", "-e", "inject=close:delay_enter=1", "true"]
    return shutil.which("strace") is not None and subprocess.run(command, capture_output=True).returncode == 0


def strace(trace, paths, injections):
    """A prefix that runs routemeter itself as the child, and strace beside it."""
    calls = sorted({call for injection in injections for call in injection.split(":")[0].split(",")})
    words = ["strace", "-f", "-D", "-qq", "-o", trace, "-e", "trace=" + ",".join(calls)]
    for path in paths:
        words += ["-P", path]
    for injection in injections:
        words += ["-e", "inject=" + injection]
    return [*words, BINARY]


class Followed:
    """Two logs and a serve that follows them in a directory of its own; `truth` is what was written."""

    def __init__(self, directory):
        self.dir = directory
        self.log = os.path.join(directory, "logs", "a.log")
        self.other = os.path.join(directory, "logs", "b.log")
        os.mkdir(os.path.dirname(self.log))
        rules = os.path.join(directory, "rules.yaml")
        with open(rules, "w") as f:
            f.write(RULES)
        self.args = ["--rules", rules, "--state-dir", os.path.join(directory, "state"), self.log, self.other]
        self.truth = {self.log: 0, self.other: 0}
        self.seen = {}
        self.append(self.log, 20)
        self.append(self.other, 20)

    def append(self, log, count, name=None):
        with open(name or log, "ab") as f:
            f.write((line("/items/1") * count).encode())
        self.truth[log] += count

    def serve(self, injections=(), paths=None):
        self.trace = os.path.join(self.dir, "trace")
        prefix = strace(self.trace, paths or [self.log, self.log + ".1"], injections) if injections else [BINARY]
        return Serve(*self.args, prefix=prefix, env=ENV)

    def scrape(self, serve):
        samples = serve.scrape()
        self.seen = rising(self.seen, samples)
        return samples

    def counts(self, samples):
        return {log: int(total(samples, "routemeter_lines_total", source=log)) for log in self.truth}

    def settle(self, serve):
        """The samples as soon as all is counted, or long after it should have been."""
        deadline = time.monotonic() + TIMEOUT
        while True:
            samples = self.scrape(serve)
            if self.counts(samples) == self.truth or time.monotonic() > deadline:
                return samples
            time.sleep(0.05)


def doubts(samples):
    """What a run without a fault has none of."""
    return {(name, labels): value for (name, labels), value in samples.items() if value and name in
            ("routemeter_loss_suspected_total", "routemeter_duplicate_suspected_total")}


def told(serve, log):
    """What it has said about a log so far, in order."""
    serve.scrape()  # that a log can be read again is told by the first look after the read
    serve.process.send_signal(signal.SIGHUP)  # the answer comes after all before it
    reloads = serve.records.copy()
    serve.wait_record(lambda record: record["msg"] == "rules reloaded" and record not in reloads)
    prefix = log + ": "
    return [record["msg"].removeprefix(prefix) for record in serve.records if record["msg"].startswith(prefix)]


@unittest.skipUnless(can_trace(), "strace does not work here")
class ReadErrors(TempDirTest):
    def one_run(self, call, when, error, directory):
        """Growth, a rotation by rename with late lines, more growth, one injected error in between."""
        with tempfile.TemporaryDirectory(dir=self.dir) as place:
            followed = Followed(place)
            paths = [os.path.dirname(followed.log)] if directory else None
            with followed.serve([f"{call}:{error}:when={when}"], paths) as serve:
                followed.append(followed.log, 5)
                followed.scrape(serve)
                os.rename(followed.log, followed.log + ".1")
                followed.append(followed.log, 3, followed.log + ".1")
                followed.append(followed.log, 7)
                followed.append(followed.other, 2)
                followed.scrape(serve)
                followed.append(followed.log, 1, followed.log + ".1")
                followed.append(followed.log, 4)
                samples = followed.settle(serve)
            with open(followed.trace) as f:
                injected = f.read().count("INJECTED")
            failures = []
            if followed.counts(samples) != followed.truth:
                failures.append(f"{followed.counts(samples)} are not {followed.truth}")
            if doubts(samples):
                failures.append(str(doubts(samples)))
            with followed.serve() as serve:
                followed.append(followed.log, 2)
                samples = followed.settle(serve)
            if followed.counts(samples) != followed.truth or doubts(samples):
                failures.append(f"after a restart {followed.counts(samples)} are not {followed.truth}, "
                                f"{doubts(samples)}")
            return injected, [f"{call} {error} {when}: {failure}" for failure in failures]

    def every_call(self, calls, errors, directory=False):
        cases = [(call, when) for call in calls for when in range(1, MOST + 1)]
        with ThreadPoolExecutor(4) as pool:
            done = list(pool.map(lambda case, error: self.one_run(*case, error, directory), cases,
                                 itertools.cycle(errors)))
        injected = sum(count for count, _ in done)
        failures = [failure for _, each in done for failure in each]
        print(f"\n{', '.join(calls)}: {len(done)} runs, {injected} errors injected, {len(failures)} failures")
        self.assertEqual(failures, [])
        self.assertGreater(injected, len(done) / 3)

    def test_each_call_on_a_file_fails_once(self):
        self.every_call(FILE_CALLS, ["error=EIO", "error=ESTALE", "error=EINTR", "error=EAGAIN", "error=ENOMEM"])

    def test_each_call_on_the_directory_fails_once(self):
        self.every_call(DIRECTORY_CALLS, ["error=EIO", "error=ESTALE", "error=ENOMEM"], True)

    def test_an_archive_fails_once(self):
        """What was rotated and compressed while we were down, with an error in each read of the archive."""
        for call in ("read", "pread64", "lseek"):
            for when in range(1, 5):
                with tempfile.TemporaryDirectory(dir=self.dir) as place:
                    followed = Followed(place)
                    with followed.serve() as serve:
                        followed.settle(serve)
                    followed.append(followed.log, 1000)
                    os.rename(followed.log, followed.log + ".1")
                    subprocess.run(["gzip", followed.log + ".1"], check=True)
                    followed.append(followed.log, 3)
                    with followed.serve([f"{call}:error=EIO:when={when}"], [followed.log + ".1.gz"]) as serve:
                        samples = followed.settle(serve)
                    self.assertEqual((followed.counts(samples), doubts(samples)), (followed.truth, {}), (call, when))

    def test_errors_in_a_row(self):
        """Five of them are one change, told and counted once, and another kind of error is another."""
        followed = Followed(self.dir)
        injections = ["preadv:error=EIO:when=2..6"]
        with followed.serve(injections) as serve:
            self.assertEqual(followed.counts(followed.settle(serve)), followed.truth)
            followed.append(followed.log, 5)
            samples = followed.settle(serve)
            self.assertEqual((followed.counts(samples), doubts(samples)), (followed.truth, {}))
            self.assertEqual(total(samples, "routemeter_read_errors_total", error=os.strerror(errno.EIO)), 1)
            self.assertEqual(total(samples, "routemeter_read_errors_total"), 1)
            self.assertEqual(told(serve, followed.log),
                             [f"cannot read: {os.strerror(errno.EIO)}, trying again", "is there, reading it"])

    def test_one_of_two_logs_fails(self):
        """The other one goes on, scrapes answer, and nobody spins; when it can be read again, nothing is missing."""
        for calls in ("preadv", "pread64", "statx", "statx,pread64,preadv"):
            with self.subTest(calls), tempfile.TemporaryDirectory(dir=self.dir) as place:
                self.one_of_two_logs_fails(Followed(place), calls)

    def one_of_two_logs_fails(self, followed, calls):
        with followed.serve() as serve:
            self.assertEqual(followed.counts(followed.settle(serve)), followed.truth)
            words = strace(followed.trace, [followed.log, followed.log + ".1"], [f"{calls}:error=EIO"])
            tracer = subprocess.Popen([*(word for word in words[:-1] if word != "-D"), "-p", str(serve.process.pid)])
            self.addCleanup(tracer.kill)
            wait_for(lambda: os.path.exists(followed.trace) and self.tracer(serve) == tracer.pid, "strace to attach")
            start = time.monotonic()
            followed.append(followed.log, 5)
            behind = {**followed.truth, followed.log: followed.truth[followed.log] - 5}
            slowest = 0
            for _ in range(20):
                time.sleep(0.05)  # what is counted is attempts in time
                followed.append(followed.other, 3)
                behind[followed.other] += 3
                before = time.monotonic()
                samples = followed.scrape(serve)
                slowest = max(slowest, time.monotonic() - before)
                self.assertEqual(followed.counts(samples), behind)
            self.assertEqual(total(samples, "routemeter_read_errors_total"), 1)
            # Rotated meanwhile: what cannot be read now is in the old file, and stays to be read.
            os.rename(followed.log, followed.log + ".1")
            followed.append(followed.log, 2)
            followed.scrape(serve)
            tracer.terminate()
            tracer.wait()
            seconds = time.monotonic() - start
            with open(followed.trace) as f:
                attempts = f.read().count("INJECTED")
            samples = followed.settle(serve)
            print(f"\n{calls}: {attempts} failed calls in {seconds:.1f} s with 20 scrapes, the slowest {slowest * 1000:.0f} ms")
            self.assertEqual((followed.counts(samples), doubts(samples)), (followed.truth, {}))
            self.assertEqual(told(serve, followed.log)[0], f"cannot read: {os.strerror(errno.EIO)}, trying again")
            # statx is asked at every look, for each line of the other log and each scrape; reading is put off.
            # Who spins makes thousands a second.
            self.assertLess(attempts, (1000 if "statx" in calls else 60) * max(1, seconds))
        with followed.serve() as serve:
            samples = followed.settle(serve)
            self.assertEqual((followed.counts(samples), doubts(samples)), (followed.truth, {}))

    def tracer(self, serve):
        with open(f"/proc/{serve.process.pid}/status") as f:
            return int(re.search(r"TracerPid:\s+(\d+)", f.read()).group(1))


@unittest.skipIf(SANITIZED, "a sanitizer wants to be the first library")
class ShortReads(TempDirTest):
    def test_fewer_bytes_than_asked_for(self):
        """Every read of a log may end early: at any byte, also within what is read again to compare."""
        followed = Followed(self.dir)
        followed.append(followed.log, 2000)
        serve = Serve(*followed.args, env={"LD_PRELOAD": SHORT_READS})
        with serve:
            for n in range(30):
                if n % 10 == 5:
                    os.rename(followed.log, f"{followed.log}-2024010{n // 10 + 1}")
                followed.append(followed.log, 50)
                followed.scrape(serve)
            samples = followed.settle(serve)
        self.assertEqual((followed.counts(samples), doubts(samples)), (followed.truth, {}))
        self.assertEqual(total(samples, "routemeter_read_errors_total"), 0)


if __name__ == "__main__":
    main()
